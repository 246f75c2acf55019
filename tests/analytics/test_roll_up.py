"""The daily run: what it adds up, that adding up again changes nothing, and what it forgets."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from lectern.analytics.operations import operations
from lectern.availability.rules import replace_rules
from lectern.jobs.run import run as run_job
from tests.analytics.given import DAILY_TABLES, add_up, sums, take, visit
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, rows_of, run
from tests.content.given import fetch_it, open_it, shared_content
from tests.lifecycle.given import a_seat

TODAY = date(2026, 3, 9)


def a_week(teacher: Teacher, student: UUID) -> None:
    """Something in every sum."""
    a_seat(teacher, student, at("2026-03-03 10:00"))
    open_it(teacher, shared_content(teacher, student), student, at("2026-03-04 10:00"))
    visit(teacher, 1)
    take(teacher, 1, book(teacher, a_service(teacher), in_days(1)).participant_id)


def test_a_second_run_on_the_same_day_changes_nothing(teacher: Teacher, student: UUID) -> None:
    a_week(teacher, student)
    add_up(teacher, TODAY, NOW)
    before = sums(teacher)
    assert all(before[table] for table in DAILY_TABLES)

    add_up(teacher, TODAY, NOW + timedelta(hours=9))

    assert sums(teacher) == before


def test_a_late_run_for_an_earlier_day_changes_nothing(teacher: Teacher, student: UUID) -> None:
    a_week(teacher, student)
    days = [TODAY - timedelta(days=day) for day in range(7)]
    for day in reversed(days):
        add_up(teacher, day)
    before = sums(teacher)

    for day in days:
        add_up(teacher, day)

    assert sums(teacher) == before


def test_days_that_were_missed_are_added_up_by_the_next_run(teacher: Teacher, student: UUID) -> None:
    a_week(teacher, student)

    add_up(teacher, TODAY)

    dates = [row["local_date"] for row in rows_of(teacher, "operations_daily")]
    assert dates == [f"2026-03-0{day}" for day in range(2, 9)]


def test_the_job_runs_once_for_a_date(teacher: Teacher) -> None:
    ran = [run_job("content-analytics", teacher.id, TODAY, NOW) for _ in range(2)]

    assert [counts is None for counts in ran] == [False, True]


def test_views_are_added_up_by_item_student_and_date(teacher: Teacher, student: UUID) -> None:
    """Sam opens it on three half hours of the 3rd, fetching it in one, and on the 4th; Bo on the 3rd."""
    bo = a_student(teacher, "Bo")
    item = shared_content(teacher, student, bo)
    for time in ("03 09:00", "03 09:10", "03 12:00", "03 23:59", "04 00:00"):
        open_it(teacher, item, student, at(f"2026-03-{time}"))
    fetch_it(teacher, item, student, at("2026-03-03 12:05"))
    open_it(teacher, item, bo, at("2026-03-03 20:00"))

    add_up(teacher, TODAY)

    found = {
        (row["local_date"], row["student_id"]): (row["views"], row["downloads"])
        for row in rows_of(teacher, "content_daily")
    }
    assert found == {
        ("2026-03-03", str(student)): (3, 1),
        ("2026-03-04", str(student)): (1, 0),
        ("2026-03-03", str(bo)): (1, 0),
    }


@pytest.mark.parametrize(
    ("opened", "local_date"),
    [
        ("2026-03-28 22:59", "2026-03-28"),
        ("2026-03-28 23:00", "2026-03-29"),
        ("2026-03-29 21:59", "2026-03-29"),
        ("2026-03-29 22:00", "2026-03-30"),
    ],
)
def test_the_date_on_which_clocks_are_put_forward_has_23_hours(
    connected: None,  # noqa: ARG001
    opened: str,
    local_date: str,
) -> None:
    teacher = a_teacher("Europe/Berlin")
    student = a_student(teacher)
    open_it(teacher, shared_content(teacher, student), student, at(opened))

    add_up(teacher, date(2026, 4, 1))

    assert [row["local_date"] for row in rows_of(teacher, "content_daily")] == [local_date]


def test_views_go_after_ninety_days_and_their_sums_stay(teacher: Teacher, student: UUID) -> None:
    open_it(teacher, shared_content(teacher, student), student, at("2026-03-03 10:00"))
    add_up(teacher, TODAY)

    add_up(teacher, date(2026, 3, 3) + timedelta(days=90))
    assert len(rows_of(teacher, "content_views")) == 1

    add_up(teacher, date(2026, 3, 3) + timedelta(days=91))
    assert (rows_of(teacher, "content_views"), len(rows_of(teacher, "content_daily"))) == ([], 1)


def test_bookable_time_stays_as_it_was_when_rules_change_later(teacher: Teacher) -> None:
    add_up(teacher, date(2026, 3, 4))

    run(teacher, replace_rules, [], NOW)
    add_up(teacher, date(2026, 3, 5))

    assert run(teacher, operations, date(2026, 3, 2), date(2026, 3, 5)).bookable_minutes == 2 * 480


def test_nothing_is_said_of_dates_before_a_teacher_was_there(teacher: Teacher) -> None:
    add_up(teacher, date(2026, 3, 4))

    assert [row["local_date"] for row in rows_of(teacher, "operations_daily")] == ["2026-03-02", "2026-03-03"]


def test_one_teachers_run_adds_up_nobody_elses(teacher: Teacher, student: UUID) -> None:
    a_week(teacher, student)
    other = a_teacher()

    add_up(other, TODAY)

    assert not any(sums(teacher).values())
