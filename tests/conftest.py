"""A PostgreSQL and a Valkey for the whole run, and a teacher for each test: tenancy keeps the tests apart."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from lectern import database, schema
from local.postgres import Postgres
from local.valkey import Valkey

# The same examples in every run: a red run can be looked into, and a green one repeated.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        schema.apply(server.owner_url, app_password=server.app_password)
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(scope="session")
def connected(postgres: Postgres) -> Iterator[None]:
    """The settings of a function's environment, pointing at the servers of this run."""
    os.environ["DATABASE_URL"] = postgres.app_url
    os.environ["TOKEN_KEY"] = "a key that only the tests know"  # noqa: S105
    yield
    database.close()
