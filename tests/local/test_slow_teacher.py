"""One teacher whose job takes for ever: the others' jobs are done meanwhile, end to end on the local stack."""

import time
from collections.abc import Callable

import pytest

from local.postgres import Postgres
from local.stack import Stack
from local.valkey import Valkey
from tests.builders import Teacher, a_student, a_teacher, rows_of
from tests.teacher_job.test_killed import the_students_locked

OTHERS = 40
# Those whose messages came in one batch with that teacher's, and behind it.
MOST_IN_ITS_BATCH = 9


def done(teachers: list[Teacher]) -> int:
    return sum(bool(rows_of(teacher, "job_runs")) for teacher in teachers)


def await_that(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.usefixtures("connected")
def test_a_teacher_whose_job_does_not_end_keeps_at_most_its_own_batch_waiting(
    postgres: Postgres, valkey: Valkey
) -> None:
    slow, *others = [a_teacher(rules=()) for _ in range(OTHERS + 1)]
    a_student(slow)
    servers = {"DATABASE_URL": postgres.app_url, "DATABASE_OWNER_URL": postgres.owner_url, "REDIS_URL": valkey.url}
    with Stack.start(environ=servers) as stack:
        with the_students_locked(slow):
            stack.schedules.run_now("lifecycle-detection")
            await_that(lambda: done(others) >= OTHERS - MOST_IN_ITS_BATCH)
            assert done([slow]) == 0
        await_that(lambda: done([slow, *others]) == OTHERS + 1)
