"""The settings of the function's environment, the queues of the jobs, and a clock that stands still."""

from collections.abc import Iterator

import pytest

from lectern import clock
from tests.builders import NOW
from tests.jobs.queues import Queues, queues_of_the_jobs


@pytest.fixture(autouse=True)
def function(connected: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - a fixture
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made
