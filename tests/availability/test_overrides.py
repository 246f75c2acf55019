"""Dates with hours of their own."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from lectern import database
from lectern.availability.overrides import (
    FURTHEST_AHEAD,
    MOST_HOURS,
    list_overrides,
    put_override,
    remove_override,
)
from lectern.errors import Invalid, NotFound
from lectern.slots import Hours, Override
from tests.builders import NOW, Teacher, a_teacher
from tests.slots_version import moved_slots_version

pytestmark = pytest.mark.usefixtures("connected")

MAY_DAY = date(2026, 5, 1)
DAY = timedelta(days=1)
MORNING = (9 * 60, 12 * 60)
LATE = (22 * 60, 2 * 60)


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher()


def put(teacher: Teacher, local_date: date, hours: Sequence[tuple[int, int]]) -> Override:
    with database.tenant(teacher.id) as tx:
        return put_override(tx, local_date, hours, NOW)


def overrides_of(teacher: Teacher, from_date: date = MAY_DAY, until_date: date = MAY_DAY + DAY) -> list[Override]:
    with database.tenant(teacher.id) as tx:
        return list_overrides(tx, from_date, until_date)


def test_a_date_has_the_hours_that_were_put_last(teacher: Teacher) -> None:
    put(teacher, MAY_DAY, [MORNING])
    put(teacher, MAY_DAY, [LATE, MORNING])

    assert overrides_of(teacher) == [Override(MAY_DAY, (Hours(*LATE), Hours(*MORNING)))]


def test_no_hours_are_a_day_off(teacher: Teacher) -> None:
    put(teacher, MAY_DAY, [])

    assert overrides_of(teacher) == [Override(MAY_DAY, ())]


def test_the_list_has_the_dates_from_the_first_to_before_the_last(teacher: Teacher) -> None:
    for days in (3, 0, 2, 1):
        put(teacher, MAY_DAY + days * DAY, [])

    listed = overrides_of(teacher, MAY_DAY + DAY, MAY_DAY + 3 * DAY)

    assert [override.local_date for override in listed] == [MAY_DAY + DAY, MAY_DAY + 2 * DAY]


def test_a_removed_override_leaves_the_date_to_the_rules(teacher: Teacher) -> None:
    put(teacher, MAY_DAY, [])

    with database.tenant(teacher.id) as tx:
        remove_override(tx, MAY_DAY, NOW)
        with pytest.raises(NotFound):
            remove_override(tx, MAY_DAY, NOW)

    assert overrides_of(teacher) == []


def test_more_hours_than_a_day_has_are_refused(teacher: Teacher) -> None:
    put(teacher, MAY_DAY, [MORNING] * MOST_HOURS)

    with pytest.raises(Invalid) as refusal:
        put(teacher, MAY_DAY, [MORNING] * (MOST_HOURS + 1))

    assert refusal.value.facts["fields"] == ["hours"]


def test_a_date_more_than_three_years_ahead_is_refused(teacher: Teacher) -> None:
    furthest = NOW.date() + FURTHEST_AHEAD
    put(teacher, furthest, [])

    with pytest.raises(Invalid) as refusal:
        put(teacher, furthest + DAY, [])

    assert refusal.value.facts["fields"] == ["local_date"]


def test_hours_that_end_when_they_start_are_refused_and_the_old_ones_stay(teacher: Teacher) -> None:
    old = put(teacher, MAY_DAY, [MORNING])

    with pytest.raises(Invalid) as refusal:
        put(teacher, MAY_DAY, [LATE, (600, 600)])

    assert refusal.value.facts["fields"] == ["hours.1.start_minute", "hours.1.end_minute"]
    assert overrides_of(teacher) == [old]


def test_an_override_is_seen_by_the_next_reader_of_slots(teacher: Teacher) -> None:
    with moved_slots_version(teacher.id):
        put(teacher, MAY_DAY, [])
    with moved_slots_version(teacher.id), database.tenant(teacher.id) as tx:
        remove_override(tx, MAY_DAY, NOW)


def test_ac32_another_teachers_override_is_not_found(teacher: Teacher) -> None:
    other = a_teacher()
    others = put(other, MAY_DAY, [MORNING])

    with database.tenant(teacher.id) as tx, pytest.raises(NotFound):
        remove_override(tx, MAY_DAY, NOW)

    assert overrides_of(teacher) == []
    assert overrides_of(other) == [others]
