"""What every test of credits starts from, and what must hold after every one of them, however it went."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from lectern.credits.account import audit
from local.postgres import Postgres
from tests.builders import Teacher, a_student, a_teacher, run


@pytest.fixture
def teacher(connected: None) -> Iterator[Teacher]:  # noqa: ARG001 - it needs the database to be there
    """Whose sums are those of their ledger in the end."""
    teacher = a_teacher()
    yield teacher
    assert run(teacher, audit) == []


@pytest.fixture
def student(teacher: Teacher) -> UUID:
    return a_student(teacher)


@pytest.fixture(autouse=True)
def no_deadlock(postgres: Postgres) -> Iterator[None]:
    """The server breaks a deadlock by failing one side, and says so in its log at once; its statistics take a while."""
    log = postgres.folder / "server.log"
    before = log.read_text().count("deadlock detected")
    yield
    assert log.read_text().count("deadlock detected") == before
