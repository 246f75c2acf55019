"""The list of jobs, and when they run."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from lectern.errors import NotFound
from lectern.jobs.registry import JOBS, Job, job_named

DAILY = [job for job in JOBS if job.runs != "each time"]
ZONES = set(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}
DAYS = 366


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_has_a_function_that_can_be_imported(job: Job) -> None:
    assert callable(job.load())


def test_an_unknown_job_is_refused() -> None:
    with pytest.raises(NotFound, match="no such job"):
        job_named("lifecycle_detection")


@pytest.mark.parametrize("job", DAILY, ids=lambda job: job.name)
def test_every_date_of_a_year_comes_once_wherever_clocks_change(job: Job) -> None:
    runs = [first_run(job) + timedelta(days=day) for day in range(DAYS)]

    for zone in ZONES:
        assert [at.astimezone(ZoneInfo(zone)).date() for at in runs] == consecutive(runs[0].astimezone(ZoneInfo(zone)))


def first_run(job: Job) -> datetime:
    daily = re.fullmatch(r"cron\((\d+) (\d+) \* \* \? \*\)", job.schedule)
    assert daily
    return datetime(2026, 1, 1, int(daily[2]), int(daily[1]), tzinfo=UTC)


def consecutive(first: datetime) -> list[date]:
    return [first.date() + timedelta(days=day) for day in range(DAYS)]
