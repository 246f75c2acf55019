"""A teacher's profile: what they may change, who else sees it, and that no change is lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest

from lectern import database
from lectern.accounts.profile import ProfileChanges, change_profile, get_profile, public_profile
from lectern.accounts.teacher_profile import TeacherProfile
from lectern.errors import Invalid, LecternError, NotFound, Stale
from lectern.identifiers import new_id
from tests.accounts.account import NOW, Account, an_account, slots_version, stored

LATER = NOW + timedelta(hours=1)


def changed(account: Account, changes: ProfileChanges, if_updated_at: datetime | None = None) -> TeacherProfile:
    with database.tenant(account.id) as tx:
        return change_profile(tx, changes, LATER, if_updated_at)


def profile_of(account: Account) -> TeacherProfile:
    with database.tenant(account.id) as tx:
        return get_profile(tx)


def test_what_is_given_changes_and_the_rest_stays(account: Account) -> None:
    before = profile_of(account)
    answered = changed(account, {"name": "Ada King", "max_sessions_per_day": 6})
    assert profile_of(account) == answered
    expected = {"name": "Ada King", "max_sessions_per_day": 6, "updated_at": LATER}
    assert asdict(answered) == asdict(before) | expected


def test_a_limit_can_be_taken_away_again(account: Account) -> None:
    changed(account, {"max_sessions_per_week": 20})
    assert changed(account, {"max_sessions_per_week": None}).max_sessions_per_week is None


@pytest.mark.parametrize(
    ("changes", "moves"),
    [
        ({"time_zone": "Asia/Kolkata"}, True),
        ({"max_sessions_per_day": 4}, True),
        ({"max_sessions_per_week": 4}, True),
        ({"name": "Ada King", "bio": "Teaches analysis."}, False),
        ({"time_zone": "Europe/London"}, False),
    ],
)
def test_only_what_changes_the_free_slots_moves_their_version(
    account: Account, changes: ProfileChanges, *, moves: bool
) -> None:
    before = slots_version(account)
    changed(account, changes)
    assert (slots_version(account) != before) == moves


def test_a_change_is_told_by_the_names_of_its_fields_alone(account: Account) -> None:
    changed(account, {"name": "Ada King", "bio": "Teaches analysis."})
    told = stored(account, "select payload from domain_events where type = 'teacher.changed'")
    assert told == {"fields": ["bio", "name"]}


def test_a_change_of_what_was_read_before_another_change_is_stale(account: Account) -> None:
    read = profile_of(account)
    current = changed(account, {"bio": "Mine"}, if_updated_at=read.updated_at)
    with pytest.raises(Stale) as refused:
        changed(account, {"bio": "Also mine"}, if_updated_at=read.updated_at)
    assert (refused.value.code, refused.value.facts["current"]) == ("profile_changed", current)
    assert profile_of(account).bio == "Mine"


def test_two_changes_in_one_tick_of_the_clock_can_be_told_apart(account: Account) -> None:
    first = changed(account, {"bio": "One"})
    changed(account, {"bio": "Two"})
    with pytest.raises(Stale):
        changed(account, {"bio": "Three"}, if_updated_at=first.updated_at)


def test_of_many_who_change_what_they_read_exactly_one_does(account: Account) -> None:
    read = profile_of(account).updated_at

    def succeeds(bio: str) -> bool:
        try:
            changed(account, {"bio": bio}, if_updated_at=read)
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(6) as teachers:
        assert sum(teachers.map(succeeds, "abcdef")) == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"time_zone": "Mars/Olympus_Mons", "bio": "x"}, Invalid),
        ({"max_sessions_per_day": 0}, Invalid),
        ({"name": ""}, Invalid),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    account: Account, changes: ProfileChanges, kind: type[LecternError]
) -> None:
    before = profile_of(account)
    with pytest.raises(kind):
        changed(account, changes)
    assert profile_of(account) == before


def test_the_public_sees_no_more_than_name_bio_slug_and_zone(account: Account) -> None:
    with database.tenant(account.id) as tx:
        seen = asdict(public_profile(tx))
    assert seen == {"slug": account.slug, "name": "Ada Lovelace", "bio": "", "time_zone": "Europe/London"}


def test_ac32_a_change_touches_no_other_teacher(account: Account) -> None:
    other = an_account()
    before = profile_of(other)
    changed(account, {"name": "Ada King"})
    assert profile_of(other) == before


@pytest.mark.usefixtures("connected")
def test_a_teacher_who_does_not_exist_is_not_found() -> None:
    nobody = Account(new_id(), "nobody", "nobody@example.org")
    with pytest.raises(NotFound):
        profile_of(nobody)
    with pytest.raises(NotFound):
        changed(nobody, {"name": "Nobody"})
