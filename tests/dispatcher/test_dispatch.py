"""From a schedule's event to a message for every teacher, whatever happens to SQS or to the invocation."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from dispatcher import dispatch
from dispatcher.app import handler
from lectern import clock
from lectern.errors import Conflict, Invalid, NotFound, Unavailable
from tests.builders import at, rows_of
from tests.dispatcher.teachers import leave, only
from tests.jobs.queues import CONTINUATION, Queues
from tests.monitoring.waiting import a_calendar_that_waits
from tests.teacher_job.delivery import deliver

SAMPLE = Path(__file__).parents[2] / "events" / "dispatch-lifecycle-detection.json"
JOB = "lifecycle-detection"
EVENT = {"job": JOB, "at": "2026-03-02T15:30:00Z"}


def context(seconds_left: float = 120) -> LambdaContext:
    function = {"function_name": "dispatcher", "memory_limit_in_mb": "1024", "aws_request_id": "1"}
    left = {"get_remaining_time_in_millis": lambda: int(seconds_left * 1000)}
    return cast("LambdaContext", SimpleNamespace(**function, **left, invoked_function_arn="arn"))


def told(queues: Queues, job: str = JOB) -> Counter[str]:
    return Counter(body["teacher_id"] for body in queues.bodies(job))


def continuation(queues: Queues) -> dict[str, Any]:
    """The event that Lambda makes of the one continuation message."""
    [message] = queues.drain(CONTINUATION)
    return {"Records": [{"body": message["Body"]}]}


def test_each_teacher_is_told_with_the_date_where_they_are(queues: Queues) -> None:
    there = only("Pacific/Kiritimati", "Europe/Berlin", "Pacific/Honolulu")

    handler({"job": JOB, "at": "2026-03-02T06:00:00Z"}, context())

    dates = {body["teacher_id"]: body["local_date"] for body in queues.bodies(JOB)}
    assert [dates[str(teacher.id)] for teacher in there] == ["2026-03-02", "2026-03-02", "2026-03-01"]
    assert len(dates) == 3


def test_a_message_says_the_job_and_its_time_and_is_of_its_teachers_group(queues: Queues) -> None:
    [teacher] = only("UTC")

    handler(EVENT, context())

    [message] = queues.drain(JOB)
    assert json.loads(message["Body"]) == {
        "job": JOB,
        "teacher_id": str(teacher.id),
        "local_date": "2026-03-02",
        "at": "2026-03-02T15:30:00+00:00",
    }
    assert message["Attributes"]["MessageGroupId"] == str(teacher.id)


@pytest.mark.parametrize(
    ("instant", "date"),
    [
        ("2026-03-29 00:30", "2026-03-29"),
        ("2026-03-28 22:59", "2026-03-28"),
        ("2026-10-24 22:00", "2026-10-25"),
        ("2026-10-25 22:59", "2026-10-25"),
    ],
)
def test_the_date_is_right_on_the_days_on_which_clocks_change(queues: Queues, instant: str, date: str) -> None:
    only("Europe/Berlin")

    handler({"job": JOB, "at": at(instant).isoformat()}, context())

    assert [body["local_date"] for body in queues.bodies(JOB)] == [date]


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-03-05 15:30", "2026-03-05T15:30:00+00:00"),
        ("2026-03-05 22:00", "2026-03-05T15:30:00+00:00"),
        ("2026-03-06 15:20", "2026-03-05T15:30:00+00:00"),
    ],
)
def test_the_rule_s_input_tells_no_time_and_so_it_is_the_schedule_s_last(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, moment: str, due: str
) -> None:
    only("UTC")
    monkeypatch.setattr(clock, "now", lambda: at(moment))

    handler(json.loads(SAMPLE.read_text()), context())

    assert [body["at"] for body in queues.bodies(JOB)] == [due]


def test_a_schedule_that_comes_late_loses_no_date_where_midnight_has_passed_meanwhile(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    only("Asia/Singapore")
    for moment in ("2026-03-01 15:30", "2026-03-02 16:20", "2026-03-03 15:30"):
        monkeypatch.setattr(clock, "now", lambda moment=moment: at(moment))
        handler({"job": JOB}, context())

    assert [body["local_date"] for body in queues.bodies(JOB)] == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_a_teacher_whose_zone_nobody_knows_is_passed_over_and_the_dispatch_fails_when_all_others_are_told(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    there = only("UTC", "Mars/Phobos", "UTC", "UTC")
    monkeypatch.setattr(dispatch, "PAGE", 2)
    monkeypatch.setattr(dispatch, "ROUND", 2)

    handler(EVENT, context(seconds_left=9))
    with pytest.raises(Conflict, match="told nothing"):
        handler(continuation(queues), context())

    assert told(queues) == {str(teacher.id): 1 for teacher in there if teacher is not there[1]}
    assert str(there[1].id) in caplog.text + str([vars(record) for record in caplog.records])


def test_who_has_left_is_told_nothing_and_other_jobs_neither(queues: Queues) -> None:
    gone, there = only("UTC", "UTC")
    leave(gone.id)

    handler(EVENT, context())

    assert told(queues) == {str(there.id): 1}
    assert told(queues, "session-upkeep") == {}


def test_calendars_are_synced_of_those_who_have_one_with_something_to_do(queues: Queues) -> None:
    only("UTC")
    waiting = a_calendar_that_waits(timedelta(minutes=3))
    a_calendar_that_waits(timedelta(minutes=3), status="needs_reauth")
    # The booking's own nudge.
    queues.drain("calendar-sync")

    handler({"job": "calendar-sync"}, context())

    assert told(queues, "calendar-sync") == {str(waiting.id): 1}


def test_a_job_for_all_is_one_message_of_its_own_group(queues: Queues) -> None:
    only("UTC", "UTC")

    handler({"job": "retention-cohorts", "at": "2026-03-02T15:20:00Z"}, context())

    [message] = queues.drain("retention-cohorts")
    assert json.loads(message["Body"])["teacher_id"] is None
    assert message["Attributes"]["MessageGroupId"] == "retention-cohorts"


def test_what_sqs_refuses_of_a_batch_is_sent_again_and_the_rest_is_not(queues: Queues) -> None:
    there = only(*["UTC"] * 25)
    queues.server.faults.refuse_entries(7)

    handler(EVENT, context())

    assert told(queues) == {str(teacher.id): 1 for teacher in there}


def test_the_invocation_fails_when_sqs_goes_on_refusing(queues: Queues) -> None:
    only("UTC")
    queues.server.faults.refuse_entries(1_000)

    with pytest.raises(Unavailable, match="SQS"):
        handler(EVENT, context())


def test_when_time_runs_short_the_next_invocation_goes_on(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    there = only(*["UTC"] * 5)
    monkeypatch.setattr(dispatch, "ROUND", 2)

    handler(EVENT, context(seconds_left=9))
    assert len(queues.receive(JOB, visibility=0)) == 2
    handler(continuation(queues), context(seconds_left=9))
    handler(continuation(queues), context())

    messages = queues.bodies(JOB)
    assert Counter(message["teacher_id"] for message in messages) == {str(teacher.id): 1 for teacher in there}
    assert {message["at"] for message in messages} == {"2026-03-02T15:30:00+00:00"}
    assert queues.drain(CONTINUATION) == []


def test_every_page_is_sent_when_there_is_time(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    there = only(*["UTC"] * 5)
    monkeypatch.setattr(dispatch, "PAGE", 2)

    handler(EVENT, context())

    assert told(queues) == {str(teacher.id): 1 for teacher in there}


def test_a_dispatch_that_comes_twice_is_done_once(queues: Queues) -> None:
    there = only(*["UTC"] * 3)
    for _ in range(2):
        handler(EVENT, context())

    while (delivered := deliver(queues)).done:
        assert delivered.failed == []

    assert [len(rows_of(teacher, "job_runs")) for teacher in there] == [1, 1, 1]


def test_an_unknown_job_fails_and_tells_nobody(queues: Queues) -> None:
    only("UTC")

    with pytest.raises(NotFound, match="no such job"):
        handler({"job": "fortune-telling"}, context())
    assert told(queues) == {}


def test_a_time_without_an_offset_fails_and_tells_nobody(queues: Queues) -> None:
    only("UTC")

    with pytest.raises(Invalid, match="no offset"):
        handler({"job": JOB, "at": "2026-03-02T15:30:00"}, context())
    assert told(queues) == {}


def test_a_schedule_without_input_fails(queues: Queues) -> None:  # noqa: ARG001 - nothing is to arrive there
    with pytest.raises(Invalid, match="names no job"):
        handler({"version": "0", "source": "aws.scheduler", "time": "2025-02-20T16:03:00Z", "detail": "{}"}, context())
