"""What the tests with a database start from."""

from uuid import UUID

import pytest

from tests.builders import Teacher, a_student, a_teacher


@pytest.fixture
def teacher(connected: None) -> Teacher:  # noqa: ARG001 - it needs the database to be there
    return a_teacher()


@pytest.fixture
def student(teacher: Teacher) -> UUID:
    return a_student(teacher)
