from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from lectern.jobs.schedule_expression import next_time
from local.pool import Pool
from local.schedules import NoSuchJob, Schedules
from local.servers import QUEUE_CREDENTIALS
from local.sqs import LocalSqs

MakePool = Callable[..., Pool]


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
