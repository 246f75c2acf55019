"""Each of the ways in which a session changes leaves the teacher's calendar a row, in the transaction of the change."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lectern import database
from lectern.database import Transaction
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.cancel import Cancellation, cancel_series, cancel_session
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.reschedule_series import reschedule_series
from lectern.sessions.series import Series, create_recurring_sessions
from lectern.sessions.transitions import complete_session, confirm_session, mark_no_show
from lectern.sessions.trial import create_trial_session
from tests.builders import NOW, Teacher, a_service, a_student, at, book, refusal, rows_of, run, student_details
from tests.sessions.afterwards import calendar_wishes

TEN = at("2026-03-05 10:00")
HOUR = timedelta(hours=1)
LATER = TEN + 2 * HOUR
SAM = student_details()

type Change = Callable[[Teacher, UUID], object]


def series_of(teacher: Teacher, service: UUID) -> UUID:
    series = Series(service, a_student(teacher), TEN.replace(tzinfo=None), 1, 2)
    return run(teacher, create_recurring_sessions, series, "fail", NOW).created[0].session_id


CREATIONS: dict[str, tuple[Change, int]] = {
    "book": (lambda teacher, service: book(teacher, service, TEN), 1),
    "several": (
        lambda teacher, service: run(teacher, book_multiple_sessions, service, [TEN, LATER], SAM, NOW),
        2,
    ),
    "trial": (
        lambda teacher, _: run(
            teacher, create_trial_session, Booking(a_service(teacher, is_trial=True), TEN, SAM), NOW
        ),
        1,
    ),
    "manual": (
        lambda teacher, service: run(
            teacher, schedule_manual_session, ManualSession(service, a_student(teacher), TEN), NOW
        ),
        1,
    ),
    "recurring": (series_of, 2),
}

CHANGES: dict[str, tuple[Change, str]] = {
    "reschedule": (lambda teacher, id_: run(teacher, reschedule_session, id_, LATER, "teacher", NOW), "update"),
    "reschedule series": (
        lambda teacher, id_: run(teacher, reschedule_series, id_, LATER, "this_and_following", NOW),
        "update",
    ),
    "cancel": (
        lambda teacher, id_: run(teacher, cancel_session, id_, Cancellation("teacher", None), NOW),
        "delete",
    ),
    "cancel series": (
        lambda teacher, id_: run(teacher, cancel_series, id_, "this_and_following", "", NOW),
        "delete",
    ),
    "complete": (lambda teacher, id_: run(teacher, complete_session, id_, LATER), "update"),
    "no-show": (lambda teacher, id_: run(teacher, mark_no_show, id_, LATER), "update"),
}


def tell_the_calendar(teacher: Teacher) -> None:
    """As if the calendar job had carried out whatever waits."""
    with database.tenant(teacher.id) as tx:
        tx.send("update session_calendar_sync set status = 'done' where teacher_id = %(teacher_id)s")


@pytest.mark.parametrize(("creation", "sessions"), CREATIONS.values(), ids=CREATIONS)
def test_a_session_that_comes_to_be_is_created_in_the_calendar(
    teacher: Teacher, creation: Change, sessions: int
) -> None:
    creation(teacher, a_service(teacher))

    assert calendar_wishes(teacher) == ["create"] * sessions
    rows = rows_of(teacher, "session_calendar_sync")
    assert [row["external_event_id"] for row in rows] == [UUID(row["session_id"]).hex for row in rows]


@pytest.mark.parametrize(("change", "wish"), CHANGES.values(), ids=CHANGES)
def test_a_session_that_changes_is_changed_in_the_calendar(teacher: Teacher, change: Change, wish: str) -> None:
    session = series_of(teacher, a_service(teacher))
    tell_the_calendar(teacher)

    change(teacher, session)

    assert set(calendar_wishes(teacher)) == {wish}


def test_a_request_that_is_confirmed_is_updated_in_the_calendar(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher, requires_confirmation=True), TEN).session_id
    tell_the_calendar(teacher)

    run(teacher, confirm_session, session, NOW)

    assert calendar_wishes(teacher) == ["update"]


@pytest.mark.parametrize("kind", ["joined", "left"])
def test_a_seat_that_is_taken_or_freed_updates_the_calendar(teacher: Teacher, kind: str) -> None:
    service = a_service(teacher, seats=3)
    seat = book(teacher, service, TEN, "Sam")
    book(teacher, service, TEN, "Kim")
    tell_the_calendar(teacher)

    if kind == "joined":
        book(teacher, service, TEN, "Lee")
    else:
        run(teacher, cancel_session, seat.session_id, Cancellation("student", 0, "", seat.participant_id), NOW)

    assert calendar_wishes(teacher) == ["update"]


def test_what_the_calendar_never_heard_of_is_created_as_it_is_now(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    run(teacher, reschedule_session, session, LATER, "teacher", NOW)

    assert calendar_wishes(teacher) == ["create"]


def test_a_booking_that_fails_tells_no_calendar(teacher: Teacher) -> None:
    def book_twice(tx: Transaction) -> None:
        for _ in range(2):
            book_session(tx, Booking(service, TEN, SAM), NOW)

    service = a_service(teacher)
    assert refusal(teacher, book_twice) == "slot_taken"
    assert (calendar_wishes(teacher), rows_of(teacher, "class_sessions")) == ([], [])
