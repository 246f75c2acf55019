"""How many sessions a teacher takes: a day and a week of their own calendar, whatever UTC says."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lectern.availability.slots import list_slots
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.hold import HOLD_DURATION, hold_slot
from lectern.sessions.transitions import complete_session
from lectern.slots import Window
from tests.builders import NOW, Teacher, a_service, a_teacher, at, book, refusal, run, student_details
from tests.sessions.afterwards import live_sessions

AROUND_THE_CLOCK = tuple((weekday, 0, 1440) for weekday in range(7))
WEDNESDAY = at("2026-03-04 10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KIM = student_details("Kim")

pytestmark = pytest.mark.usefixtures("connected")


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days_listed(teacher: Teacher, service: UUID, start: datetime, days: int) -> list[int]:
    """The days of March on which the list shows something."""
    slots = run(teacher, list_slots, service, Window(start, start + days * DAY), NOW).slots
    return sorted({slot.start.day for slot in slots})


def booking_code(teacher: Teacher, service: UUID, start: datetime) -> str:
    return refusal(teacher, book_session, Booking(service, start, KIM), NOW)


def test_a_full_day_is_neither_listed_nor_held_nor_booked() -> None:
    teacher = a_teacher(per_day=2)
    service = a_service(teacher)
    for start in (WEDNESDAY, WEDNESDAY + 2 * HOUR):
        book(teacher, service, start)

    assert days_listed(teacher, service, at("2026-03-03"), 3) == [3, 5]
    assert booking_code(teacher, service, WEDNESDAY + 4 * HOUR) == "day_full"
    assert refusal(teacher, hold_slot, service, WEDNESDAY + 4 * HOUR, NOW) == "day_full"


def test_a_full_week_ends_on_sunday() -> None:
    teacher = a_teacher(per_week=2)
    service = a_service(teacher)
    for start in (WEDNESDAY, at("2026-03-08 16:00")):
        book(teacher, service, start)

    assert days_listed(teacher, service, at("2026-03-02"), 14) == [9, 10, 11, 12, 13, 14, 15]
    assert booking_code(teacher, service, at("2026-03-03 09:00")) == "day_full"
    assert book(teacher, service, at("2026-03-09 09:00"), "Kim").status == "scheduled"


@pytest.mark.parametrize(("zone", "is_full"), [("Asia/Tokyo", True), ("America/Los_Angeles", False)])
def test_a_week_is_the_teachers_own(zone: str, is_full: bool) -> None:  # noqa: FBT001 - a parameter of the test
    teacher = a_teacher(zone, AROUND_THE_CLOCK, per_week=1)
    service = a_service(teacher)
    # Monday in Tokyo, Sunday still in Los Angeles.
    book(teacher, service, at("2026-03-08 16:00"))

    assert (days_listed(teacher, service, at("2026-03-11"), 1) == []) is is_full


def test_a_day_of_25_hours_is_one_day() -> None:
    teacher = a_teacher("Europe/Berlin", AROUND_THE_CLOCK, per_day=1)
    service = a_service(teacher, horizon_days=366)
    book(teacher, service, local("2026-10-25 00:00", "Europe/Berlin"))

    window = Window(at("2026-10-24 22:00"), at("2026-10-26 00:00"))
    slots = run(teacher, list_slots, service, window, NOW).slots

    assert slots[0].start == local("2026-10-26 00:00", "Europe/Berlin") == at("2026-10-25 23:00")


@pytest.mark.parametrize(("per_day", "per_week"), [(2, None), (None, 2)])
def test_several_at_once_count_each_other(per_day: int | None, per_week: int | None) -> None:
    teacher = a_teacher(per_day=per_day, per_week=per_week)
    service = a_service(teacher)
    wanted = [WEDNESDAY + n * HOUR for n in range(3)]

    assert refusal(teacher, book_multiple_sessions, service, wanted, KIM, NOW) == "day_full"
    assert live_sessions(teacher) == []
    assert len(run(teacher, book_multiple_sessions, service, wanted[:2], KIM, NOW)) == 2


def test_a_hold_counts_until_it_runs_out() -> None:
    teacher = a_teacher(per_day=1)
    service = a_service(teacher)
    run(teacher, hold_slot, service, WEDNESDAY, NOW)

    assert booking_code(teacher, service, WEDNESDAY + HOUR) == "day_full"
    assert book(teacher, service, WEDNESDAY + HOUR, now=NOW + HOLD_DURATION).status == "scheduled"


def test_a_cancelled_session_gives_its_place_back_and_a_completed_one_does_not() -> None:
    teacher = a_teacher(per_day=1)
    service = a_service(teacher)
    cancelled = book(teacher, service, WEDNESDAY).session_id
    run(teacher, cancel_session, cancelled, Cancellation("teacher", None), NOW)
    completed = book(teacher, service, WEDNESDAY).session_id
    run(teacher, complete_session, completed, WEDNESDAY + HOUR)

    late = Booking(service, WEDNESDAY + 4 * HOUR, KIM)
    assert refusal(teacher, book_session, late, WEDNESDAY + HOUR) == "day_full"
