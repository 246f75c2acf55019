"""The list of slots: what a student sees is what a booking gets, and an empty list says why."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lectern import database
from lectern.availability.slots import SlotList, list_slots
from lectern.availability.time_off import add_time_off
from lectern.errors import Conflict, Invalid
from lectern.sessions.hold import hold_slot
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.slots import Window
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, refusal, run

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TUESDAY = at("2026-03-03")

pytestmark = pytest.mark.usefixtures("connected")


def listed(teacher: Teacher, service: UUID, start: datetime, end: datetime, now: datetime = NOW) -> SlotList:
    return run(teacher, list_slots, service, Window(start, end), now)


def starts(found: SlotList) -> list[datetime]:
    return [slot.start for slot in found.slots]


def can_be_held(teacher: Teacher, service: UUID, start: datetime) -> bool:
    """Whether a hold would be given now; it is not kept."""
    with database.tenant(teacher.id) as tx, tx.connection.transaction(force_rollback=True):
        try:
            hold_slot(tx, service, start, NOW)
        except (Conflict, Invalid):
            return False
    return True


def test_ac05_every_listed_start_can_be_held_and_no_other() -> None:
    teacher = a_teacher("Europe/Berlin")
    service = a_service(teacher, step_minutes=20, buffer_before_minutes=10, minimum_notice_minutes=90)
    book(teacher, service, at("2026-03-03 10:20"))
    run(teacher, hold_slot, a_service(teacher), at("2026-03-02 11:00"), NOW)
    run(teacher, add_time_off, at("2026-03-03 13:30"), at("2026-03-03 14:10"), "", NOW)

    candidates = [NOW + n * 10 * MINUTE for n in range(6 * 36)]

    shown = starts(listed(teacher, service, NOW, NOW + 36 * HOUR))
    assert [start for start in candidates if can_be_held(teacher, service, start)] == shown
    assert len(shown) > 10


def test_ac15_the_instants_do_not_depend_on_who_looks() -> None:
    teacher = a_teacher("Asia/Kolkata")
    service = a_service(teacher)

    found = listed(teacher, service, TUESDAY, TUESDAY + DAY)

    assert [slot.start.astimezone(ZoneInfo("Asia/Kolkata")).hour for slot in found.slots] == list(range(9, 17))
    assert found.slots[0].start == at("2026-03-03 03:30")


def test_a_range_over_14_days_says_where_to_ask_on() -> None:
    teacher = a_teacher()
    service = a_service(teacher)

    found = listed(teacher, service, TUESDAY, TUESDAY + 20 * DAY)

    assert found.next_from == TUESDAY + 14 * DAY
    assert starts(found)[-1] == TUESDAY + 13 * DAY + 16 * HOUR
    assert listed(teacher, service, TUESDAY, TUESDAY + 14 * DAY).next_from is None


def test_the_horizon_cuts_the_list_to_the_second() -> None:
    teacher = a_teacher()
    service = a_service(teacher, horizon_days=2)
    last = NOW + 2 * DAY + HOUR

    assert starts(listed(teacher, service, NOW, NOW + 9 * DAY, NOW + HOUR))[-1] < last
    assert starts(listed(teacher, service, NOW, NOW + 9 * DAY, NOW + HOUR + timedelta(seconds=1)))[-1] == last


def test_ac19_an_empty_list_says_why() -> None:
    teacher = a_teacher(rules=[(1, 9 * 60, 10 * 60)], per_day=1)
    service = a_service(teacher, minimum_notice_minutes=60, horizon_days=20)
    long = a_service(teacher, duration_minutes=120)
    reasons = [listed(teacher, service, TUESDAY + DAY, TUESDAY + 2 * DAY).empty_reason]
    reasons.append(listed(teacher, long, TUESDAY, TUESDAY + DAY).empty_reason)
    reasons.append(listed(teacher, service, TUESDAY, TUESDAY + DAY, TUESDAY + 9 * HOUR).empty_reason)
    reasons.append(listed(teacher, service, TUESDAY + 70 * DAY, TUESDAY + 71 * DAY).empty_reason)
    book(teacher, service, TUESDAY + 9 * HOUR)
    reasons.append(listed(teacher, service, TUESDAY, TUESDAY + DAY).empty_reason)

    assert reasons == ["no_availability", "too_short", "too_soon", "beyond_horizon", "day_full"]


def test_ac19_a_day_whose_times_are_all_taken_is_fully_booked_and_no_other_has_a_reason() -> None:
    teacher = a_teacher(rules=[(1, 9 * 60, 10 * 60)])
    service = a_service(teacher)
    assert listed(teacher, service, TUESDAY, TUESDAY + DAY).empty_reason is None

    book(teacher, service, TUESDAY + 9 * HOUR)

    assert listed(teacher, service, TUESDAY, TUESDAY + DAY).empty_reason == "fully_booked"


@pytest.mark.parametrize("service_seats", [1, 3])
def test_a_long_session_from_the_day_before_is_in_the_way(service_seats: int) -> None:
    teacher = a_teacher(rules=[(weekday, 0, 1440) for weekday in range(7)])
    service = a_service(teacher, seats=service_seats)
    manual = ManualSession(a_service(teacher), a_student(teacher), TUESDAY - HOUR, duration=24 * HOUR)
    run(teacher, schedule_manual_session, manual, NOW)

    assert starts(listed(teacher, service, TUESDAY, TUESDAY + DAY)) == [TUESDAY + 23 * HOUR]


def test_ac20_what_is_booked_is_gone_from_the_next_list_and_its_version_is_another() -> None:
    teacher = a_teacher()
    service = a_service(teacher)
    before = listed(teacher, service, TUESDAY, TUESDAY + DAY)

    book(teacher, service, before.slots[0].start)

    after = listed(teacher, service, TUESDAY, TUESDAY + DAY)
    assert starts(after) == starts(before)[1:]
    assert after.version > before.version


def test_ac32_a_service_of_another_teacher_has_no_slots() -> None:
    service, window = a_service(a_teacher()), Window(TUESDAY, TUESDAY + DAY)

    assert refusal(a_teacher(), list_slots, service, window, NOW) == "service_not_found"
