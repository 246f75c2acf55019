"""Auth sessions with Redis there, absent, hanging, and dying under load; and that a sign-out is final."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from threading import Event

import psycopg
import pytest
from redis import Redis

from lectern import database
from lectern.accounts.auth_sessions import AuthSession, delete_session, get_session
from lectern.errors import Unavailable
from lectern.tokens import new_token, token_hash
from local.postgres import Postgres
from local.valkey import Valkey
from tests.accounts.account import NOW, Account, an_account, signed_in
from tests.redis_at import redis_at, redis_that_hangs


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[None]:
    with redis_at(valkey.url):
        yield


@pytest.fixture(params=["redis", "no redis", "a redis that is down", "a redis that hangs"])
def any_redis(request: pytest.FixtureRequest, valkey: Valkey) -> Iterator[None]:
    places = {"redis": valkey.url, "no redis": None, "a redis that is down": "redis://127.0.0.1:1/0"}
    with ExitStack() as stack:
        state = request.param
        stack.enter_context(redis_at(places[state]) if state in places else redis_that_hangs())
        yield


def twice(token: str, now: datetime = NOW) -> list[AuthSession | None]:
    """Asked of the database, and then of the cache where there is one."""
    return [get_session(token, now), get_session(token, now)]


@pytest.mark.usefixtures("any_redis")
def test_a_token_is_known_until_it_is_signed_out(account: Account) -> None:
    token = signed_in(account).token
    known = AuthSession(account.id, NOW + timedelta(days=30))
    assert twice(token) == [known, known]
    delete_session(token)
    assert twice(token) == [None, None]


@pytest.mark.usefixtures("any_redis")
def test_signing_out_leaves_the_other_sessions_of_the_teacher(account: Account) -> None:
    here, there = signed_in(account).token, signed_in(account).token
    delete_session(here)
    assert get_session(there, NOW)


@pytest.mark.usefixtures("any_redis")
def test_signing_out_twice_is_no_error(account: Account) -> None:
    token = signed_in(account).token
    delete_session(token)
    delete_session(token)
    assert get_session(token, NOW) is None


@pytest.mark.usefixtures("any_redis", "connected")
def test_a_token_that_nobody_was_given_is_unknown() -> None:
    assert twice(new_token()) == [None, None]


@pytest.mark.usefixtures("any_redis")
def test_a_session_ends_to_the_instant_also_when_it_is_cached(account: Account) -> None:
    session = signed_in(account)
    last = session.expires_at - timedelta(microseconds=1)
    assert None not in twice(session.token, last - timedelta(seconds=10))
    assert get_session(session.token, last)
    assert get_session(session.token, session.expires_at) is None


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize(("left", "kept"), [(timedelta(days=1), 30), (timedelta(seconds=7), 7)])
def test_the_cache_keeps_a_session_30_s_and_never_past_its_end(
    account: Account, valkey: Valkey, left: timedelta, kept: int
) -> None:
    session = signed_in(account)
    get_session(session.token, session.expires_at - left)
    with Redis(port=valkey.port) as client:
        left_in_cache = client.pttl(f"session:{token_hash(session.token).hex()}")
    assert kept - 1 < left_in_cache / 1000 <= kept


@pytest.mark.usefixtures("redis")
def test_a_cached_session_is_known_without_the_database(account: Account) -> None:
    token = signed_in(account).token
    get_session(token, NOW)
    with database.tenant(account.id) as tx:
        tx.send("delete from auth_sessions where teacher_id = %(teacher_id)s")
    assert get_session(token, NOW)


@pytest.mark.usefixtures("redis")
def test_ac32_a_token_of_one_teacher_is_never_taken_for_another(account: Account) -> None:
    other = an_account()
    tokens = {signed_in(account).token: account.id, signed_in(other).token: other.id}
    for token, teacher_id in tokens.items():
        assert [session and session.teacher_id for session in twice(token)] == [teacher_id] * 2


@pytest.mark.usefixtures("redis")
def test_a_session_that_was_signed_out_does_not_come_back_through_its_readers(account: Account) -> None:
    with ThreadPoolExecutor(4) as pool:
        for _ in range(15):
            token, stop = signed_in(account).token, Event()
            readers = [pool.submit(_read_until, stop, token) for _ in range(4)]
            delete_session(token)
            stop.set()
            assert all(reader.result() for reader in readers)
            assert get_session(token, NOW) is None


@pytest.mark.usefixtures("redis")
def test_a_sign_out_that_the_database_did_not_carry_out_can_be_tried_again(
    account: Account, postgres: Postgres
) -> None:
    token = signed_in(account).token
    with ThreadPoolExecutor(1) as pool, another_who_signs_out(postgres, account) as another:
        failing = pool.submit(delete_session, token)
        cut_off_who_waits(another)
        with pytest.raises(Unavailable):
            failing.result()
    assert get_session(token, NOW)
    delete_session(token)
    assert get_session(token, NOW) is None


def test_a_redis_that_dies_and_comes_back_under_load_is_not_noticed(account: Account) -> None:
    token, stop = signed_in(account).token, Event()
    with Valkey() as server, redis_at(server.url), ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(_known_until, stop, token) for _ in range(4)]
        for _ in range(2):
            server.stop()
            server.start()
        stop.set()
        assert all(reader.result() for reader in readers)


@contextmanager
def another_who_signs_out(postgres: Postgres, account: Account) -> Iterator[psycopg.Connection]:
    """Holds the rows of the teacher's sessions, and in the end has not deleted them."""
    with psycopg.connect(postgres.app_url) as connection:
        connection.execute("select set_config('app.teacher_id', %s, true)", [str(account.id)])
        connection.execute("delete from auth_sessions where teacher_id = %s", [account.id])
        yield connection
        connection.rollback()


def cut_off_who_waits(connection: psycopg.Connection) -> None:
    blocked = (
        "select pg_terminate_backend(pid) from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))"
    )
    while connection.execute(blocked).fetchone() is None:
        time.sleep(0.01)


def _read_until(stop: Event, token: str) -> bool:
    while not stop.is_set():
        get_session(token, NOW)
    return True


def _known_until(stop: Event, token: str) -> bool:
    """Whether the token was known each time."""
    known = True
    while not stop.is_set():
        known = get_session(token, NOW) is not None and known
    return known
