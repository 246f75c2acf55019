"""The hourly refresh: of all teachers, in nobody's way, and seen by each teacher alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from lectern import database, directory
from lectern.cohorts.refresh import refresh
from lectern.cohorts.retention import retention
from lectern.errors import Unavailable
from lectern.settings import DatabaseSettings
from local.postgres import Postgres
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_teacher, run
from tests.cohorts.given import came, came_again

NOT_COME = """
    update session_participants set status = 'no_show'
    where teacher_id = %(teacher_id)s and student_id = %(id)s
"""


@pytest.fixture
def app(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """As the functions connect, with nothing but the database's own rules in the way."""
    with psycopg.connect(postgres.app_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def hurried(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings by which a statement gets a fifth of a second."""
    settings = replace(DatabaseSettings(postgres.app_url), statement_seconds=0.2, transaction_seconds=0.2)
    monkeypatch.setattr(database, "database_settings", lambda: settings)
    database.close()
    yield
    database.close()


def sizes(teacher: Teacher) -> list[int]:
    return [cohort.students for cohort in run(teacher, retention, "paid", None, 10).cohorts.items]


def test_one_refresh_is_of_all_teachers(teacher: Teacher) -> None:
    teachers = [teacher, a_teacher(), a_teacher("Asia/Tokyo")]
    for number, each in enumerate(teachers, start=1):
        for _ in range(number):
            came(each, "2026-01-05 10:00")

    refresh(NOW)

    assert [sizes(each) for each in teachers] == [[1], [2], [3]]


def test_a_refresh_that_is_told_an_earlier_time_makes_nothing_older(teacher: Teacher) -> None:
    """As a message that was sent again."""
    came(teacher, "2026-01-05 10:00")
    refresh(NOW)
    refresh(NOW - timedelta(hours=1))

    assert run(teacher, retention, "paid", None, 10).as_of == NOW


def test_a_refresh_puts_right_what_has_changed_and_another_changes_nothing(teacher: Teacher) -> None:
    student = came(teacher, "2026-01-05 10:00")
    refresh(NOW)
    run(teacher, lambda tx: tx.send(NOT_COME, {"id": student}))

    refresh(NOW)
    refresh(NOW)

    assert sizes(teacher) == []


def test_two_at_once_take_turns(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 10:00")

    assert at_once([partial(refresh, NOW)] * 2) == [None, None]
    assert sizes(teacher) == [1]


def test_a_reader_does_not_stand_in_the_way(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 10:00")

    with database.tenant(teacher.id) as tx:
        retention(tx, "paid", None, 10)
        directory.refresh_retention_cohorts(NOW, 2.0)


def test_one_that_takes_too_long_is_given_up_and_changes_nothing(teacher: Teacher) -> None:
    refresh(NOW)
    came(teacher, "2026-01-05 10:00")

    with pytest.raises(Unavailable):
        directory.refresh_retention_cohorts(NOW, 0.001)

    assert sizes(teacher) == []


def test_it_may_take_longer_than_other_statements(teacher: Teacher, postgres: Postgres, hurried: None) -> None:  # noqa: ARG001
    came(teacher, "2026-01-05 10:00")
    locked = Event()
    slow = Thread(target=hold_everything_up, args=(postgres, locked, 0.5))
    slow.start()
    locked.wait(timeout=10)

    refresh(NOW)

    slow.join()
    assert sizes(teacher) == [1]


def hold_everything_up(postgres: Postgres, locked: Event, seconds: float) -> None:
    with psycopg.connect(postgres.owner_url) as owner:
        owner.execute("lock table class_sessions in access exclusive mode")
        locked.set()
        owner.execute("select pg_sleep(%s)", [seconds])


def test_a_bare_select_shows_a_teacher_their_own_cohorts_alone(teacher: Teacher, app: psycopg.Connection) -> None:
    another = a_teacher()
    came(teacher, "2026-01-05 10:00")
    came_again(another, came(another, "2026-02-05 10:00"), "2026-01-05 10:00", price=0)
    refresh(NOW)

    app.execute("select set_config('app.teacher_id', %s, false)", [str(another.id)])

    cohorts = app.execute("select cohort::text, month::text from own_retention_cohorts").fetchall()
    assert cohorts == [("2026-02-01", "2026-02-01")]


def test_without_a_tenant_there_are_no_cohorts(teacher: Teacher, app: psycopg.Connection) -> None:
    came(teacher, "2026-01-05 10:00")
    refresh(NOW)

    assert app.execute("select count(*) from own_retention_cohorts").fetchone() == (0,)


def test_the_cohorts_of_all_are_nobodys_to_read_or_refresh(connected: None, app: psycopg.Connection) -> None:  # noqa: ARG001
    for statement in ("select count(*) from retention_cohorts", "refresh materialized view retention_cohorts"):
        with pytest.raises(InsufficientPrivilege):
            app.execute(statement.encode())
