"""What a teacher reads: the list page by page, the calendar of a range, one session in full."""

from datetime import datetime, timedelta
from uuid import UUID

from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.hold import hold_slot
from lectern.sessions.listing import calendar, get_session, list_sessions
from tests.builders import NOW, Teacher, a_service, a_teacher, book, in_days, refusal, run

ALL = ["pending", "scheduled", "cancelled"]


def test_the_list_comes_in_order_page_by_page_without_gap_or_repeat(teacher: Teacher) -> None:
    service = a_service(teacher)
    for day in (4, 1, 3, 5, 2):
        book(teacher, service, in_days(day))
    seen: list[datetime] = []
    after: tuple[datetime, UUID] | None = None

    for _ in range(3):
        page = run(teacher, list_sessions, in_days(1), in_days(6), ALL, after, 2)
        seen, after = [*seen, *(session.starts_at for session in page.items)], page.next

    assert (seen, after) == ([in_days(day) for day in range(1, 6)], None)


def test_the_calendar_shows_what_takes_place_and_no_hold_or_cancelled_one(teacher: Teacher) -> None:
    service = a_service(teacher)
    book(teacher, service, in_days(1))
    book(teacher, a_service(teacher, requires_confirmation=True), in_days(2), "Kim")
    run(teacher, hold_slot, service, in_days(3), NOW)
    cancelled = book(teacher, service, in_days(4)).session_id
    run(teacher, cancel_session, cancelled, Cancellation("teacher", None), NOW)

    shown = run(teacher, calendar, in_days(0), in_days(9))

    assert [(session.status, session.students) for session in shown] == [("scheduled", ["Sam"]), ("pending", ["Kim"])]


def test_a_range_is_half_open(teacher: Teacher) -> None:
    booked = book(teacher, a_service(teacher), in_days(1))

    for start, end, shown in ((1, 2, 1), (0, 1, 0)):
        assert len(run(teacher, calendar, in_days(start), in_days(end))) == shown
    assert len(run(teacher, calendar, booked.ends_at - timedelta(seconds=1), in_days(2))) == 1
    assert run(teacher, calendar, booked.ends_at, in_days(2)) == []


def test_ac32_a_session_of_another_teacher_is_neither_shown_nor_listed(teacher: Teacher) -> None:
    other = a_teacher()
    session = book(other, a_service(other), in_days(1)).session_id

    assert refusal(teacher, get_session, session) == "session_not_found"
    assert run(teacher, calendar, in_days(0), in_days(9)) == []
