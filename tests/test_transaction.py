"""What a statement breaks is what the caller is told, whether its answer comes before the commit's or with it."""

import select
from uuid import UUID

import pytest

from lectern import database
from lectern.errors import LecternError
from tests.builders import a_teacher

# How the two answers fall together is up to the server, too.
TIMES = 20


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("awaited", [True, False])
def test_what_the_last_statement_breaks_is_told_and_not_that_there_was_no_commit(*, awaited: bool) -> None:
    teacher = a_teacher()

    assert {_told_of_no_address(teacher.id, awaited=awaited) for _ in range(TIMES)} == {"invalid"}


def _told_of_no_address(teacher_id: UUID, *, awaited: bool) -> str | None:
    try:
        with database.tenant(teacher_id) as tx:
            tx.send("update teachers set slug = '' where id = %(teacher_id)s")
            if awaited:
                select.select([tx.connection.fileno()], [], [])
    except LecternError as error:
        return error.code
    return None
