"""One teacher's failure is that teacher's: it is reported, put off, counted, and in the end kept for a person."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from lectern import queue
from lectern.database import Transaction
from lectern.errors import NotFound
from lectern.identifiers import new_id
from lectern.jobs import registry
from lectern.jobs.__main__ import main
from lectern.settings import queue_variable
from teacher_job import app, failure
from teacher_job.failure import pause_seconds
from tests.builders import Teacher, a_teacher, rows_of, run
from tests.jobs.queues import Queues
from tests.teacher_job.delivery import context, deliver, invoke_with_sample, message, records, send

JOB = "lifecycle-detection"


def has_run(teacher: Teacher) -> bool:
    return len(rows_of(teacher, "job_runs")) == 1


def a_poisoned_teacher() -> Teacher:
    """Their thresholds are none that the job knows, and so it breaks, with words that it must not repeat."""
    teacher = a_teacher()
    run(
        teacher,
        lambda tx: tx.send(
            "insert into lifecycle_thresholds (teacher_id, thresholds, updated_at)"
            """ values (%(teacher_id)s, '{"sam@example.com": 1}', now())"""
        ),
    )
    return teacher


def heal(teacher: Teacher) -> None:
    run(teacher, lambda tx: tx.send("update lifecycle_thresholds set thresholds = '{}'"))


def replace_job(monkeypatch: pytest.MonkeyPatch, function: Callable[..., object]) -> None:
    monkeypatch.setitem(sys.modules, "another", SimpleNamespace(job=function))
    monkeypatch.setitem(registry.BY_NAME, JOB, replace(registry.BY_NAME[JOB], function="another:job"))


def not_there(*_: object) -> None:
    raise NotFound("session_not_found", "There is no such session.")


def metrics(output: str) -> dict[str, Any]:
    [line] = [line for line in output.splitlines() if "CloudWatchMetrics" in line]
    told: dict[str, Any] = json.loads(line)
    return told


def test_a_batch_runs_for_each_of_its_teachers(queues: Queues) -> None:
    teachers = [a_teacher() for _ in range(3)]
    send(queues, *[message(teacher) for teacher in teachers])

    assert deliver(queues).failed == []
    assert all(has_run(teacher) for teacher in teachers)
    assert queues.drain(JOB) == []


def test_a_teacher_whose_job_breaks_fails_alone(queues: Queues) -> None:
    teachers = [a_teacher(), a_poisoned_teacher(), a_teacher()]
    send(queues, *[message(teacher) for teacher in teachers])

    assert deliver(queues).failed == [message(teachers[1])]
    assert [has_run(teacher) for teacher in teachers] == [True, False, True]


def test_a_message_that_came_twice_and_late_is_done_once(queues: Queues) -> None:
    teachers = [a_teacher() for _ in range(4)]
    queues.server.faults.deliver_twice(4)
    queues.server.faults.shuffled = True
    send(queues, *[message(teacher) for teacher in teachers])

    while (delivered := deliver(queues)).done:
        assert delivered.failed == []
    assert all(has_run(teacher) for teacher in teachers)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '"job"', "Test message.", '{"job": "lifecycle-detection"}', '{"job": null, "teacher_id": 7}'],
)
def test_what_is_no_message_of_ours_fails(queues: Queues, body: str) -> None:
    teacher = a_teacher()
    send(queues, body or " ", message(teacher))

    assert deliver(queues).failed == [body or " "]
    assert has_run(teacher)


def test_an_unknown_job_fails(queues: Queues) -> None:
    unknown = message(a_teacher(), job="fortune-telling")
    send(queues, unknown)

    assert deliver(queues).failed == [unknown]


def test_a_teacher_who_is_no_more_is_done(queues: Queues) -> None:
    send(queues, message(Teacher(new_id(), "gone")))

    assert deliver(queues).failed == []


@pytest.mark.parametrize(("receipts", "longest"), [(1, 30), (2, 60), (3, 120), (4, 240)])
def test_the_pause_is_half_fixed_and_half_by_chance_and_twice_as_long_each_time(receipts: int, longest: int) -> None:
    pauses = [pause_seconds(TypeError(), receipts) for _ in range(500)]

    assert longest / 2 <= min(pauses) < 0.6 * longest
    assert 0.9 * longest < max(pauses) <= longest


@pytest.mark.parametrize("body", ["no message of ours", '{"job": "fortune-telling"}', "unknown job"])
def test_what_can_never_succeed_is_a_dead_letter_without_waiting(
    queues: Queues, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = message(a_teacher(), job="fortune-telling") if body == "unknown job" else body
    send(queues, body)

    for _ in range(5):
        assert deliver(queues).failed == [body]

    assert deliver(queues).failed == []
    assert [each["Body"] for each in queues.drain(f"{JOB}-dead")] == [body]
    assert all(vars(record)["hopeless"] for record in caplog.records if record.message == "job failed")


def test_what_a_job_raises_is_never_hopeless_whatever_its_kind(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    replace_job(monkeypatch, not_there)
    send(queues, message(a_teacher()))

    deliver(queues)

    [failed] = [vars(record) for record in caplog.records if record.message == "job failed"]
    assert (failed["code"], failed["hopeless"]) == ("session_not_found", False)
    assert queues.receive(JOB) == []


def test_a_batch_is_answered_when_sqs_puts_no_message_off(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = a_teacher()
    send(queues, message(a_poisoned_teacher()), message(teacher))
    batch = queues.receive(JOB)
    monkeypatch.setenv(queue_variable(JOB), f"http://127.0.0.1:1/1/{JOB}")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
    queue.close()

    answer = app.handler(records(batch, queues.server.queue(JOB).arn), context())

    assert len(answer["batchItemFailures"]) == 1
    assert has_run(teacher)


def test_a_failed_message_comes_back_after_the_pause_and_not_after_the_queue_s_time(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failure, "FIRST_PAUSE_SECONDS", 1)
    send(queues, message(a_poisoned_teacher()))
    deliver(queues)

    assert queues.receive(JOB) == []
    time.sleep(1)
    assert len(queues.receive(JOB)) == 1


def test_after_five_receipts_it_is_a_dead_letter_and_a_redrive_runs_it(
    queues: Queues, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = a_poisoned_teacher()
    send(queues, message(teacher))
    for _ in range(5):
        failed = deliver(queues)
        assert failed.failed == [message(teacher)]
        failed.come_back(queues)
    assert deliver(queues).done == []

    heal(teacher)
    assert main("redrive", JOB) == 0

    assert "moving the dead letters of lifecycle-detection" in capsys.readouterr().out
    assert deliver(queues).done == [message(teacher)]
    assert has_run(teacher)


@pytest.mark.parametrize("words", [[], ["redrive"], ["redrive", "fortune-telling"], ["dispatch", JOB]])
def test_a_command_that_is_none_says_what_there_is(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(*words) == 2
    assert "redrive JOB, one of: lifecycle-detection" in capsys.readouterr().err


def test_a_failure_is_told_by_its_kind_and_place_and_without_its_words(
    queues: Queues, caplog: pytest.LogCaptureFixture
) -> None:
    send(queues, message(a_poisoned_teacher()))

    deliver(queues)

    [failure] = [vars(record) for record in caplog.records if record.message == "job failed"]
    assert (failure["error"], failure["receipts"]) == ("TypeError", "1")
    assert "get_thresholds" in "".join(failure["stack"])
    assert "sam@example.com" not in str([vars(record) for record in caplog.records])


def test_a_failure_names_its_job_and_teacher_and_never_the_teacher_before(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.logger.registered_handler, "stream", log := StringIO())
    poisoned = a_poisoned_teacher()
    send(queues, message(poisoned), "no message of ours")

    deliver(queues)

    failures = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [failure["job"] for failure in failures] == [JOB, JOB]
    assert [failure.get("teacher_id") for failure in failures] == [str(poisoned.id), None]


def test_done_and_failed_are_counted_by_job(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    send(queues, message(a_teacher()), message(a_teacher()), message(a_poisoned_teacher()))

    deliver(queues)

    told = metrics(capsys.readouterr().out)
    assert (told["job"], told["JobsDone"], told["JobsFailed"]) == (JOB, [1.0, 1.0], [1.0])
    assert told["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Lectern"
    assert told["function_request_id"] == context().aws_request_id


def test_what_came_twice_is_counted_once(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    teacher = a_teacher()
    send(queues, message(teacher), message(teacher))

    deliver(queues)

    told = metrics(capsys.readouterr().out)
    assert (told["JobsDone"], told["JobsSkipped"]) == ([1.0], [1.0])


def test_what_a_job_has_counted_is_told_with_it(
    queues: Queues, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_job(monkeypatch, lambda *_: {"CalendarSyncSkipped": 3})
    send(queues, message(a_teacher()))

    deliver(queues)

    told = metrics(capsys.readouterr().out)
    assert (told["job"], told["CalendarSyncSkipped"]) == (JOB, [3.0])


def test_a_job_that_would_be_killed_does_not_begin(queues: Queues) -> None:
    teacher = a_teacher()
    send(queues, message(teacher))

    assert deliver(queues, seconds_left=19).failed == [message(teacher)]
    assert not has_run(teacher)


def test_a_job_that_outlasts_its_time_fails_alone_and_is_told_with_its_place(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slow, other = a_teacher(), a_teacher()

    def sleep_for(tx: Transaction, *_: object) -> None:
        time.sleep(5 if tx.teacher_id == slow.id else 0)

    replace_job(monkeypatch, sleep_for)
    monkeypatch.setattr(app, "CLOSING_SECONDS", app.RESERVE_SECONDS)
    send(queues, message(slow), message(other))

    assert deliver(queues, seconds_left=app.RESERVE_SECONDS + 0.3).failed == [message(slow)]
    assert (has_run(slow), has_run(other)) == (False, True)
    [failure] = [vars(record) for record in caplog.records if record.message == "job failed"]
    assert failure["code"] == "took_too_long"
    assert "sleep_for" in "".join(failure["stack"])


def test_the_sample_s_poisoned_record_fails_alone() -> None:
    assert invoke_with_sample() == ["2e1424d4-f796-459a-8184-9c92662be6da"]
