"""Cohorts by worked examples: who is counted, in which month, and of whom the percentages are."""

from datetime import date

import psycopg
import pytest

from lectern.cohorts.retention import retention
from local.postgres import Postgres
from tests.builders import Teacher, a_teacher, at, run
from tests.cohorts.given import came, came_again, cohorts, column, found

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))

FORGET = """
    update students set deleted_at = created_at, name = '-', email = id || '@deleted'
    where teacher_id = %(teacher_id)s and id = %(id)s
"""


def test_a_worked_example(teacher: Teacher) -> None:
    """Five begin in January, one in February; on 15 April, April is not over.

    | student | January | February | March | April |
    | 1       | came    | came     | came  |       |
    | 2       | came    |          | came  |       |
    | 3       | came    | came     |       |       |
    | 4       | came    |          |       |       |
    | 5       | came    |          |       | came  |
    | 6       |         | came     | came  |       |
    """
    came(teacher, "2026-01-05 10:00", "2026-01-12 10:00", "2026-02-02 10:00", "2026-03-02 10:00")
    came(teacher, "2026-01-06 10:00", "2026-03-03 10:00")
    came(teacher, "2026-01-07 10:00", "2026-02-04 10:00")
    came(teacher, "2026-01-08 10:00")
    came(teacher, "2026-01-09 10:00", "2026-04-10 10:00")
    came(teacher, "2026-02-09 10:00", "2026-03-09 10:00")

    younger, older = cohorts(teacher, "2026-04-15 12:00")

    assert (older.month, older.students, column(older, "number")) == (JANUARY, 5, [0, 1, 2, 3])
    assert column(older, "retained") == [5, 2, 2, 1]
    assert column(older, "retained_percent") == [100.0, 40.0, 40.0, 20.0]
    assert column(older, "retained_or_later") == [5, 4, 3, 1]
    assert column(older, "retained_or_later_percent") == [100.0, 80.0, 60.0, 20.0]
    assert column(older, "is_partial") == [False, False, False, True]
    assert (younger.month, younger.students, column(younger, "retained")) == (FEBRUARY, 1, [1, 1, 0])
    assert column(younger, "retained_percent") == [None] * 3


def test_a_month_in_which_nobody_came_is_there_with_nobody(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 10:00", "2026-04-05 10:00")

    [cohort] = cohorts(teacher, "2026-05-31 12:00")

    assert column(cohort, "retained") == [1, 0, 0, 1, 0]
    assert column(cohort, "retained_or_later") == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("zone", "start", "month"),
    [
        ("Europe/Berlin", "2026-01-31 22:59", JANUARY),
        ("Europe/Berlin", "2026-01-31 23:00", FEBRUARY),
        # Clocks were put forward on 29 March: April begins an hour earlier in UTC than March did.
        ("Europe/Berlin", "2026-03-31 21:59", MARCH),
        ("Europe/Berlin", "2026-03-31 22:00", APRIL),
        ("Pacific/Honolulu", "2026-02-01 09:59", JANUARY),
        ("Pacific/Honolulu", "2026-02-01 10:00", FEBRUARY),
    ],
)
@pytest.mark.usefixtures("connected")
def test_a_month_is_the_one_on_the_teachers_calendar(zone: str, start: str, month: date) -> None:
    teacher = a_teacher(zone)
    came(teacher, start)

    assert [cohort.month for cohort in cohorts(teacher, "2026-05-15 12:00")] == [month]


def test_a_month_is_over_when_it_is_where_the_teacher_is(teacher: Teacher) -> None:
    came(teacher, "2026-03-05 10:00")

    assert column(cohorts(teacher, "2026-03-31 21:59")[0], "is_partial") == [True]
    assert column(cohorts(teacher, "2026-03-31 22:00")[0], "is_partial") == [False, True]


def test_a_cohort_begins_with_a_paid_lesson_and_then_every_lesson_counts(teacher: Teacher) -> None:
    student = came(teacher, "2026-01-05 10:00", "2026-03-02 10:00", price=0)
    came_again(teacher, student, "2026-02-05 10:00")

    [cohort] = cohorts(teacher, "2026-03-31 12:00")

    assert (cohort.month, column(cohort, "retained")) == (FEBRUARY, [1, 1])


def test_a_lesson_on_credits_is_a_paid_one(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 12:00", price=0, units=100)
    came(teacher, "2026-01-05 12:00", price=0)

    assert [cohort.students for cohort in cohorts(teacher, "2026-01-31 12:00")] == [1]


def test_only_lessons_that_took_place_count(teacher: Teacher) -> None:
    student = came(teacher, "2026-01-05 10:00")
    for status in ("no_show", "cancelled", "booked"):
        came_again(teacher, student, "2026-02-05 10:00", status=status)
    came(teacher, "2026-01-06 10:00", status="no_show")

    [cohort] = cohorts(teacher, "2026-02-15 12:00")

    assert (cohort.students, column(cohort, "retained")) == (1, [1, 0])


def test_a_session_that_was_deleted_does_not_count(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 10:00")
    run(teacher, lambda tx: tx.send("update class_sessions set deleted_at = ends_at where teacher_id = %(teacher_id)s"))

    assert cohorts(teacher, "2026-02-15 12:00") == []


def test_credits_are_held_against_those_of_the_first_month(teacher: Teacher) -> None:
    for _ in range(5):
        came(teacher, "2026-01-05 10:00", "2026-01-12 10:00", "2026-03-02 10:00", price=0, units=100)
        came(teacher, "2026-02-05 10:00", "2026-03-05 10:00")

    by_money, by_credits = cohorts(teacher, "2026-03-31 12:00")

    assert column(by_credits, "credits_percent") == [100.0, 0.0, 50.0]
    assert column(by_money, "credits_percent") == [None, None]


def test_students_who_were_deleted_stay_counted(teacher: Teacher) -> None:
    student = came(teacher, "2026-01-05 10:00", "2026-02-05 10:00")
    run(teacher, lambda tx: tx.send(FORGET, {"id": student}))

    [cohort] = cohorts(teacher, "2026-02-15 12:00")

    assert (cohort.students, column(cohort, "retained")) == (1, [1, 1])


def test_a_trial_makes_a_cohort_of_its_own_and_is_no_lesson(teacher: Teacher) -> None:
    came(teacher, "2026-02-05 10:00", trial="2026-01-20 10:00")
    came(teacher, trial="2026-01-21 10:00")

    [trial] = cohorts(teacher, "2026-03-15 12:00", "trial")
    [paid] = cohorts(teacher, "2026-03-15 12:00", "paid")

    assert (trial.month, trial.students, column(trial, "retained")) == (JANUARY, 2, [0, 1, 0])
    assert (paid.month, paid.students, paid.paid_soon) == (FEBRUARY, 1, None)


def test_a_trial_that_costs_something_is_no_first_paid_lesson(teacher: Teacher) -> None:
    came_again(teacher, came(teacher), "2026-01-20 10:00", trial=True, price=2000)

    assert cohorts(teacher, "2026-02-15 12:00", "paid") == []


def test_a_trial_that_nobody_came_back_from_is_a_cohort(teacher: Teacher) -> None:
    came(teacher, trial="2026-01-20 10:00")

    [cohort] = cohorts(teacher, "2026-02-15 12:00", "trial")

    assert (cohort.students, cohort.paid_soon, column(cohort, "retained_or_later")) == (1, 0, [0, 0])


def test_who_pays_within_30_days_of_a_trial_is_counted(teacher: Teacher) -> None:
    """Of a trial on 1 March in Berlin, the 30th day is 31 March, whose last hour is the first of summer time."""
    came(teacher, "2026-03-31 21:30", trial="2026-03-01 10:00")
    came(teacher, "2026-03-31 22:30", trial="2026-03-01 10:00")
    came(teacher, "2026-03-20 10:00", trial="2026-03-01 10:00", price=0)
    came(teacher, "2026-02-20 10:00", trial="2026-03-01 10:00")
    came(teacher, trial="2026-03-31 10:00")

    [cohort] = cohorts(teacher, "2026-04-29 12:00", "trial")

    assert (cohort.students, cohort.paid_soon, cohort.paid_soon_percent) == (5, 1, 20.0)


def test_who_pays_soon_is_partial_until_the_30_days_of_the_last_are_over(teacher: Teacher) -> None:
    came(teacher, trial="2026-03-01 10:00")

    partial = {
        day: cohorts(teacher, f"2026-{day} 12:00", "trial")[0].is_paid_soon_partial for day in ("04-30", "05-01")
    }

    assert partial == {"04-30": True, "05-01": False}


def test_the_answer_says_when_it_was_added_up_and_what_came_later_is_not_in_it(teacher: Teacher) -> None:
    came(teacher, "2026-01-05 10:00")
    before = found(teacher, "2026-02-15 12:00")
    came(teacher, "2026-01-06 10:00")

    after = run(teacher, retention, "paid", None, 10)

    assert after == before
    assert (after.as_of, after.cohorts.items[0].students) == (at("2026-02-15 12:00"), 1)


def test_a_lesson_after_the_hour_that_a_refresh_is_of_is_in_its_month(teacher: Teacher) -> None:
    """A refresh sees what has come to be true since its hour struck."""
    came(teacher, "2026-02-01 00:10")

    [cohort] = cohorts(teacher, "2026-01-31 22:20")

    assert (cohort.month, column(cohort, "is_partial")) == (FEBRUARY, [True])


def test_before_the_first_refresh_there_is_nothing(teacher: Teacher, postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("delete from cohort_refreshes")

    nothing = run(teacher, retention, "paid", None, 10)

    assert (nothing.as_of, nothing.cohorts.items) == (None, [])
