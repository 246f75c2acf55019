"""Signing up: what makes a teacher, and what is refused without leaving a trace."""

from dataclasses import replace

import pytest

from lectern import database
from lectern.accounts.profile import get_profile
from lectern.accounts.sign_up import SignUp, sign_up
from lectern.accounts.teacher_profile import TeacherProfile
from lectern.errors import Conflict, Invalid
from lectern.identifiers import new_id
from tests.accounts.account import NOW, PASSWORD, Account, signed_in, slots_version, stored

pytestmark = pytest.mark.usefixtures("connected")


def details() -> SignUp:
    name = f"ada-{new_id()}"
    return SignUp(name, f"{name}@example.org", PASSWORD, "Ada Lovelace", "Europe/London")


def signed_up(wanted: SignUp) -> TeacherProfile:
    with database.tenant(new_id()) as tx:
        return sign_up(tx, wanted, NOW)


def test_who_signed_up_finds_their_profile_as_it_was_answered() -> None:
    wanted = details()
    answered = signed_up(wanted)
    with database.tenant(answered.id) as tx:
        assert get_profile(tx) == answered
    assert (answered.slug, answered.time_zone, answered.bio) == (wanted.slug, "Europe/London", "")


def test_who_signed_up_can_sign_in(account: Account) -> None:
    assert signed_in(account).teacher_id == account.id


def test_a_new_teacher_has_a_slots_version_and_an_event_to_tell(account: Account) -> None:
    assert slots_version(account) == 1
    assert stored(account, "select type from domain_events") == "teacher.signed_up"


def test_a_slug_that_is_taken_is_a_conflict(account: Account) -> None:
    with pytest.raises(Conflict) as refused:
        signed_up(replace(details(), slug=account.slug))
    assert refused.value.code == "slug_taken"


def test_an_address_that_is_taken_is_a_conflict_in_capitals_too(account: Account) -> None:
    with pytest.raises(Conflict) as refused:
        signed_up(replace(details(), email=account.email.upper()))
    assert refused.value.code == "email_taken"


@pytest.mark.parametrize("password", ["123456789", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused_by_name(password: str) -> None:
    wanted = replace(details(), password=password)
    with pytest.raises(Invalid) as refused:
        signed_up(wanted)
    assert (refused.value.code, refused.value.facts) == ("password_length", {"fields": ["password"]})
    assert signed_up(replace(wanted, password=PASSWORD)).slug == wanted.slug


def test_an_unknown_time_zone_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        signed_up(replace(details(), time_zone="Mars/Olympus_Mons"))
    assert (refused.value.code, refused.value.facts) == ("unknown_time_zone", {"fields": ["time_zone"]})


def test_the_password_is_in_no_log_and_not_in_the_database(account: Account) -> None:
    assert PASSWORD not in repr(details())
    assert PASSWORD not in str(stored(account, "select to_jsonb(teachers) from teachers"))
