"""Whatever people told the API in the demo, and whatever it gave them to keep secret, the functions log none of it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lectern.jobs.registry import JOBS
from local.demo.api import Answer, Api
from local.demo.business import open_business
from local.demo.claims import Database
from local.demo.journey import Journey
from local.demo.money import MoneyJourney
from local.demo.telling import await_that
from local.stack import Stack

PERSONAL = {"name", "email", "password", "token", "hold_token", "credit_token", "student_name", "reason", "note", "bio"}


def personal(told: object) -> Iterator[str]:
    """The texts of a JSON value that are somebody's own business."""
    if isinstance(told, list):
        for each in told:
            yield from personal(each)
    elif isinstance(told, dict):
        for key, value in told.items():
            if key in PERSONAL and isinstance(value, str) and value:
                yield value
            yield from personal(value)


@pytest.fixture(scope="module")
def told() -> set[str]:
    return set()


@pytest.fixture(scope="module")
def log(told: set[str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of every function, while Ada's week is lived, each job runs, and the monitor tells of it."""
    path = tmp_path_factory.mktemp("log") / "functions.log"
    with pytest.MonkeyPatch.context() as patch, Stack.start(log=path, environ={}) as stack:
        patch.setattr(Api, "send", _overheard(told))
        _live(stack)
        _work(stack)
    return path.read_text()


def _overheard(told: set[str]) -> Any:  # noqa: ANN401 - a method
    send = Api.send

    def overhear(api: Api, method: str, path: str, body: object) -> Answer:
        answer = send(api, method, path, body)
        told.update(personal([body, answer.body]))
        return answer

    return overhear


def _live(stack: Stack) -> None:
    assert stack.stripe
    api, today = Api(stack.url), datetime.now(UTC).date()
    ada, *_ = open_business(api)
    database = Database(stack.app_url, ada.slug)
    Journey(api, ada, database, today).run()
    MoneyJourney(api, ada, database, stack.stripe, today).run()


def _work(stack: Stack) -> None:
    for job in JOBS:
        assert not stack.schedules.run_now(job.name).failed
    sources = [source for pool in stack.pools.values() for source in pool.function.event_sources]
    counts = [stack.sqs.queue(source.queue).counts for source in sources]
    await_that("the jobs should be done", lambda: not any(count().visible + count().in_flight for count in counts))
    assert not stack.invoke("MonitorFunction", {}).failed


def test_nothing_personal_is_logged(log: str, told: set[str]) -> None:
    assert {"mia.souza@example.com", "Mia Souza"} <= told
    assert [text for text in told if re.search(rf"\b{re.escape(text)}\b", log)] == []
    assert not re.search(r"@example\.com|Bearer|whsec_|sk_test", log)


def test_every_line_is_json_and_names_its_request(log: str) -> None:
    lines = [json.loads(line) for line in log.splitlines()]

    assert {line["service"] for line in lines} == {"booking", "webhooks", "dispatcher", "teacher_job", "monitor"}
    assert all(line["function_request_id"] for line in lines)


def test_what_cost_money_can_be_read_there(log: str) -> None:
    decided = {line["decision"] for line in map(json.loads, log.splitlines()) if "decision" in line}

    assert {"refund_requested", "refund_sent"} <= decided
