"""AC21: a calendar that cannot be read makes nobody all free or all busy, is shown, and closes who wants it so."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern.availability.explain import explain_start
from lectern.availability.slots import SlotList, list_slots
from lectern.availability.stale import CalendarsKnown
from lectern.calendar.connecting_queries import put_connection
from lectern.calendar.settings import CalendarSettings, set_settings
from lectern.calendar.status import ask_stale_minutes
from lectern.database import Transaction
from lectern.ics.import_queries import CalendarImport, insert_import
from lectern.identifiers import new_id
from lectern.sessions.book import Booking, book_session
from lectern.sessions.hold import hold_slot
from lectern.slots import Window
from tests.builders import NOW, Teacher, a_service, a_teacher, at, book, refusal, run, student_details, token_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEN = at("2026-03-05 10:00")
WINDOW = Window(at("2026-03-05 09:00"), at("2026-03-05 13:00"))

pytestmark = pytest.mark.usefixtures("connected")


def busy_from_outside(tx: Transaction, start: datetime, end: datetime) -> None:
    tx.send(
        "insert into external_busy (teacher_id, id, source, external_id, starts_at, ends_at, seen_at)"
        " values (%(teacher_id)s, %(id)s, 'google', 'dentist', %(start)s, %(end)s, %(start)s)",
        {"id": new_id(), "start": start, "end": end},
    )


def read_calendar(teacher: Teacher, when: datetime) -> None:
    """As if it was last read then."""
    run(teacher, put_connection, new_id(), "primary", b"sealed", None, when)


def read_import(teacher: Teacher, when: datetime) -> None:
    run(teacher, insert_import, CalendarImport(new_id(), "example.com", when, None, None, 0), b"sealed", b"hash")


def choose(teacher: Teacher, hours: int | None) -> None:
    run(teacher, set_settings, CalendarSettings(hours, cancels_deleted=False), NOW)


def listed(teacher: Teacher, service: UUID, now: datetime) -> SlotList:
    return run(teacher, list_slots, service, WINDOW, now)


def starts(found: SlotList) -> list[int]:
    return [slot.start.hour for slot in found.slots]


@pytest.fixture
def teacher() -> Teacher:
    """Whose calendar was read just now and has them busy from 10 to 11."""
    teacher = a_teacher()
    read_calendar(teacher, NOW)
    run(teacher, busy_from_outside, TEN, TEN + HOUR)
    return teacher


def test_ac21_slots_go_by_what_was_read_last_and_say_as_of_when(teacher: Teacher) -> None:
    service = a_service(teacher)

    fresh, stale = (listed(teacher, service, NOW + late) for late in (30 * MINUTE, 2 * DAY))

    assert (starts(fresh), fresh.calendar_stale_since) == ([9, 11, 12], None)
    assert (starts(stale), stale.calendar_stale_since) == ([9, 11, 12], NOW)


def test_ac21_who_wants_it_is_closed_after_their_hours_and_open_again_once_it_is_read(teacher: Teacher) -> None:
    service = a_service(teacher)
    choose(teacher, 3)
    before, closed = (listed(teacher, service, NOW + late) for late in (3 * HOUR - MINUTE, 3 * HOUR))

    read_calendar(teacher, NOW + 3 * HOUR)

    assert starts(before) == [9, 11, 12]
    assert (starts(closed), closed.empty_reason) == ([], "calendar_stale")
    assert starts(listed(teacher, service, NOW + 3 * HOUR)) == [9, 11, 12]


def test_ac05_while_closed_no_start_can_be_held_and_the_teacher_hears_why(teacher: Teacher) -> None:
    service = a_service(teacher)
    choose(teacher, 1)

    refusals = {refusal(teacher, hold_slot, service, WINDOW.start + n * 30 * MINUTE, NOW + HOUR) for n in (0, 4, 6)}
    reasons, _ = run(teacher, explain_start, service, TEN, NOW + HOUR)

    assert refusals == {"calendar_stale"}
    assert [reason.code for reason in reasons] == ["busy", "calendar_stale"]


def test_a_hold_from_before_is_booked_and_a_seat_of_a_group_that_meets_anyway_is_given(teacher: Teacher) -> None:
    service, group = a_service(teacher), a_service(teacher, seats=3)
    held = run(teacher, hold_slot, service, TEN - HOUR, NOW + HOUR - MINUTE)
    book(teacher, group, TEN + 2 * HOUR)
    choose(teacher, 1)
    booking = Booking(service, TEN - HOUR, student_details(), token_of(held.participant_id))

    run(teacher, book_session, booking, NOW + HOUR)
    book(teacher, group, TEN + 2 * HOUR, "Kim", now=NOW + HOUR)

    assert starts(listed(teacher, group, NOW + HOUR)) == [12]


def test_the_calendar_that_was_read_longest_ago_counts_and_none_is_never_stale(teacher: Teacher) -> None:
    read_import(teacher, NOW - DAY)
    nobody = a_teacher()
    choose(nobody, 1)

    assert listed(teacher, a_service(teacher), NOW).calendar_stale_since == NOW - DAY
    alone = listed(nobody, a_service(nobody), NOW)
    assert (starts(alone), alone.calendar_stale_since) == ([9, 10, 11, 12], None)


def test_ac21_the_alert_counts_from_the_calendar_that_was_read_longest_ago(teacher: Teacher) -> None:
    read_import(teacher, NOW - HOUR)

    assert run(teacher, lambda tx: ask_stale_minutes(tx, NOW).one().minutes) == 60
    assert run(a_teacher(), lambda tx: ask_stale_minutes(tx, NOW).one_or_none()) is None


@pytest.mark.parametrize("read_at", ["2026-03-28 12:00", "2026-10-24 12:00"])
def test_hours_are_elapsed_ones_also_when_clocks_change(read_at: str) -> None:
    known = CalendarsKnown(24, at(read_at))

    assert not known.closes_slots(at(read_at) + DAY - MINUTE)
    assert known.closes_slots(at(read_at) + DAY)
