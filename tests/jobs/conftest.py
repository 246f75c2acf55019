"""A database and, for who asks, the queues of the jobs."""

from collections.abc import Iterator

import pytest

from lectern import settings
from tests.jobs.queues import Queues, queues_of_the_jobs


@pytest.fixture(autouse=True)
def function(connected: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001 - a fixture
    """The settings of the function's environment."""
    monkeypatch.setenv("STRIPE_MODE", "test")
    settings.stripe_livemode.cache_clear()
    yield
    settings.stripe_livemode.cache_clear()


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made
