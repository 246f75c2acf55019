import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.event_source import EventSourceMapping, reported
from local.pool import Pool
from local.sqs import LocalSqs
from local.sqs.message import Content, read
from local.sqs.queue import Counts, Queue
from local.template import EventSource

MakePool = Callable[..., Pool]
DONE = Counts(visible=0, in_flight=0, delayed=0)


@dataclass(frozen=True, slots=True)
class Jobs:
    """A queue whose messages go to the batch function, and its dead letters; `visible` again after two seconds."""

    jobs: Queue
    dead: Queue

    def send(self, *bodies: dict[str, Any]) -> None:
        for content in [message(body) for body in bodies]:
            self.jobs.send(content)

    def settle(self, seconds: float = 8) -> None:
        """Wait until no message is left but the dead."""
        deadline = time.monotonic() + seconds
        while self.jobs.counts() != DONE and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self.jobs.counts() == DONE


def message(body: dict[str, Any]) -> Content:
    attribute = {"kind": {"DataType": "String", "StringValue": "x"}}
    given = {"MessageBody": json.dumps(body), "MessageAttributes": attribute, "MessageGroupId": "teacher"}
    return read(given, 1_048_576, time.time())


@pytest.fixture
def triggered(pool: MakePool) -> Iterator[Callable[..., Jobs]]:
    """Makes queues of the echo template and has them trigger its function; what was sent before is one batch."""
    with ExitStack() as parts:
        sqs = parts.enter_context(LocalSqs())

        def start(*bodies: dict[str, Any], reports: bool = True, concurrency: int = 3) -> Jobs:
            sqs.create_queue("dead")
            policy = json.dumps({"deadLetterTargetArn": sqs.queue("dead").arn, "maxReceiveCount": 2})
            sqs.create_queue("jobs", VisibilityTimeout="1", RedrivePolicy=policy)
            jobs = Jobs(sqs.queue("jobs"), sqs.queue("dead"))
            jobs.send(*bodies)
            source = EventSource("jobs", 10, concurrency, reports_item_failures=reports)
            function = pool("BatchFunction", concurrency)
            mapping = EventSourceMapping(source, jobs.jobs, function)
            parts.callback(mapping.close)
            parts.callback(function.close)
            return jobs

        yield start


def test_a_record_has_the_shape_of_awss(triggered: Callable[..., Jobs], tmp_path: Path) -> None:
    triggered({"write": str(tmp_path / "event")}).settle()
    [record] = json.loads((tmp_path / "event").read_text())["Records"]
    published = Path(__file__).parent / "fixtures" / "powertools_sqsEvent.json"
    example = json.loads(published.read_text())["Records"][0]
    assert record.keys() >= example.keys()
    assert record["attributes"].keys() == example["attributes"].keys() | {"MessageGroupId"}
    assert record["messageAttributes"]["kind"]["stringValue"] == "x"
    assert (record["eventSource"], record["eventSourceARN"].rpartition(":")[2]) == ("aws:sqs", "jobs")


def test_messages_come_in_batches_and_are_deleted_when_done(triggered: Callable[..., Jobs], tmp_path: Path) -> None:
    jobs = triggered({"write": str(tmp_path / "event")}, *[{}] * 11, concurrency=2)
    jobs.settle()
    assert len(json.loads((tmp_path / "event").read_text())["Records"]) == 10
    assert jobs.dead.counts() == DONE


def test_only_the_failed_message_of_a_batch_comes_back_and_is_given_up(triggered: Callable[..., Jobs]) -> None:
    jobs = triggered({"good": 1}, {"fail": True}, {"good": 2})
    jobs.settle()
    assert [delivery.content.body for delivery in jobs.dead.receive(10)] == ['{"fail": true}']


@pytest.mark.parametrize(
    "failing",
    [{"raise": "broken"}, {"answer": "nonsense"}, {"answer": {"batchItemFailures": [{"wrongKey": "x"}]}}],
)
def test_a_whole_batch_fails_with_its_function(triggered: Callable[..., Jobs], failing: dict[str, Any]) -> None:
    jobs = triggered({"good": 1}, failing)
    jobs.settle()
    assert jobs.dead.counts().visible == 2


def test_without_partial_answers_what_the_function_returns_does_not_matter(triggered: Callable[..., Jobs]) -> None:
    jobs = triggered({"fail": True}, reports=False)
    jobs.settle()
    assert jobs.dead.counts() == DONE


def test_a_batch_for_which_no_environment_starts_has_failed_and_the_poller_goes_on(
    pool: MakePool, capfd: pytest.CaptureFixture[str]
) -> None:
    """No process can be started with such a variable; after two receives the message is given up."""
    with LocalSqs(speed=10) as sqs:
        sqs.create_queue("dead")
        policy = json.dumps({"deadLetterTargetArn": sqs.queue("dead").arn, "maxReceiveCount": 2})
        sqs.create_queue("jobs", VisibilityTimeout="1", RedrivePolicy=policy)
        sqs.queue("jobs").send(message({}))
        source = EventSource("jobs", 10, 1, reports_item_failures=True)
        with closing(EventSourceMapping(source, sqs.queue("jobs"), pool("BatchFunction", variables={"NUL": "\0"}))):
            assert len(sqs.queue("dead").receive(1, wait_seconds=8)) == 1
    assert "BatchFunction could not be run" in capfd.readouterr().err


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_answer_that_names_no_failure_is_success(answer: object) -> None:
    assert reported(answer, {"a", "b"}) == set()


@pytest.mark.parametrize("key", ["", None, "of another batch"])
def test_a_failure_of_no_message_of_the_batch_fails_all(key: str | None) -> None:
    assert reported({"batchItemFailures": [{"itemIdentifier": key}]}, {"a", "b"}) == {"a", "b"}


def test_no_more_batches_run_at_once_than_allowed(triggered: Callable[..., Jobs]) -> None:
    jobs = triggered(*[{"sleep": 0.2}] * 40, concurrency=2)
    time.sleep(0.8)
    assert jobs.jobs.counts().visible == 20
