"""The monitor's environment: a database of its own, as it counts over all teachers; queues, and a token."""

from collections.abc import Iterator

import pytest

from lectern import database, schema, settings
from local.postgres import Postgres
from local.valkey import Valkey
from tests.jobs.queues import Queues, queues_of_the_jobs
from tests.redis_at import redis_at

TOKEN = "a token that only the tests know"  # noqa: S105


@pytest.fixture(scope="package")
def server() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        schema.apply(server.owner_url, app_password=server.app_password)
        yield server


@pytest.fixture(autouse=True)
def function(server: Postgres, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of the function's environment."""
    monkeypatch.setenv("DATABASE_URL", server.app_url)
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    # As in every test of the run: the key is read once.
    monkeypatch.setenv("TOKEN_KEY", "a key that only the tests know")
    _forget()
    with redis_at(valkey.url):
        yield
    _forget()


@pytest.fixture(autouse=True)
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made


def _forget() -> None:
    database.close()
    settings.database_settings.cache_clear()
