"""Each event of events/ through the function that it is for: what is answered, and what has happened then."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString

import pytest

from lectern import schema
from lectern.jobs.registry import JOBS
from local.sam.samples import EVENTS
from local.servers import TEMPLATE
from local.template import functions
from tests.sam.deployed import Deployed

type Look = Callable[[Deployed, Any], Any]


@dataclass(frozen=True)
class Sample:
    """An event, its function, the answer (for HTTP, its status), and what is seen then, however often it comes."""

    event: str
    function: str
    answer: Any
    look: Look = lambda _deployed, _answer: None
    seen: Any = None
    times: int = 1


def row(query: LiteralString) -> Look:
    return lambda deployed, _answer: deployed.row(query)


def queued(job: str) -> Look:
    return lambda deployed, _answer: deployed.queued(job)


def said(read: Callable[[str], Any]) -> Look:
    return lambda _deployed, answer: read(body_of(answer))


# Of a payment for ten lessons: what it came to, and how many events told of it.
PAID: LiteralString = (
    "select status, balance, (select count(*) from stripe_events) from payments natural join credit_accounts"
)
PULL: LiteralString = "select pull_requested_at is not null from calendar_connections"
UP = re.compile(r'lectern_up\{part="(database|redis)"\} 1')
POISONED = {"batchItemFailures": [{"itemIdentifier": "2e1424d4-f796-459a-8184-9c92662be6da"}]}

# In this order: a booking queues a calendar-sync as well.
SAMPLES = (
    *(Sample(f"dispatch-{job.name}.json", "DispatcherFunction", None, queued(job.name), [job.name]) for job in JOBS),
    Sample("api-slots.json", "BookingFunction", 200, said(lambda body: len(json.loads(body)["slots"])), 7 * 8),
    Sample(
        "api-book.json",
        "BookingFunction",
        201,
        row("select status from class_sessions where origin = 'public'"),
        ("scheduled",),
    ),
    Sample("stripe-checkout-completed.json", "WebhooksFunction", 200, row(PAID), ("paid", 1000, 1), times=2),
    Sample("google-push.json", "WebhooksFunction", 200, row(PULL), (True,)),
    Sample("metrics.json", "MonitorFunction", 200, said(UP.findall), ["database", "redis"]),
    Sample("publish-metrics.json", "MonitorFunction", None),
    Sample(
        "teacher-jobs-one-poisoned.json",
        "TeacherJobFunction",
        POISONED,
        row("select status from class_sessions where origin = 'manual'"),
        ("completed",),
    ),
)


def test_the_first_invocation_of_the_migrations_applies_them_all(deployed: Deployed) -> None:
    assert deployed.migrated == {"applied": [migration.name for migration in schema.migrations()]}
    assert deployed.invoke("MigrateFunction", deployed.event("migrate.json")) == {"applied": []}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.event)
def test_a_sample_is_answered_and_has_its_effect(deployed: Deployed, sample: Sample) -> None:
    for _ in range(sample.times):
        answer = deployed.invoke(sample.function, deployed.event(sample.event))
        assert status_of(answer) == sample.answer
        assert sample.look(deployed, answer) == sample.seen


def status_of(answer: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Of an answer to HTTP; any other answer whole."""
    return answer["statusCode"] if isinstance(answer, dict) and "statusCode" in answer else answer


def body_of(answer: dict[str, Any]) -> str:
    """What a client of the API would read."""
    if not answer.get("isBase64Encoded"):
        return str(answer["body"])
    return gzip.decompress(base64.b64decode(answer["body"])).decode()


def test_every_schedule_s_input_is_among_the_events() -> None:
    events = [json.loads(path.read_text()) for path in EVENTS.iterdir()]
    sent = [json.loads(each.input or "") for function in functions(TEMPLATE) for each in function.schedules]
    assert [each for each in sent if each not in events] == []


def test_every_event_is_run() -> None:
    assert {path.name for path in EVENTS.iterdir()} == {sample.event for sample in SAMPLES} | {"migrate.json"}
