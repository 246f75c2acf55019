"""A job that takes too long ends when its time does, whatever it is waiting for."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

import pytest

from lectern import database
from lectern.database import Transaction
from lectern.errors import Unavailable
from teacher_job import deadline
from teacher_job.deadline import interrupted_after
from tests.builders import a_teacher, rows_of
from tests.stopped import stopped


@dataclass(frozen=True, slots=True)
class Slept:
    done: str


def one_statement(teacher_id: UUID) -> None:
    with database.tenant(teacher_id) as tx:
        tx.ask("select pg_sleep(6)::text", Slept).all()


def several_in_a_pipeline(teacher_id: UUID) -> None:
    with database.tenant(teacher_id) as tx:
        for _ in range(6):
            tx.send("select pg_sleep(2)")
        tx.ask("select pg_sleep(2)::text", Slept).all()


def one_that_nobody_waits_for_yet(teacher_id: UUID) -> None:
    with database.tenant(teacher_id) as tx:
        tx.send("select pg_sleep(6)")
        time.sleep(6)


def at_the_commit(teacher_id: UUID) -> None:
    with database.tenant(teacher_id) as tx:
        tx.send(
            "insert into lifecycle_thresholds (teacher_id, thresholds, updated_at) values (%(teacher_id)s, '{}', now())"
        )
        tx.send("select pg_sleep(6)")


@pytest.mark.parametrize("job", [one_statement, several_in_a_pipeline, one_that_nobody_waits_for_yet, at_the_commit])
def test_a_job_ends_with_its_time_whatever_the_database_is_at_and_leaves_nothing_behind(
    job: Callable[[UUID], None],
) -> None:
    teacher, began = a_teacher(), time.monotonic()

    with pytest.raises(Unavailable) as failure, interrupted_after(0.3):
        job(teacher.id)

    assert failure.value.code == "took_too_long"
    assert time.monotonic() - began < 1.5
    assert rows_of(teacher, "lifecycle_thresholds") == []


def wait_for_what_hangs(teacher_id: UUID, wait: Callable[[Transaction], object], hanging: ExitStack) -> None:
    with database.tenant(teacher_id) as tx:
        hanging.enter_context(stopped([tx.connection.info.backend_pid]))
        wait(tx)


@pytest.mark.parametrize(
    "wait",
    [lambda tx: tx.ask("select ''", Slept).all(), lambda _: time.sleep(6), lambda tx: tx.send("select 1")],
    ids=["for an answer", "for something else", "for the commit"],
)
def test_a_job_ends_with_its_time_also_when_its_database_hangs(
    wait: Callable[[Transaction], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "AGAIN_SECONDS", 1.2)
    teacher, began = a_teacher(), time.monotonic()

    with ExitStack() as hanging:
        with pytest.raises(Unavailable) as failure, interrupted_after(0.3):
            wait_for_what_hangs(teacher.id, wait, hanging)
        took = time.monotonic() - began

    assert (failure.value.code, took < 2.4) == ("took_too_long", True)
    assert rows_of(teacher, "job_runs") == []
