"""One teacher's job that cannot succeed: it is tried five times, is set aside, and runs when the cause is gone."""

import os
import subprocess
import sys
from urllib.request import Request, urlopen

from lectern import settings
from local.demo.api import StepFailed
from local.demo.business import Teacher
from local.demo.claims import Database
from local.demo.telling import await_that, heading, say
from local.environment import LAYER, REGION
from local.servers import QUEUE_CREDENTIALS
from local.stack import Stack
from local.state import kept_secret, state_folder

JOB, QUEUE, DEAD_LETTERS = "lifecycle-detection", "LifecycleDetectionQueue", "LifecycleDetectionDeadLetters"
# The night is dispatched twice.
MESSAGES = 2


class PoisonedTeacher:
    """A teacher whose thresholds are none; the thresholds are nobody's business but one job's."""

    def __init__(self, stack: Stack, teacher: Teacher) -> None:
        self.stack = stack
        self.teacher = teacher
        self.database = Database(stack.app_url, teacher.slug)

    def bend_a_row(self) -> None:
        heading(f"Somebody writes thresholds for {self.teacher.name} into the table by hand, and they are none")
        with self.database.transaction() as connection:
            connection.execute(
                "insert into lifecycle_thresholds (teacher_id, thresholds, updated_at)"
                """ values (current_teacher_id(), '{"overdue": "after a while"}', now())"""
            )

    def find_the_dead_letter(self) -> None:
        heading(f"The one job that failed is set aside after five attempts; nobody waited for {self.teacher.name}")
        dead = self.stack.sqs.queue(DEAD_LETTERS)
        await_that("both its messages should be among the dead letters", lambda: dead.counts().visible == MESSAGES)
        say(f"the monitor says {self._gauge('lectern_queue_dead_letters')}, and in AWS an alarm goes off")
        self.database.claim("the job is not done", 0, _RUNS, job=JOB)

    def mend_and_redrive(self) -> None:
        heading("The row is mended, and the dead letters are sent again")
        usual = self.teacher.api.put("/v1/lifecycle/thresholds", {})
        say(f"overdue after {usual['overdue_days']} days, as usual")
        say(self._redrive())
        await_that("both messages should have been taken", self._is_nothing_left)
        self.database.claim("the job is done, once", 1, _RUNS, job=JOB)

    def _is_nothing_left(self) -> bool:
        counts = [self.stack.sqs.queue(name).counts() for name in (DEAD_LETTERS, QUEUE)]
        return not any(each.visible or each.in_flight or each.delayed for each in counts)

    def _gauge(self, name: str) -> str:
        token = kept_secret(state_folder() / "metrics_token")
        request = Request(f"{self.stack.url}/metrics", headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - here
        with urlopen(request) as response:  # noqa: S310 - as above
            lines: list[str] = response.read().decode().splitlines()
        return next(line for line in lines if line.startswith(name) and JOB in line)

    def _redrive(self) -> str:
        """As a person does it: `python -m lectern.jobs redrive lifecycle-detection`."""
        told = {
            **QUEUE_CREDENTIALS,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL_SQS": self.stack.sqs.url,
            settings.queue_variable(JOB): self.stack.sqs.queue_url(QUEUE),
            "PYTHONPATH": str(LAYER),
        }
        command = [sys.executable, "-m", "lectern.jobs", "redrive", JOB]
        ended = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise StepFailed(f"The redrive should have begun: {ended.stderr}")
        return ended.stdout.strip()


_RUNS = "select count(*) from job_runs where job = %(job)s"
