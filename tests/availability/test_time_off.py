"""When a teacher is away."""

from datetime import datetime, timedelta

import pytest

from lectern import database
from lectern.availability.queries import TimeOff
from lectern.availability.time_off import LONGEST, add_time_off, list_time_off, remove_time_off
from lectern.errors import Invalid, NotFound
from tests.builders import NOW, Teacher, a_teacher, at
from tests.slots_version import moved_slots_version

pytestmark = pytest.mark.usefixtures("connected")

NOON = at("2026-04-10 12:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher()


def away(teacher: Teacher, starts_at: datetime, ends_at: datetime, reason: str = "") -> TimeOff:
    with database.tenant(teacher.id) as tx:
        return add_time_off(tx, starts_at, ends_at, reason, NOW)


def listed(teacher: Teacher, window_from: datetime, window_to: datetime) -> list[TimeOff]:
    with database.tenant(teacher.id) as tx:
        return list_time_off(tx, window_from, window_to)


def test_the_list_has_what_reaches_into_the_window_by_its_start(teacher: Teacher) -> None:
    dentist = away(teacher, NOON, NOON + HOUR, "Dentist")
    easter = away(teacher, NOON - 48 * HOUR, NOON + 48 * HOUR)

    assert listed(teacher, NOON, NOON + HOUR) == [easter, dentist]


def test_what_only_touches_the_window_is_not_in_the_list(teacher: Teacher) -> None:
    away(teacher, NOON, NOON + HOUR)

    assert listed(teacher, NOON - HOUR, NOON) == []
    assert listed(teacher, NOON + HOUR, NOON + 2 * HOUR) == []


def test_removed_time_off_is_gone(teacher: Teacher) -> None:
    dentist = away(teacher, NOON, NOON + HOUR)

    with database.tenant(teacher.id) as tx:
        remove_time_off(tx, dentist.id, NOW)
        with pytest.raises(NotFound):
            remove_time_off(tx, dentist.id, NOW)

    assert listed(teacher, NOON, NOON + HOUR) == []


def test_time_off_that_does_not_end_after_its_start_is_refused(teacher: Teacher) -> None:
    with pytest.raises(Invalid) as refusal:
        away(teacher, NOON, NOON)

    assert refusal.value.facts["fields"] == ["ends_at"]


def test_time_off_is_at_most_a_leap_year_long(teacher: Teacher) -> None:
    away(teacher, NOON, NOON + LONGEST)

    with pytest.raises(Invalid) as refusal:
        away(teacher, NOON, NOON + LONGEST + timedelta(seconds=1))

    assert refusal.value.facts["fields"] == ["ends_at"]


def test_time_off_is_seen_by_the_next_reader_of_slots(teacher: Teacher) -> None:
    with moved_slots_version(teacher.id):
        dentist = away(teacher, NOON, NOON + HOUR)
    with moved_slots_version(teacher.id), database.tenant(teacher.id) as tx:
        remove_time_off(tx, dentist.id, NOW)


def test_ac32_another_teachers_time_off_is_not_found(teacher: Teacher) -> None:
    other = a_teacher()
    others = away(other, NOON, NOON + HOUR)

    with database.tenant(teacher.id) as tx, pytest.raises(NotFound) as refusal:
        remove_time_off(tx, others.id, NOW)

    assert refusal.value.code == "time_off_not_found"
    assert listed(other, NOON, NOON + HOUR) == [others]
