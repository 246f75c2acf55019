"""What every test of sessions starts from, and what must hold after every one of them, however it went."""

from collections.abc import Iterator

import pytest

from local.postgres import Postgres
from tests.builders import Teacher, a_teacher


@pytest.fixture
def teacher(connected: None) -> Teacher:  # noqa: ARG001 - it needs the database to be there
    return a_teacher()


@pytest.fixture(autouse=True)
def no_deadlock(postgres: Postgres) -> Iterator[None]:
    """The server breaks a deadlock by failing one side, and says so in its log at once; its statistics take a while."""
    log = postgres.folder / "server.log"
    before = log.read_text().count("deadlock detected")
    yield
    assert log.read_text().count("deadlock detected") == before
