"""The endpoint tells what Prometheus can read, to whoever has the token, also while a part of the system is down."""

import json
import time
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from lectern import clock, database, queue, settings
from lectern.breaker import CIRCUITS, CONFIG
from lectern.jobs.registry import JOBS
from lectern.monitoring import readings
from local.postgres import Postgres
from tests.dispatcher.teachers import only
from tests.jobs.queues import SCHEDULE_DEAD_LETTERS, Queues
from tests.monitoring.conftest import TOKEN
from tests.monitoring.scrapes import samples, scrape
from tests.redis_at import redis_at
from tests.stopped import connections_to, stopped

NOBODY = "127.0.0.1:9"


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer äöü"])
def test_who_does_not_show_the_token_is_told_nothing(authorization: str | None) -> None:
    refused = scrape(authorization)

    assert (refused["statusCode"], refused["headers"]["WWW-Authenticate"]) == (401, "Bearer")
    assert json.loads(refused["body"])["code"] == "bad_metrics_token"


def test_an_empty_token_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", " \n")

    with pytest.raises(settings.SettingMissing, match="anybody could read"):
        scrape("Bearer ")


def test_every_gauge_is_explained_before_its_samples() -> None:
    answer = scrape()

    assert answer["headers"]["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer["body"].split("\n")
    assert lines[:3] == [
        "# HELP lectern_up Whether this part of the system answered in time; 0 leaves other numbers of it out",
        "# TYPE lectern_up gauge",
        'lectern_up{part="database"} 1',
    ]
    assert lines[-1] == ""
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(typed) == len(set(typed))


def test_the_queues_tell_what_waits_what_is_worked_on_and_what_was_given_up(queues: Queues) -> None:
    for name in ["calendar-sync", "calendar-sync", "calendar-sync-dead", SCHEDULE_DEAD_LETTERS]:
        queues.client.send_message(QueueUrl=queues.url(name), MessageBody="{}")
    queues.client.receive_message(QueueUrl=queues.url("calendar-sync"))

    told = samples()

    assert told["queue_visible_messages", "calendar-sync"] == 1
    assert told["queue_in_flight_messages", "calendar-sync"] == 1
    assert told["queue_dead_letters", "calendar-sync"] == 1
    assert told["queue_dead_letters", "schedules"] == 1
    assert {name for gauge, name in told if gauge == "queue_dead_letters"} == {
        *(job.name for job in JOBS),
        "continuation",
        "schedules",
    }


def test_open_circuits_are_counted_by_provider_and_no_account_is_named() -> None:
    for name in ["google-calendar:ada", "google-calendar:bob", "stripe"]:
        CIRCUITS.configure(CONFIG, name)
        CIRCUITS.save_open(name, failure_count=5, opened_at=int(time.time()))
    CIRCUITS.save_closed("google-calendar:bob")

    told = samples()

    assert told["open_circuits", "google-calendar"] == 1
    assert told["open_circuits", "stripe"] == 1
    assert "bob" not in scrape()["body"]


def test_what_is_down_is_told_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    only()
    monkeypatch.setenv("DATABASE_URL", f"postgresql://lectern_app@{NOBODY}/lectern")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", f"http://{NOBODY}")
    database.close()
    settings.database_settings.cache_clear()
    queue.close()
    with redis_at(f"redis://{NOBODY}"):
        assert samples() == {("up", "database"): 0, ("up", "redis"): 0, ("up", "sqs"): 0}


def test_a_database_that_hangs_is_told_in_time_with_what_the_others_say(
    server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "DEADLINE_SECONDS", 1)
    assert samples()["up", "database"] == 1

    with stopped(connections_to(server)):
        began = time.monotonic()
        told = samples()

    assert time.monotonic() - began < 2
    assert (told["up", "database"], told["up", "redis"], told["up", "sqs"]) == (0, 1, 1)
    assert ("queue_visible_messages", "calendar-sync") in told


def test_a_queue_that_is_gone_hides_no_other(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.queue_variable("lifecycle-detection"), f"{queues.url('calendar-sync')}-gone")

    told = samples()

    assert told["up", "sqs"] == 0
    assert {name for gauge, name in told if gauge == "queue_visible_messages"} == {
        *(job.name for job in JOBS if job.name != "lifecycle-detection"),
        "continuation",
    }


def test_a_part_that_breaks_is_told_by_its_kind_and_keeps_nothing_else_from_being_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("SCHEDULE_DEAD_LETTERS_URL")

    told = samples()

    assert (told["up", "sqs"], told["up", "database"]) == (0, 1)
    assert "sqs cannot be read: SettingMissing" in caplog.messages


def test_a_deployment_without_redis_does_not_miss_it() -> None:
    with redis_at(None):
        assert ("up", "redis") not in samples()


def test_in_aws_cloudwatch_tells_how_old_the_messages_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDWATCH_REGION", "eu-central-1")
    with mock_aws():
        told_by_sqs("calendar-sync", 95)

        told = samples()

    assert (told["up", "cloudwatch"], told["queue_oldest_message_seconds", "calendar-sync"]) == (1, 95)


def test_a_cloudwatch_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDWATCH_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH", f"http://{NOBODY}")

    assert samples()["up", "cloudwatch"] == 0


def told_by_sqs(queue_name: str, seconds: float) -> None:
    """As SQS tells CloudWatch of a queue each minute."""
    metric = {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": queue_name}],
        "Timestamp": clock.now() - timedelta(minutes=2),
        "Value": seconds,
    }
    boto3.client("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
