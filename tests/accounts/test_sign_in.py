"""Signing in: who is let in, who is not, and that neither the answer nor its time tells which part was wrong."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from argon2 import PasswordHasher

from lectern import database
from lectern.accounts.auth_sessions import delete_session, get_session
from lectern.accounts.sign_in import sign_in
from lectern.errors import Unauthenticated
from lectern.tokens import new_token
from local.valkey import Valkey
from tests.accounts.account import NOW, PASSWORD, Account, signed_in, stored
from tests.redis_at import redis_at


def seconds_to_refuse(email: str) -> float:
    started = perf_counter()
    with pytest.raises(Unauthenticated):
        sign_in(email, "a wrong password", NOW)
    return perf_counter() - started


def test_a_sign_in_holds_thirty_days(account: Account) -> None:
    assert signed_in(account).expires_at == NOW + timedelta(days=30)


def test_the_address_may_be_written_in_capitals(account: Account) -> None:
    assert sign_in(account.email.upper(), PASSWORD, NOW).teacher_id == account.id


def test_a_wrong_password_and_a_wrong_address_are_refused_alike(account: Account) -> None:
    refusals = []
    for email, password in [(account.email, "a wrong password"), ("nobody@example.org", PASSWORD)]:
        with pytest.raises(Unauthenticated) as refused:
            sign_in(email, password, NOW)
        refusals.append((refused.value.code, refused.value.message))
    assert refusals[0] == refusals[1]
    assert refusals[0][0] == "wrong_credentials"


def test_the_time_of_a_refusal_does_not_tell_who_has_an_account(account: Account) -> None:
    known = median(seconds_to_refuse(account.email) for _ in range(5))
    unknown = median(seconds_to_refuse("nobody@example.org") for _ in range(5))
    assert 0.5 < known / unknown < 2


def test_a_teacher_who_was_deleted_cannot_sign_in(account: Account) -> None:
    with database.tenant(account.id) as tx:
        tx.send("update teachers set deleted_at = now() where id = %(teacher_id)s")
    with pytest.raises(Unauthenticated):
        signed_in(account)


def test_a_repeated_sign_in_with_its_token_is_answered_alike(account: Account) -> None:
    token = new_token()
    first = sign_in(account.email, PASSWORD, NOW, token)
    again = sign_in(account.email, PASSWORD, NOW + timedelta(minutes=5), token)
    assert again == first
    assert stored(account, "select count(*) from auth_sessions") == 1


def test_a_token_whose_session_ran_out_opens_a_new_one(account: Account) -> None:
    token, later = new_token(), NOW + timedelta(days=31)
    sign_in(account.email, PASSWORD, NOW, token)
    assert sign_in(account.email, PASSWORD, later, token).expires_at == later + timedelta(days=30)


def test_a_token_that_was_signed_out_holds_again_once_it_signs_in_again(account: Account, valkey: Valkey) -> None:
    token = new_token()
    with redis_at(valkey.url):
        sign_in(account.email, PASSWORD, NOW, token)
        delete_session(token)
        sign_in(account.email, PASSWORD, NOW, token)
        assert get_session(token, NOW)


def test_a_hash_of_other_parameters_is_renewed_by_the_next_sign_in(account: Account) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.tenant(account.id) as tx:
        tx.send("update teachers set password_hash = %(weak)s where id = %(teacher_id)s", {"weak": weak})
    signed_in(account)
    assert "m=19456,t=2,p=1" in str(stored(account, "select password_hash from teachers"))
    assert signed_in(account).teacher_id == account.id


def test_signing_in_removes_the_teachers_sessions_that_ran_out(account: Account) -> None:
    signed_in(account)
    signed_in(account, NOW + timedelta(days=31))
    assert stored(account, "select count(*) from auth_sessions") == 1
