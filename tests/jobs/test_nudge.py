"""A job that is wanted at once: its message is as the dispatcher's, and whoever sends it is not kept waiting."""

import socket
import time

import pytest

from lectern import queue
from lectern.errors import Unavailable
from lectern.identifiers import new_id
from lectern.job_message import JobMessage, nudge
from tests.builders import NOW
from tests.jobs.queues import Queues

JOB = "calendar-sync"


def test_a_nudge_is_a_message_for_the_teacher_s_job(queues: Queues) -> None:
    teacher_id = new_id()

    nudge(JOB, teacher_id, NOW)

    [message] = queues.drain(JOB)
    assert JobMessage.from_json(message["Body"]) == JobMessage(JOB, teacher_id, NOW.date(), NOW)
    assert message["Attributes"]["MessageGroupId"] == str(teacher_id)


def test_without_sqs_it_is_refused(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - settings
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")
    queue.close()

    with pytest.raises(Unavailable) as refused:
        nudge(JOB, new_id(), NOW)
    assert refused.value.code == "queue_unavailable"


def test_an_sqs_that_hangs_is_not_waited_for(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", f"http://127.0.0.1:{silent.getsockname()[1]}")
        queue.close()
        before = time.monotonic()
        with pytest.raises(Unavailable):
            nudge(JOB, new_id(), NOW)
        assert time.monotonic() - before < 2
