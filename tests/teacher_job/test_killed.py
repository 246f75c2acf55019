"""A function that is killed in the middle of a job has done nothing, and the message's next delivery does it all."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from lectern import database
from local.postgres import Postgres
from tests.builders import Teacher, a_student, a_teacher, rows_of
from tests.jobs.queues import Queues
from tests.teacher_job.delivery import deliver, message, send

RUN = """
import os
from lectern import clock
from lectern.job_message import JobMessage
from lectern.jobs.run import run

told = JobMessage.from_json(os.environ["MESSAGE"])
run(told.job, told.teacher_id, told.local_date, clock.now())
"""

WAITING_FOR_THE_STUDENT = """
select count(*) from pg_stat_activity
where wait_event_type = 'Lock' and query like '%student_stages%' and application_name = 'lectern'
"""


@contextmanager
def the_students_locked(teacher: Teacher) -> Iterator[None]:
    """So that a job stands still where it writes about one."""
    with database.tenant(teacher.id) as tx:
        tx.connection.execute("select from students where teacher_id = %s for update", [teacher.id]).fetchall()
        yield


def await_count(postgres: Postgres, number: int) -> None:
    with psycopg.connect(postgres.app_url, autocommit=True) as same_role:
        until = time.monotonic() + 10
        while same_role.execute(WAITING_FOR_THE_STUDENT).fetchone() != (number,):
            assert time.monotonic() < until
            time.sleep(0.02)


def test_a_job_that_is_killed_runs_again_as_if_it_had_not_begun(queues: Queues, postgres: Postgres) -> None:
    teacher = a_teacher()
    a_student(teacher)
    with the_students_locked(teacher):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}\n{RUN}"],
            env=os.environ | {"MESSAGE": message(teacher)},
        )
        try:
            await_count(postgres, 1)
        finally:
            process.kill()
            process.wait()
    await_count(postgres, 0)
    assert (rows_of(teacher, "job_runs"), rows_of(teacher, "student_stages")) == ([], [])

    send(queues, message(teacher))
    assert deliver(queues).failed == []
    assert [len(rows_of(teacher, table)) for table in ("job_runs", "student_stages")] == [1, 1]
