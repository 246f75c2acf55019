"""What the tests of cohorts start from."""

import pytest

from local.postgres import Postgres
from tests.builders import Teacher, a_teacher
from tests.cohorts.given import forget_refreshes


@pytest.fixture(autouse=True)
def never_refreshed(postgres: Postgres) -> None:
    forget_refreshes(postgres)


@pytest.fixture
def teacher(connected: None) -> Teacher:  # noqa: ARG001 - it needs the database to be there
    return a_teacher("Europe/Berlin")
