"""Every metric, by the rows that it is measured from."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from lectern.alerts.verdict import Measured
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from tests.alerts.given import TODAY, a_calendar, contact, measured, payment, seats, time_booked, visits
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, run
from tests.lifecycle.given import a_seat

YESTERDAY = TODAY - timedelta(days=1)
MIDNIGHT = at("2026-03-02 00:00")


def test_missed_seats_are_counted_of_those_that_were_waited_for(teacher: Teacher, student: UUID) -> None:
    """2 of 8: one no-show and one late cancellation; what was cancelled in time was not waited for."""
    seats(teacher, student, 6, YESTERDAY, charge=100)
    seats(teacher, student, 1, YESTERDAY, status="no_show")
    a_seat(teacher, student, MIDNIGHT - timedelta(hours=8), "cancelled", late=True, by="student")
    a_seat(teacher, student, MIDNIGHT - timedelta(hours=8), "cancelled", by="student")
    seats(teacher, student, 3, YESTERDAY, status="booked")

    assert measured(teacher, "no_show_and_late_cancel_rate") == [Measured(25.0, 8)]


@pytest.mark.parametrize(
    ("more", "missed"),
    [({"late": True}, 1), ({"late": False}, 0), ({"late": True, "trial": True}, 0)],
    ids=["late", "in time", "trial"],
)
def test_who_cancels_a_lesson_late_was_waited_for(
    teacher: Teacher, student: UUID, more: dict[str, object], missed: int
) -> None:
    a_seat(teacher, student, at("2026-03-01 10:00"), "cancelled", **more)

    [found] = measured(teacher, "no_show_and_late_cancel_rate")

    assert found.sample == missed


@pytest.mark.parametrize(("hours_before", "missed"), [((160, 2), 1), ((3, 2), 2), ((160, 30), 0), ((2, None), 1)])
def test_each_seat_of_a_group_is_late_by_its_own_time(
    teacher: Teacher, hours_before: tuple[int, int | None], missed: int
) -> None:
    """Sam goes first and Kim, if at all, last; nothing is kept of either, so only the time tells."""
    service, start = a_service(teacher, seats=3), in_days(8)
    run(teacher, set_policy, PolicyScope(), Policy(late_charge_percent=0), NOW)
    seats_of_both = [book(teacher, service, start, name) for name in ("Sam", "Kim")]

    for seat, hours in zip(seats_of_both, hours_before, strict=True):
        if hours is not None:
            by_student = Cancellation("student", None, participant_id=seat.participant_id)
            run(teacher, cancel_session, seat.session_id, by_student, start - timedelta(hours=hours))

    [found] = measured(teacher, "no_show_and_late_cancel_rate", end=TODAY + timedelta(days=9))
    assert found.sample == missed


def test_without_lessons_no_share_of_them_is_known(teacher: Teacher) -> None:
    assert measured(teacher, "no_show_and_late_cancel_rate") == [Measured(None, 0)]


def test_active_students_are_those_who_had_a_lesson(teacher: Teacher, student: UUID) -> None:
    seats(teacher, student, 2, YESTERDAY)
    a_seat(teacher, a_student(teacher, "Kim"), in_days(-3), trial=True)
    a_seat(teacher, a_student(teacher, "Lou"), in_days(-3), "no_show")
    seats(teacher, a_student(teacher, "Mo"), 1, TODAY - timedelta(days=29))
    a_seat(teacher, a_student(teacher, "Nik"), MIDNIGHT)

    assert measured(teacher, "active_students", 3) == [Measured(1, 1), Measured(1, 1), Measured(0, 0)]


@pytest.mark.parametrize(
    ("start", "inside"),
    [("2026-03-22 22:59", 0), ("2026-03-22 23:00", 1), ("2026-03-29 21:59", 1), ("2026-03-29 22:00", 0)],
)
@pytest.mark.usefixtures("connected")
def test_a_window_is_of_local_dates_also_when_clocks_change(start: str, inside: int) -> None:
    """In Berlin, the week to 30 March begins at 23:00 in UTC and ends at 22:00, as clocks were put forward in it."""
    teacher = a_teacher("Europe/Berlin")
    a_seat(teacher, a_student(teacher), at(start))

    found = measured(teacher, "active_students", days=7, end=date(2026, 3, 30), zone="Europe/Berlin")

    assert found == [Measured(inside, inside)]


def test_lessons_ahead_are_those_that_were_booked_at_the_time(teacher: Teacher, student: UUID) -> None:
    """Each is booked a week before it starts: of those of the next two weeks, this week's are known."""
    for days in (0, 3, 6, 7, 20):
        a_seat(teacher, student, in_days(days, hour=1), "booked")
    a_seat(teacher, student, in_days(5), "booked", trial=True)
    a_seat(teacher, student, in_days(5), "held")
    a_seat(teacher, student, in_days(5), "expired")
    a_seat(teacher, student, in_days(5), "cancelled", cancelled_at=MIDNIGHT - timedelta(minutes=1))
    a_seat(teacher, student, in_days(-25))
    a_seat(teacher, student, in_days(-25), "cancelled", cancelled_at=in_days(-26))

    assert measured(teacher, "lessons_next_14_days", 2) == [Measured(3, 3), Measured(2, 2)]


def test_a_request_is_ahead_until_it_was_to_start_though_nobody_answered_it(teacher: Teacher, student: UUID) -> None:
    a_seat(teacher, student, in_days(2), "booked", session_status="pending")
    a_seat(teacher, student, in_days(-26), "expired")
    a_seat(teacher, student, in_days(-26, hour=12), "expired", held_until=None)

    assert measured(teacher, "lessons_next_14_days", 2) == [Measured(1, 1), Measured(1, 1)]


def test_failed_payments_are_those_that_did_not_come_after_all(teacher: Teacher, student: UUID) -> None:
    for status, attempts in (("failed", 0), ("open", 1), ("expired", 2), ("open", 0), ("expired", 0), ("paid", 2)):
        payment(teacher, student, status, in_days(-2), failed_attempts=attempts)
    payment(teacher, student, "failed", in_days(-8))

    assert measured(teacher, "failed_payments", 2, days=7) == [Measured(3, 3), Measured(1, 1)]


def test_of_a_students_tries_at_one_thing_only_the_last_counts(teacher: Teacher, student: UUID) -> None:
    """Declined and left, then paid; and failed twice, where the second time is the one."""
    declined = payment(teacher, student, "expired", in_days(-2), failed_attempts=1)
    payment(teacher, student, "paid", in_days(-1), like=declined)
    failed = payment(teacher, student, "failed", in_days(-9), created_at=in_days(-9))
    payment(teacher, student, "failed", in_days(-2), like=failed)
    payment(teacher, student, "expired", in_days(-1), like=failed)

    assert measured(teacher, "failed_payments", 2, days=7) == [Measured(1, 1), Measured(0, 0)]


def test_a_payment_failed_when_it_failed_whatever_was_written_since(teacher: Teacher, student: UUID) -> None:
    payment(teacher, student, "open", in_days(-1), failed_attempts=1, failed_at=in_days(-9))

    assert measured(teacher, "failed_payments", 2, days=7) == [Measured(0, 0), Measured(1, 1)]


def test_revenue_is_in_the_currency_in_which_most_is_paid_now(teacher: Teacher, student: UUID) -> None:
    payment(teacher, student, "paid", in_days(-2), amount=3000)
    payment(teacher, student, "paid", in_days(-3), amount=2000)
    payment(teacher, student, "paid", in_days(-40), amount=7000)
    payment(teacher, student, "paid", in_days(-2), amount=4000, currency="USD")
    payment(teacher, student, "paid", in_days(-40), amount=99000, currency="JPY")
    payment(teacher, student, "open", in_days(-2), amount=9000)

    assert measured(teacher, "revenue", 3) == [
        Measured(5000, 2, "EUR"),
        Measured(7000, 1, "EUR"),
        Measured(0, 0, "EUR"),
    ]


def test_revenue_of_a_window_without_any_is_in_the_currency_of_the_one_before(teacher: Teacher, student: UUID) -> None:
    payment(teacher, student, "paid", in_days(-40), amount=7000, currency="USD")
    payment(teacher, student, "paid", in_days(-70), amount=9000)

    assert measured(teacher, "revenue", 2) == [Measured(0, 0, "USD"), Measured(7000, 1, "USD")]
    assert measured(a_teacher(), "revenue") == [Measured(0, 0)]


def test_an_answer_is_waited_for_from_the_first_word_that_stands_unanswered(teacher: Teacher, student: UUID) -> None:
    """90 minutes after the first of two, then 1, and then 30, which is the median."""
    for minute in (0, 60, 200, 300):
        contact(teacher, student, "in", in_days(-5) + timedelta(minutes=minute))
    for minute in (90, 100, 201, 330):
        contact(teacher, student, "out", in_days(-5) + timedelta(minutes=minute))

    assert measured(teacher, "response_minutes") == [Measured(30.0, 3)]


def test_who_waits_since_before_the_window_and_writes_again_does_not_begin_to_wait(
    teacher: Teacher, student: UUID
) -> None:
    for days in (-29, -5):
        contact(teacher, student, "in", in_days(days))
    contact(teacher, student, "out", in_days(-4))

    assert measured(teacher, "response_minutes", 2) == [Measured(None, 0), Measured(14 * 60, 1)]


def test_who_has_no_answer_as_the_window_ends_has_waited_until_then(teacher: Teacher, student: UUID) -> None:
    contact(teacher, student, "in", MIDNIGHT - timedelta(minutes=600))
    contact(teacher, student, "out", MIDNIGHT + timedelta(minutes=5))
    contact(teacher, a_student(teacher, "Kim"), "in", MIDNIGHT - timedelta(minutes=400))

    assert measured(teacher, "response_minutes") == [Measured(500.0, 2)]


def test_whom_nobody_wrote_to_has_not_answered_slowly(teacher: Teacher, student: UUID) -> None:
    contact(teacher, student, "out", in_days(-5))

    assert measured(teacher, "response_minutes") == [Measured(None, 0)]


def test_a_lesson_is_unconfirmed_when_two_days_have_passed_since_its_end(teacher: Teacher, student: UUID) -> None:
    for hours in (49, 50, 48):
        a_seat(teacher, student, NOW - timedelta(hours=hours), "booked")
    a_seat(teacher, student, NOW - timedelta(hours=70))
    a_seat(teacher, student, NOW - timedelta(hours=70), "booked", trial=True)

    assert measured(teacher, "unconfirmed_lessons") == [Measured(1, 1)]


def test_a_teacher_without_a_calendar_has_none_that_is_stale(teacher: Teacher) -> None:
    assert measured(teacher, "calendar_stale_minutes") == [Measured(0, 0)]


def test_a_calendar_is_as_stale_as_it_is_now(teacher: Teacher) -> None:
    a_calendar(teacher, NOW - timedelta(minutes=31))

    assert measured(teacher, "calendar_stale_minutes") == [Measured(31, 1)]


def test_a_calendar_is_stale_to_the_second(teacher: Teacher) -> None:
    a_calendar(teacher, NOW - timedelta(minutes=30, seconds=36))

    assert measured(teacher, "calendar_stale_minutes") == [Measured(30.6, 1)]


def test_the_page_converts_those_who_came_and_booked(teacher: Teacher) -> None:
    for days, visitors, booked in ((1, 40, 2), (28, 10, 0), (0, 99, 9), (29, 50, 5)):
        visits(teacher, days, visitors, booked)

    assert measured(teacher, "page_conversion", 3) == [Measured(4.0, 50), Measured(10.0, 50), Measured(None, 0)]


def test_shares_are_measured_as_they_are_and_not_as_they_are_shown(teacher: Teacher) -> None:
    visits(teacher, 1, 10_000, 4)
    time_booked(teacher, 1, 2_997, 10_000)

    assert measured(teacher, "page_conversion") == [Measured(0.04, 10_000)]
    assert measured(teacher, "utilisation") == [Measured(29.97, 166)]


def test_utilisation_is_of_the_time_that_could_be_booked(teacher: Teacher) -> None:
    for days, booked, bookable in ((1, 120, 480), (2, 0, 0), (29, 60, 60)):
        time_booked(teacher, days, booked, bookable)

    assert measured(teacher, "utilisation", 3) == [Measured(25.0, 8), Measured(100.0, 1), Measured(None, 0)]


@pytest.mark.parametrize("metric", ["active_students", "no_show_and_late_cancel_rate", "lessons_next_14_days"])
def test_another_teachers_lessons_are_not_measured(teacher: Teacher, metric: str) -> None:
    another = a_teacher()
    student = a_student(another)
    seats(another, student, 2, YESTERDAY)
    a_seat(another, student, in_days(1), "booked")

    assert measured(teacher, metric)[0].sample == 0
