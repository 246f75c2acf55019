"""What a teacher enters themselves: the rules are theirs to leave, other sessions are not unless they say so."""

from datetime import timedelta

import pytest

from lectern.errors import Conflict
from lectern.sessions.book import Booking, book_session
from lectern.sessions.hold import hold_slot
from lectern.sessions.manual import ManualSession, schedule_manual_session
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, refusal, run, student_details
from tests.sessions.afterwards import events, starts

TEN = at("2026-03-05 10:00")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("start", ["2026-03-05 22:10", "2026-03-02 08:00", "2027-01-01 03:00"])
def test_a_teacher_leaves_their_hours_grid_notice_and_horizon(teacher: Teacher, start: str) -> None:
    service = a_service(teacher, minimum_notice_minutes=600, requires_confirmation=True)

    entered = run(teacher, schedule_manual_session, ManualSession(service, a_student(teacher), at(start)), NOW)

    assert (entered.starts_at, entered.status) == (at(start), "scheduled")


@pytest.mark.usefixtures("connected")
def test_a_teacher_leaves_their_own_limits() -> None:
    teacher = a_teacher(per_day=1)
    service = a_service(teacher)
    book(teacher, service, TEN)

    entered = run(teacher, schedule_manual_session, ManualSession(service, a_student(teacher), TEN + HOUR), NOW)

    assert entered.starts_at == TEN + HOUR


def test_nothing_is_entered_into_the_past(teacher: Teacher) -> None:
    manual = ManualSession(a_service(teacher), a_student(teacher), NOW - timedelta(seconds=1))

    assert refusal(teacher, schedule_manual_session, manual, NOW) == "past"


def test_ac07_what_is_in_the_way_is_named(teacher: Teacher) -> None:
    service = a_service(teacher)
    book(teacher, service, TEN)
    manual = ManualSession(service, a_student(teacher), TEN - HOUR, duration=2 * HOUR)

    with pytest.raises(Conflict) as refused:
        run(teacher, schedule_manual_session, manual, NOW)

    assert refused.value.code == "overlaps"
    assert refused.value.facts["busy"] == [{"starts_at": TEN.isoformat(), "ends_at": (TEN + HOUR).isoformat()}]


def test_ac07_an_overlap_that_is_allowed_is_told(teacher: Teacher) -> None:
    service = a_service(teacher)
    book(teacher, service, TEN)
    manual = ManualSession(service, a_student(teacher), TEN, allow_overlap=True)

    run(teacher, schedule_manual_session, manual, NOW)

    assert starts(teacher) == [TEN, TEN]
    assert events(teacher) == ["session.booked", "session.booked", "session.overlap_allowed"]


def test_nobody_books_over_a_session_that_overlaps(teacher: Teacher) -> None:
    service = a_service(teacher)
    manual = ManualSession(service, a_student(teacher), TEN, allow_overlap=True)
    run(teacher, schedule_manual_session, manual, NOW)

    assert refusal(teacher, book_session, Booking(service, TEN, student_details("Kim")), NOW) == "slot_taken"


def test_a_hold_is_in_the_way_until_it_runs_out(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, hold_slot, service, TEN, NOW)
    manual = ManualSession(service, a_student(teacher), TEN)

    assert refusal(teacher, schedule_manual_session, manual, NOW) == "overlaps"
    assert run(teacher, schedule_manual_session, manual, NOW + timedelta(minutes=10)).starts_at == TEN


def test_ac32_a_student_of_another_teacher_is_not_found(teacher: Teacher) -> None:
    manual = ManualSession(a_service(teacher), a_student(a_teacher()), TEN)

    assert refusal(teacher, schedule_manual_session, manual, NOW) == "student_not_found"
