"""What each event of events/ comes to: the function that it is for, what that answers, and what has happened then."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString

from lectern.jobs.registry import JOBS
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

    @property
    def expected(self) -> list[tuple[Any, Any]]:
        return [(self.answer, self.seen)] * self.times

    def run(self, deployed: Deployed) -> list[tuple[Any, Any]]:
        """What is answered and seen, time after time."""
        return [self._run_once(deployed) for _ in range(self.times)]

    def _run_once(self, deployed: Deployed) -> tuple[Any, Any]:
        answer = deployed.invoke(self.function, deployed.event(self.event))
        return _status_of(answer), self.look(deployed, answer)


def row(query: LiteralString) -> Look:
    return lambda deployed, _answer: deployed.row(query)


def queued(job: str) -> Look:
    return lambda deployed, _answer: deployed.queued(job)


def said(read: Callable[[str], Any]) -> Look:
    return lambda _deployed, answer: read(_body_of(answer))


def _status_of(answer: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Of an answer to HTTP; any other answer whole."""
    return answer["statusCode"] if isinstance(answer, dict) and "statusCode" in answer else answer


def _body_of(answer: dict[str, Any]) -> str:
    """What a client of the API would read."""
    if not answer.get("isBase64Encoded"):
        return str(answer["body"])
    return gzip.decompress(base64.b64decode(answer["body"])).decode()


# Of a payment for ten lessons: what it came to, and how many events told of it.
PAID: LiteralString = (
    "select status, balance, (select count(*) from stripe_events) from payments natural join credit_accounts"
)
PULL: LiteralString = "select pull_requested_at is not null from calendar_connections"
# Of the lesson that was booked, and of what Google knew before.
SYNCED: LiteralString = (
    "select status, (select last_synced_at is not null from calendar_connections) from session_calendar_sync"
)
UP = re.compile(r'lectern_up\{part="(database|redis)"\} 1')
NO_FAILURES: dict[str, Any] = {"batchItemFailures": []}
POISONED = {"batchItemFailures": [{"itemIdentifier": "2e1424d4-f796-459a-8184-9c92662be6da"}]}


def job(name: str, query: LiteralString, seen: Any) -> Sample:  # noqa: ANN401 - any row
    return Sample(f"teacher-job-{name}.json", "TeacherJobFunction", NO_FAILURES, row(query), seen)


# In this order: a booking queues a calendar-sync as well, and each job finds what came before it.
SAMPLES = (
    *(Sample(f"dispatch-{job.name}.json", "DispatcherFunction", None, queued(job.name), [job.name]) for job in JOBS),
    Sample("dispatch-continuation.json", "DispatcherFunction", None, queued("session-upkeep"), ["session-upkeep"]),
    Sample("api-openapi.json", "BookingFunction", 200, said(lambda body: json.loads(body)["openapi"]), "3.1.0"),
    Sample("api-docs.json", "BookingFunction", 200, said(lambda body: "<!DOCTYPE html>" in body), seen=True),
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
    job("lifecycle-detection", "select count(*) from student_stages", (2,)),
    job("content-analytics", "select count(*) from job_runs where job = 'content-analytics'", (1,)),
    job("payment-reconciliation", "select count(*) from job_runs where job = 'payment-reconciliation'", (1,)),
    job("metric-alerts", "select count(*) > 0 from alert_evaluations", (True,)),
    job("calendar-sync", SYNCED, ("done", True)),
    job("retention-cohorts", "select count(*) from cohort_refreshes", (1,)),
)
