from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from local.pool import Pool
from local.schedule_expression import next_time
from local.schedules import NoSuchJob, Schedules
from local.sqs import LocalSqs
from local.stack import QUEUE_CREDENTIALS

MakePool = Callable[..., Pool]
# A Tuesday.
NOW = datetime(2026, 11, 24, 9, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(5 minutes)", "2026-11-24T09:12:30"),
        ("rate(1 hour)", "2026-11-24T10:07:30"),
        ("rate(1 day)", "2026-11-25T09:07:30"),
        ("cron(30 3 * * ? *)", "2026-11-25T03:30:00"),
        ("cron(5 * * * ? *)", "2026-11-24T10:05:00"),
        ("cron(0/15 9-17 ? * MON-FRI *)", "2026-11-24T09:15:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00"),
        ("cron(0 8 ? * SUN,2 *)", "2026-11-29T08:00:00"),
        ("cron(0 0 29 FEB ? *)", "2028-02-29T00:00:00"),
        ("cron(7 9 24 11 ? 2027)", "2027-11-24T09:07:00"),
    ],
)
def test_the_next_time_is_eventbridges(expression: str, due: str) -> None:
    assert next_time(expression, NOW) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_time_that_has_just_come_is_not_the_next() -> None:
    due = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
    assert next_time("cron(5 * * * ? *)", due) == due.replace(hour=11)


@pytest.mark.parametrize("expression", ["every day", "rate(5 weeks)", "cron(0 8 * *)", "cron(61 * * * ? *)"])
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"schedule|fields|outside"):
        next_time(expression, NOW)


def test_an_expression_whose_time_is_over_is_refused() -> None:
    with pytest.raises(ValueError, match="no time after"):
        next_time("cron(0 0 1 1 ? 2020)", NOW)


def test_a_job_that_is_run_now_gets_its_schedules_constant_input(pool: MakePool) -> None:
    schedules = Schedules([pool("EchoFunction"), pool("BatchFunction")])
    assert schedules.jobs() == ["nightly"]
    assert schedules.run_now("nightly").payload == {"job": "nightly"}


def test_a_job_that_there_is_not_is_said_with_those_that_there_are(pool: MakePool) -> None:
    with pytest.raises(NoSuchJob, match=r"no job weekly. There are: nightly\."):
        Schedules([pool("BatchFunction")]).run_now("weekly")


def test_the_clock_runs_a_job_when_it_is_due(pool: MakePool) -> None:
    ahead = next_time("cron(30 3 * * ? *)", datetime.now(UTC)) - datetime.now(UTC) - timedelta(seconds=0.5)
    with LocalSqs() as sqs:
        told = {"QUEUE_URL": sqs.create_queue("jobs"), "AWS_ENDPOINT_URL_SQS": sqs.url, **QUEUE_CREDENTIALS}
        schedules = Schedules([pool("BatchFunction", variables=told)], clock=lambda: datetime.now(UTC) + ahead)
        with closing(schedules):
            schedules.start()
            assert len(sqs.queue("jobs").receive(1, wait_seconds=10)) == 1
            assert sqs.queue("jobs").receive(1, wait_seconds=0.5) == []
