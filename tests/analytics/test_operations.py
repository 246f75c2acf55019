"""The lessons in numbers, by worked examples."""

from datetime import date, timedelta
from uuid import UUID

from lectern.analytics.operations import Operations, PopularTime, operations, popular_times
from lectern.sessions.reschedule import reschedule_session
from tests.analytics.given import add_up, settle
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, run
from tests.lifecycle.given import a_seat

TODAY = date(2026, 3, 9)
WEEK = (date(2026, 3, 2), TODAY)


def week(teacher: Teacher) -> Operations:
    add_up(teacher, TODAY)
    return run(teacher, operations, *WEEK)


def seats(teacher: Teacher, student: UUID, status: str, *days: int, **more: object) -> None:
    for day in days:
        a_seat(teacher, student, at(f"2026-03-0{day} 10:00"), status, **more)


def test_a_week_of_ten_lessons(teacher: Teacher, student: UUID) -> None:
    """Sam: 4 completed, missed 1, cancelled 2, 1 of them late. Bo: 2 completed and 1 that nobody has marked."""
    bo = a_student(teacher, "Bo")
    seats(teacher, student, "completed", 2, 3, 4, 5)
    seats(teacher, student, "no_show", 6)
    seats(teacher, student, "cancelled", 7, 8)
    seats(teacher, bo, "completed", 2, 3)
    seats(teacher, bo, "booked", 4)

    found = week(teacher)

    assert (found.lessons, found.completed, found.no_shows, found.cancelled) == (10, 6, 1, 2)
    assert found.cancellation_percent == 20.0
    assert found.no_show_percent == 14.3
    assert (found.repeats, found.repeat_percent) == (4, 66.7)
    assert (found.booked_minutes, found.bookable_minutes) == (480, 7 * 480)
    assert found.utilisation_percent == 14.3


def test_nothing_is_null_and_not_nought(teacher: Teacher) -> None:
    found = run(teacher, operations, *WEEK)

    assert (found.lessons, found.bookable_minutes) == (0, 0)
    assert {
        found.cancellation_percent,
        found.no_show_percent,
        found.reschedule_percent,
        found.repeat_percent,
        found.utilisation_percent,
        found.average_lead_hours,
    } == {None}


def test_a_trial_is_no_lesson_and_takes_time(teacher: Teacher, student: UUID) -> None:
    seats(teacher, student, "completed", 2, trial=True)
    seats(teacher, student, "cancelled", 3, trial=True)
    seats(teacher, student, "completed", 4)

    found = week(teacher)

    assert (found.lessons, found.completed, found.repeats, found.booked_minutes) == (1, 1, 0, 120)


def test_lead_time_is_that_of_lessons_that_students_book_themselves(teacher: Teacher, student: UUID) -> None:
    book(teacher, a_service(teacher), in_days(1))
    book(teacher, a_service(teacher), in_days(3))
    seats(teacher, student, "completed", 6)

    found = week(teacher)

    assert (found.self_booked, found.average_lead_hours) == (2, 50.0)


def test_a_lesson_that_was_moved_counts_on_its_new_date(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), in_days(1)).session_id
    book(teacher, a_service(teacher), in_days(2))
    run(teacher, reschedule_session, session, in_days(4), "teacher", NOW)

    assert week(teacher).reschedule_percent == 50.0
    assert run(teacher, operations, date(2026, 3, 3), date(2026, 3, 4)).lessons == 0
    assert run(teacher, operations, date(2026, 3, 6), date(2026, 3, 7)).rescheduled == 1


def test_an_outcome_that_is_noted_days_later_still_counts(teacher: Teacher, student: UUID) -> None:
    seat = a_seat(teacher, student, at("2026-03-02 10:00"))
    before = week(teacher)

    settle(teacher, seat, "no_show")
    add_up(teacher, date(2026, 3, 10))

    after = run(teacher, operations, *WEEK)
    assert (before.completed, before.no_shows, after.completed, after.no_shows) == (1, 0, 0, 1)


def test_a_lesson_counts_on_its_date_where_the_teacher_is(connected: None) -> None:  # noqa: ARG001
    """23:30 in New York on the 7th; clocks go forward on the 8th, whose last lesson starts an hour earlier in UTC."""
    teacher = a_teacher("America/New_York")
    student = a_student(teacher)
    for start in ("2026-03-08 04:30", "2026-03-09 03:30"):
        a_seat(teacher, student, at(start))

    add_up(teacher, TODAY)

    by_date = [run(teacher, operations, day, day + timedelta(days=1)).lessons for day in dates(6, 7, 8)]
    assert by_date == [0, 1, 1]


def test_popular_times_are_by_the_teachers_clock_and_leave_out_what_was_cancelled(connected: None) -> None:  # noqa: ARG001
    """Sundays at 10 in Berlin, before and after the clocks go forward on the 29th."""
    teacher = a_teacher("Europe/Berlin")
    student = a_student(teacher)
    for start in ("2026-03-22 09:00", "2026-03-29 08:00", "2026-03-24 15:30"):
        a_seat(teacher, student, at(start))
    a_seat(teacher, student, at("2026-03-25 15:00"), "cancelled")

    found = run(teacher, popular_times, date(2026, 3, 20), date(2026, 3, 30))

    assert found == [PopularTime(6, 10, 2), PopularTime(1, 16, 1)]


def test_another_teacher_has_lessons_of_their_own(teacher: Teacher, student: UUID) -> None:
    seats(teacher, student, "completed", 2)
    week(teacher)

    assert run(a_teacher(), operations, *WEEK).lessons == 0


def dates(*days: int) -> list[date]:
    return [date(2026, 3, day) for day in days]
