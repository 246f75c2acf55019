"""How much could be booked: what rules and overrides offer, less time off and what other calendars say."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from lectern.analytics.local_day import local_days
from lectern.availability.bookable import bookable_minutes
from lectern.availability.overrides import put_override
from lectern.availability.rules import WeeklyRule, replace_rules
from lectern.availability.time_off import add_time_off
from lectern.database import Transaction
from lectern.identifiers import new_id
from tests.builders import NOW, Teacher, a_service, a_teacher, at, book, run

TUESDAY = date(2026, 3, 3)
ALL_DAY = tuple((weekday, 0, 24 * 60) for weekday in range(7))

pytestmark = pytest.mark.usefixtures("connected")


def minutes(teacher: Teacher, first: date, days: int = 1, zone: str = "UTC") -> list[int]:
    stretches = local_days(ZoneInfo(zone), first, first + timedelta(days=days))
    return run(teacher, bookable_minutes, [(day.starts_at, day.ends_at) for day in stretches], ZoneInfo(zone))


def test_a_day_has_the_hours_of_its_rules_and_lessons_take_nothing_away() -> None:
    teacher = a_teacher()
    book(teacher, a_service(teacher), at("2026-03-03 10:00"))

    assert minutes(teacher, TUESDAY, days=2) == [480, 480]


def test_time_off_and_busy_times_are_not_bookable_and_count_once_where_they_overlap() -> None:
    teacher = a_teacher()
    run(teacher, add_time_off, at("2026-03-03 08:00"), at("2026-03-03 10:00"), "", NOW)
    run(teacher, add_time_off, at("2026-03-03 12:00"), at("2026-03-03 13:00"), "", NOW)
    run(teacher, be_busy, "2026-03-03 12:30", "2026-03-03 14:00")

    assert minutes(teacher, TUESDAY) == [480 - 60 - 120]


def test_an_override_replaces_the_rules_of_its_date() -> None:
    teacher = a_teacher()
    run(teacher, put_override, TUESDAY, [(600, 660)], NOW)
    run(teacher, put_override, date(2026, 3, 4), [], NOW)

    assert minutes(teacher, TUESDAY, days=3) == [60, 0, 480]


def test_hours_past_midnight_are_of_both_dates_and_rules_that_are_off_offer_nothing() -> None:
    teacher = a_teacher()
    overnight, off = WeeklyRule(1, 22 * 60, 2 * 60), WeeklyRule(1, 9 * 60, 17 * 60, is_active=False)
    run(teacher, replace_rules, [overnight, off], NOW)

    assert minutes(teacher, TUESDAY, days=2) == [120, 120]


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 3, 29), 23 * 60), (date(2026, 10, 25), 25 * 60)])
def test_a_date_on_which_clocks_change_has_as_many_minutes_as_pass(day: date, expected: int) -> None:
    teacher = a_teacher("Europe/Berlin", rules=ALL_DAY)

    assert minutes(teacher, day, zone="Europe/Berlin") == [expected]


def test_without_rules_nothing_is_bookable() -> None:
    assert minutes(a_teacher(rules=()), TUESDAY) == [0]


def be_busy(tx: Transaction, start: str, end: str) -> None:
    tx.send(
        """
        insert into external_busy (teacher_id, id, source, external_id, starts_at, ends_at, seen_at)
        values (%(teacher_id)s, %(id)s, 'google', 'dentist', %(start)s, %(end)s, %(now)s)
        """,
        {"id": new_id(), "start": at(start), "end": at(end), "now": NOW},
    )
