"""The database goes away in the middle of a booking: nothing is half written, and the next booking works."""

import pytest

from lectern.database import Transaction
from lectern.sessions.book import Booking, book_session
from local.postgres import Postgres
from tests.builders import NOW, Teacher, a_service, book, in_days, refusal, rows_of, student_details
from tests.sessions.afterwards import starts


@pytest.mark.parametrize("is_written", [False, True])
def test_a_booking_that_a_restart_interrupts_leaves_nothing_and_can_be_repeated(
    teacher: Teacher,
    postgres: Postgres,
    is_written: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    service, start = a_service(teacher), in_days(1)
    booking = Booking(service, start, student_details())

    def book_during_a_restart(tx: Transaction) -> None:
        if is_written:
            book_session(tx, booking, NOW)
            tx.connection.execute("select 1").fetchone()
        postgres.restart()
        book_session(tx, booking, NOW)

    assert refusal(teacher, book_during_a_restart) == "database_unavailable"
    for table in ("class_sessions", "students", "session_calendar_sync"):
        assert rows_of(teacher, table) == []
    assert book(teacher, service, start).starts_at == start
    assert starts(teacher) == [start]
