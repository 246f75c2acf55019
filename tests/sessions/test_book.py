"""A student books a start: what is accepted, what is refused and in which words, and what is left behind."""

from datetime import timedelta

import pytest

from lectern.services.catalogue import archive_service, change_service
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.trial import create_trial_session
from tests.builders import (
    NOW,
    Teacher,
    a_service,
    a_teacher,
    at,
    book,
    in_days,
    refusal,
    rows_of,
    run,
    student_details,
)
from tests.sessions.afterwards import events, live_sessions, starts
from tests.slots_version import moved_slots_version

TEN = at("2026-03-03 10:00")
SECOND = timedelta(seconds=1)
SAM = student_details()


def test_a_booking_takes_over_what_the_service_says_on_that_day(teacher: Teacher) -> None:
    service = a_service(teacher, price_amount=2500, price_currency="CHF", buffer_after_minutes=15)
    booked = book(teacher, service, TEN)
    run(teacher, change_service, service, {"price_amount": 9900, "buffer_after_minutes": 0}, NOW)

    [session] = live_sessions(teacher)

    assert (booked.starts_at, booked.ends_at) == (TEN, TEN + timedelta(hours=1))
    assert (booked.status, booked.price_amount, booked.price_currency) == ("scheduled", 2500, "CHF")
    assert session["price_amount"] == 2500
    assert session["blocked"] == '["2026-03-03 10:00:00+00","2026-03-03 11:15:00+00")'


def test_a_service_may_ask_for_the_teachers_confirmation(teacher: Teacher) -> None:
    assert book(teacher, a_service(teacher, requires_confirmation=True), TEN).status == "pending"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-03-02 07:00", "past"),
        ("2026-03-02 09:00", "too_soon"),
        ("2026-03-03 08:00", "outside_availability"),
        ("2026-03-03 16:30", "does_not_fit"),
        ("2026-03-03 10:10", "off_grid"),
        ("2026-05-01 08:00", "beyond_horizon"),
    ],
)
def test_ac18_a_forged_start_is_refused_with_its_reason(teacher: Teacher, start: str, code: str) -> None:
    service = a_service(teacher, step_minutes=30, minimum_notice_minutes=120)

    assert refusal(teacher, book_session, Booking(service, at(start), SAM), NOW) == code
    assert rows_of(teacher, "class_sessions") == rows_of(teacher, "students") == []


def test_ac18_the_notice_is_kept_to_the_second(teacher: Teacher) -> None:
    service = a_service(teacher, minimum_notice_minutes=24 * 60)
    booking, last_call = Booking(service, TEN, SAM), TEN - timedelta(days=1)

    assert refusal(teacher, book_session, booking, last_call + SECOND) == "too_soon"
    assert run(teacher, book_session, booking, last_call).starts_at == TEN


def test_the_horizon_is_kept_to_the_second(teacher: Teacher) -> None:
    service = a_service(teacher, horizon_days=7)
    booking, first_call = Booking(service, TEN, SAM), TEN - timedelta(days=7)

    assert refusal(teacher, book_session, booking, first_call) == "beyond_horizon"
    assert run(teacher, book_session, booking, first_call + SECOND).starts_at == TEN


def test_ac03_a_slot_whose_session_was_cancelled_is_booked_again(teacher: Teacher) -> None:
    service = a_service(teacher)
    first = book(teacher, service, TEN)
    run(teacher, cancel_session, first.session_id, Cancellation("student", 0), NOW)

    assert book(teacher, service, TEN, "Kim").session_id != first.session_id


@pytest.mark.parametrize(("minutes", "code"), [(75, "slot_taken"), (-45, "slot_taken"), (90, None)])
def test_ac07_the_buffers_of_neighbours_are_kept_apart(teacher: Teacher, minutes: int, code: str | None) -> None:
    service = a_service(teacher, buffer_before_minutes=15, buffer_after_minutes=15, step_minutes=15)
    book(teacher, service, TEN)
    booking = Booking(service, TEN + timedelta(minutes=minutes), student_details("Kim"))

    if code:
        assert refusal(teacher, book_session, booking, NOW) == code
    else:
        assert run(teacher, book_session, booking, NOW).starts_at == booking.start


def test_ac20_each_booking_moves_the_slots_version(teacher: Teacher) -> None:
    with moved_slots_version(teacher.id):
        book(teacher, a_service(teacher), TEN)


@pytest.mark.parametrize("withdraw", [archive_service, change_service])
def test_a_service_that_is_offered_no_more_is_not_booked(teacher: Teacher, withdraw: object) -> None:
    service = a_service(teacher)
    if withdraw is archive_service:
        run(teacher, archive_service, service, NOW)
    else:
        run(teacher, change_service, service, {"is_active": False}, NOW)

    assert refusal(teacher, book_session, Booking(service, TEN, SAM), NOW) == "service_not_found"


def test_ac32_a_service_of_another_teacher_is_not_found(teacher: Teacher) -> None:
    assert refusal(teacher, book_session, Booking(a_service(a_teacher()), TEN, SAM), NOW) == "service_not_found"


def test_a_trial_is_had_once_and_a_cancelled_one_counts_unless_the_teacher_cancelled(teacher: Teacher) -> None:
    trial = a_service(teacher, is_trial=True)
    by = {"teacher": Cancellation("teacher", None), "student": Cancellation("student", None)}
    for who, day in (("teacher", 1), ("student", 2)):
        session = run(teacher, create_trial_session, Booking(trial, in_days(day), SAM), NOW).session_id
        assert refusal(teacher, create_trial_session, Booking(trial, in_days(9), SAM), NOW) == "trial_used"
        run(teacher, cancel_session, session, by[who], NOW)

    assert refusal(teacher, create_trial_session, Booking(trial, in_days(9), SAM), NOW) == "trial_used"


def test_a_service_that_is_no_trial_is_not_booked_as_one(teacher: Teacher) -> None:
    booking = Booking(a_service(teacher), TEN, SAM)

    assert refusal(teacher, create_trial_session, booking, NOW) == "not_a_trial"


def test_several_are_booked_in_the_order_of_time(teacher: Teacher) -> None:
    service = a_service(teacher)
    wanted = [in_days(3), in_days(1), in_days(2)]

    booked = run(teacher, book_multiple_sessions, service, wanted, SAM, NOW)

    assert [one.starts_at for one in booked] == sorted(wanted) == starts(teacher)
    assert events(teacher) == ["session.booked"] * 3


@pytest.mark.parametrize(("minutes", "code"), [(0, "starts_repeat"), (30, "slot_taken"), (7, "off_grid")])
def test_several_that_stand_in_each_others_way_book_nothing(teacher: Teacher, minutes: int, code: str) -> None:
    service = a_service(teacher, step_minutes=30)
    wanted = [in_days(1), TEN, TEN + timedelta(minutes=minutes)][1:]

    assert refusal(teacher, book_multiple_sessions, service, wanted, SAM, NOW) == code
    assert live_sessions(teacher) == []


@pytest.mark.parametrize("count", [0, 21])
def test_several_are_between_one_and_twenty(teacher: Teacher, count: int) -> None:
    wanted = [in_days(n) for n in range(1, count + 1)]

    assert refusal(teacher, book_multiple_sessions, a_service(teacher), wanted, SAM, NOW) == "too_many_starts"
