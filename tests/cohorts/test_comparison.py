"""Two ranges of dates compared, by a worked example and at their edges."""

from datetime import date

import pytest

from lectern.cohorts.comparison import Comparison, Dates, compare
from tests.builders import Teacher, a_teacher, refusal, run
from tests.cohorts.given import came

JANUARY = Dates(date(2026, 1, 1), date(2026, 2, 1))
MARCH = Dates(date(2026, 3, 1), date(2026, 4, 1))


def test_a_worked_example(teacher: Teacher) -> None:
    """Of six in January, four come in March; one is new in March, one was there in December, one only in February."""
    for _ in range(4):
        came(teacher, "2026-01-05 10:00", "2026-01-12 10:00", "2026-03-02 10:00")
    for _ in range(2):
        came(teacher, "2026-01-05 10:00", "2026-02-02 10:00", "2026-04-02 10:00")
    came(teacher, "2026-03-09 10:00", "2026-03-16 10:00")
    came(teacher, "2025-12-09 10:00", "2026-03-09 10:00")
    came(teacher, "2026-02-09 10:00")

    found = run(teacher, compare, JANUARY, MARCH)

    assert found == Comparison(previous=6, retained=4, churned=2, new=1, returned=1, retained_percent=66.7)


def test_dates_are_the_teachers_and_the_last_is_left_out(teacher: Teacher) -> None:
    """In Berlin, 1 April begins at 22:00 in UTC, as clocks have been put forward in between."""
    came(teacher, "2026-02-28 23:00")
    came(teacher, "2026-03-31 21:59")
    came(teacher, "2026-03-31 22:00")

    assert run(teacher, compare, JANUARY, MARCH).new == 2


def test_a_trial_and_a_lesson_that_was_missed_are_none(teacher: Teacher) -> None:
    came(teacher, trial="2026-03-02 10:00")
    came(teacher, "2026-03-03 10:00", status="no_show")

    assert run(teacher, compare, JANUARY, MARCH) == Comparison(0, 0, 0, 0, 0, None)


def test_of_few_students_there_is_no_percentage(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 10:00", "2026-03-02 10:00")

    found = run(teacher, compare, JANUARY, MARCH)

    assert (found.previous, found.retained, found.retained_percent) == (1, 1, None)


def test_another_teachers_students_are_not_among_them(teacher: Teacher) -> None:
    came(a_teacher(), "2026-03-02 10:00")

    assert run(teacher, compare, JANUARY, MARCH).new == 0


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (JANUARY, Dates(date(2026, 3, 1), date(2026, 3, 1))),
        (Dates(date(2025, 1, 1), date(2026, 1, 3)), MARCH),
        (Dates(date(2026, 2, 1), date(2026, 3, 2)), MARCH),
        (MARCH, JANUARY),
    ],
    ids=["no day", "more than a year", "overlapping", "the wrong way round"],
)
def test_ranges_that_make_no_sense_are_refused(teacher: Teacher, earlier: Dates, later: Dates) -> None:
    assert refusal(teacher, compare, earlier, later) == "invalid_range"


def test_what_is_left_out_is_as_long_and_just_before() -> None:
    assert MARCH.before(None, None) == Dates(date(2026, 1, 29), date(2026, 3, 1))
    assert MARCH.before(date(2026, 1, 1), None) == Dates(date(2026, 1, 1), date(2026, 3, 1))
    assert MARCH.before(None, date(2026, 2, 1)) == Dates(date(2026, 1, 1), date(2026, 2, 1))
