"""The limits of the connections to the database, and what happens to those that died."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import psycopg
import pytest

from lectern import database
from lectern.errors import Unavailable
from lectern.identifiers import new_id
from lectern.settings import DatabaseSettings
from local.postgres import Postgres
from tests.at_once import at_once
from tests.builders import a_teacher, rows_of

type UseSettings = Callable[..., None]

TEACHER = new_id()


@dataclass(frozen=True, slots=True)
class Backend:
    pid: int


@dataclass(frozen=True, slots=True)
class Slept:
    nothing: str


@pytest.fixture
def use(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[UseSettings]:
    """Let the environment start anew with some of its settings changed."""

    def change(**changes: object) -> None:
        settings = replace(DatabaseSettings(url=postgres.app_url), **changes)  # type: ignore[arg-type]  # any of them
        monkeypatch.setattr(database, "database_settings", lambda: settings)
        database.close()

    change()
    yield change
    database.close()


def backend(seconds: float = 0.0, teacher_id: UUID = TEACHER) -> int:
    """The server process that answers; it takes that long for it."""
    with database.tenant(teacher_id) as tx:
        tx.ask("select pg_sleep(%(seconds)s)", Slept, {"seconds": seconds})
        return tx.ask("select pg_backend_pid()", Backend).one().pid


def be_away(tx: database.Transaction) -> None:
    tx.send(
        "insert into time_off (teacher_id, id, starts_at, ends_at, created_at)"
        " values (%(teacher_id)s, %(teacher_id)s, now(), now() + interval '1 hour', now())"
    )


def open_connections(owner: psycopg.Connection) -> int:
    row = owner.execute("select count(*) from pg_stat_activity where usename = 'lectern_app'").fetchone()
    assert row
    return int(row[0])


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds


@pytest.mark.usefixtures("use")
def test_nothing_is_connected_before_it_is_used(owner: psycopg.Connection) -> None:
    assert eventually(lambda: open_connections(owner) == 0)
    backend()
    assert open_connections(owner) == 1


@pytest.mark.usefixtures("use")
def test_one_after_another_share_one_connection() -> None:
    assert len({backend(teacher_id=new_id()) for _ in range(5)}) == 1


@pytest.mark.usefixtures("use")
def test_a_process_opens_at_most_20_and_the_others_wait() -> None:
    backends = at_once([partial(backend, 0.3)] * 30)

    assert all(isinstance(pid, int) for pid in backends)
    assert len(set(backends)) <= 20


def test_who_waits_too_long_for_a_connection_is_told_to_try_again(use: UseSettings) -> None:
    use(max_connections=1, connect_seconds=1.0)

    results = at_once([partial(backend, 2.0)] * 2)

    [refusal] = [result for result in results if isinstance(result, Unavailable)]
    assert (refusal.code, refusal.facts["retry_after"]) == ("database_unavailable", 1)


def test_a_connection_is_closed_when_it_has_idled(use: UseSettings, owner: psycopg.Connection) -> None:
    use(idle_seconds=0.3)
    backend()

    assert eventually(lambda: open_connections(owner) == 0)


def test_a_server_that_does_not_answer_is_given_up(use: UseSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(url=f"postgresql://lectern_app@127.0.0.1:{silent.getsockname()[1]}/lectern", connect_seconds=1.0)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            backend()

    assert time.monotonic() - started < 3


@pytest.mark.usefixtures("use")
def test_a_restart_of_the_server_is_not_noticed_by_the_next_request(postgres: Postgres) -> None:
    before = at_once([partial(backend, 0.2)] * 5)

    postgres.restart()

    assert backend() not in before


def test_a_server_that_was_away_is_used_again_as_soon_as_it_is_back(postgres: Postgres, use: UseSettings) -> None:
    use(connect_seconds=1.0)
    postgres.stop()
    try:
        for _ in range(4):
            with pytest.raises(Unavailable):
                backend()
    finally:
        postgres.start()

    assert backend()


@pytest.mark.usefixtures("use")
def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used(postgres: Postgres) -> None:
    closed = backend()
    with psycopg.connect(postgres.app_url, autocommit=True) as app:
        app.execute("select pg_terminate_backend(%s, 5000)", [closed])

    assert backend() != closed


@pytest.mark.usefixtures("use")
def test_a_thawed_environment_does_not_use_the_connection_it_froze_with(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = backend()
    assert backend() == frozen

    # The network forgets a connection without a word; only the wall clock tells how long the freeze was.
    thawed_at = time.time() + 31
    monkeypatch.setattr(time, "time", lambda: thawed_at)

    assert backend() != frozen


def test_a_statement_that_takes_too_long_is_given_up(use: UseSettings) -> None:
    use(statement_seconds=0.2)

    with pytest.raises(Unavailable):
        backend(2.0)

    assert backend()


def test_a_transaction_that_nobody_goes_on_with_is_rolled_back(use: UseSettings) -> None:
    teacher = a_teacher()
    use(transaction_seconds=0.3)

    def dawdle() -> None:
        with database.tenant(teacher.id) as tx:
            be_away(tx)
            tx.ask("select pg_backend_pid()", Backend).one()
            time.sleep(0.8)

    with pytest.raises(Unavailable):
        dawdle()

    assert rows_of(teacher, "time_off") == []


@pytest.mark.usefixtures("use")
def test_an_error_in_a_transaction_leaves_nothing_behind() -> None:
    teacher = a_teacher()

    def fail() -> None:
        with database.tenant(teacher.id) as tx:
            be_away(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert rows_of(teacher, "time_off") == []
