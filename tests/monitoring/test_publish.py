"""What CloudWatch is told each minute, by the names that the alarms of template.yaml go by."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lectern import clock
from tests.builders import NOW
from tests.dispatcher.teachers import only
from tests.http.api import CONTEXT
from tests.jobs.queues import Queues
from tests.monitoring.scrapes import EVENTS, invoke
from tests.monitoring.waiting import a_calendar_that_waits
from tests.redis_at import redis_at
from tests.template.test_jobs import ALARMS

SCHEDULED = json.loads((EVENTS / "publish-metrics.json").read_text())


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "monitor")


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines of the log that CloudWatch makes metrics of, after a minute."""
    assert invoke(SCHEDULED) is None
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_readings_of_one_label_are_told_together(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    queues.client.send_message(QueueUrl=queues.url("calendar-sync"), MessageBody="{}")

    [line] = [line for line in told(capsys) if line.get("queue") == "calendar-sync"]

    assert (line["QueueVisibleMessages"], line["QueueInFlightMessages"], line["QueueDeadLetters"]) == ([1], [0], [0])
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Lectern", [["queue", "service"]])


def test_ages_are_in_seconds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    only()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    a_calendar_that_waits(timedelta(minutes=11))

    [line] = [line for line in told(capsys) if line.get("backlog") == "calendar"]

    assert line["BacklogOldestSeconds"] == [660]
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert {"Name": "BacklogOldestSeconds", "Unit": "Seconds"} in directive["Metrics"]


def test_a_part_that_is_down_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with redis_at("redis://127.0.0.1:9"):
        [line] = [line for line in told(capsys) if line.get("part") == "redis"]

    assert line["Up"] == [0]


def test_every_line_names_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert {line["function_request_id"] for line in told(capsys)} == {CONTEXT.aws_request_id}


def test_the_alarms_on_our_own_metrics_wait_for_what_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    awaited = [alarm for alarm in ALARMS if "backlog" in str(alarm.get("Dimensions"))]

    lines = told(capsys)

    assert awaited
    for alarm in awaited:
        labels = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert [line for line in lines if alarm["MetricName"] in line and labels.items() <= line.items()]
