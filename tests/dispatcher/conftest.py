"""A database with no teachers but the test's own, for the dispatcher tells them all; and the queues of the jobs."""

from collections.abc import Iterator

import pytest

from lectern import database, schema, settings
from local.postgres import Postgres
from tests.jobs.queues import Queues, queues_of_the_jobs


@pytest.fixture(scope="package")
def server() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        schema.apply(server.owner_url, app_password=server.app_password)
        yield server


@pytest.fixture(autouse=True)
def function(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of the function's environment."""
    monkeypatch.setenv("DATABASE_URL", server.app_url)
    # As in every test of the run: the key is read once.
    monkeypatch.setenv("TOKEN_KEY", "a key that only the tests know")
    _reconnect()
    yield
    _reconnect()


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made


def _reconnect() -> None:
    database.close()
    settings.database_settings.cache_clear()
