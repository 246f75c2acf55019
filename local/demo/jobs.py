"""The clock's side of the journey: a schedule fires, and every teacher's job runs once, however often it is told to."""

import time
from zoneinfo import ZoneInfo

from local.demo.api import StepFailed
from local.demo.business import Teacher
from local.demo.claims import Database
from local.demo.telling import heading, say
from local.stack import Stack

LONGEST_WAIT_SECONDS = 20.0

_RUNS = "select count(*) from job_runs where job = 'lifecycle-detection'"


def run_the_daily_jobs(stack: Stack, teachers: list[Teacher]) -> None:
    heading("The daily jobs: dispatched twice, one message per teacher, run once each")
    databases = [Database(stack.app_url, teacher.slug) for teacher in teachers]
    for _ in range(2):
        stack.schedules.run_now("lifecycle-detection")
    _await_runs(databases)
    for teacher, database in zip(teachers, databases, strict=True):
        overview = teacher.api.get("/v1/lifecycle")
        stages = ", ".join(f"{count} {stage}" for stage, count in sorted(overview["stages"].items()))
        say(f"{teacher.name}, {overview['local_date']} in {ZoneInfo(teacher.time_zone).key}: {stages or 'no students'}")
        database.claim(f"one run is recorded for {teacher.name}", 1, _RUNS)


def _await_runs(databases: list[Database]) -> None:
    latest = time.monotonic() + LONGEST_WAIT_SECONDS
    while not all(database.value(_RUNS) for database in databases):
        if time.monotonic() > latest:
            raise StepFailed("The daily job should have run for every teacher by now.")
        time.sleep(0.1)
