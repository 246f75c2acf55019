"""A seat that is held while its student pays: kept, booked once the money has come, and given up when it has not."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern.services.catalogue import archive_service, change_service
from lectern.sessions.book import Booking, book_session
from lectern.sessions.cancel import Cancellation, cancel_session, preview_cancellation
from lectern.sessions.hold import hold_slot
from lectern.sessions.hold_for_payment import hold_for_payment
from lectern.sessions.lookup import Actor
from lectern.sessions.paid_seat import book_paid_seat, release_unpaid_seat
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.transitions import mark_no_show
from tests.builders import (
    NOW,
    Teacher,
    a_service,
    a_student,
    at,
    book,
    in_days,
    refusal,
    rows_of,
    run,
    student_details,
    token_of,
)
from tests.sessions.afterwards import calendar_wishes, events, statuses
from tests.sessions.money import HALF_AN_HOUR, PRICE, disputed, give_credits, held_for_payment, on_credit, paid, refunds
from tests.sessions.racing import bookings, outcomes

TEN = at("2026-03-05 10:00")
MINUTE = timedelta(minutes=1)
UNTIL = NOW + HALF_AN_HOUR
HALF = Policy(late_charge_percent=50, no_show_percent=50, free_passes=0)


def a_lesson(teacher: Teacher, **details: object) -> UUID:
    return a_service(teacher, price_amount=PRICE, **details)


def test_ac27_a_seat_that_is_held_for_payment_is_nobody_elses_and_not_booked(teacher: Teacher) -> None:
    service = a_lesson(teacher)

    held = held_for_payment(teacher, service, TEN)

    assert (held.price_amount, held.expires_at) == (PRICE, UNTIL)
    assert (statuses(teacher), calendar_wishes(teacher), events(teacher)) == (["held"], [], [])
    assert refusal(teacher, book_session, Booking(service, TEN, student_details("Kim")), NOW) == "slot_taken"


def test_ac27_a_hold_that_was_not_paid_frees_its_slot_by_itself(teacher: Teacher) -> None:
    service = a_lesson(teacher)
    held = held_for_payment(teacher, service, TEN)

    book(teacher, service, TEN, "Kim", UNTIL)

    assert not run(teacher, book_paid_seat, held.participant_id, UNTIL + MINUTE)
    assert sorted(statuses(teacher)) == ["expired", "scheduled"]


def test_the_money_books_the_seat_and_tells_the_calendar_once(teacher: Teacher) -> None:
    held = held_for_payment(teacher, a_lesson(teacher), TEN)

    assert [run(teacher, book_paid_seat, held.participant_id, NOW + MINUTE) for _ in range(2)] == [True, True]
    assert (statuses(teacher), calendar_wishes(teacher), events(teacher)) == (
        ["scheduled"],
        ["create"],
        ["session.booked"],
    )


def test_the_money_of_a_service_that_asks_for_confirmation_makes_a_request(teacher: Teacher) -> None:
    held = held_for_payment(teacher, a_lesson(teacher, requires_confirmation=True), TEN)

    assert run(teacher, book_paid_seat, held.participant_id, NOW)
    assert statuses(teacher) == ["pending"]


@pytest.mark.parametrize("now", [UNTIL + MINUTE, TEN + MINUTE])
def test_money_that_comes_late_still_books_a_slot_that_nobody_took(teacher: Teacher, now: datetime) -> None:
    held = held_for_payment(teacher, a_lesson(teacher), TEN)

    assert run(teacher, book_paid_seat, held.participant_id, now)
    assert statuses(teacher) == ["scheduled"]


def test_a_service_that_was_withdrawn_meanwhile_is_still_held_and_booked(teacher: Teacher) -> None:
    service, other = a_lesson(teacher), a_lesson(teacher)
    paying = held_for_payment(teacher, service, TEN)
    typing = run(teacher, hold_slot, other, in_days(2), NOW)
    run(teacher, archive_service, service, NOW)
    run(teacher, change_service, other, {"is_active": False}, NOW)

    assert run(teacher, book_paid_seat, paying.participant_id, NOW)
    booking = Booking(other, in_days(2), student_details(), token_of(typing.participant_id))
    assert run(teacher, book_session, booking, NOW).status == "scheduled"
    assert refusal(teacher, book_session, Booking(other, in_days(4), student_details()), NOW) == "service_not_found"
    late = NOW + timedelta(minutes=11)
    again = Booking(other, in_days(2), student_details(), token_of(typing.participant_id))
    assert refusal(teacher, book_session, again, late) == "service_not_found"


def test_a_hold_becomes_one_for_payment_and_lasts_longer(teacher: Teacher) -> None:
    service = a_lesson(teacher)
    held = run(teacher, hold_slot, service, TEN, NOW)
    booking = Booking(service, TEN, student_details(), token_of(held.participant_id))

    paying = run(teacher, hold_for_payment, booking, UNTIL, NOW)

    assert (paying.participant_id, paying.expires_at) == (held.participant_id, UNTIL)
    almost = UNTIL - MINUTE
    assert refusal(teacher, book_session, Booking(service, TEN, student_details("Kim")), almost) == "slot_taken"


def test_a_free_lesson_is_not_paid_for(teacher: Teacher) -> None:
    booking = Booking(a_service(teacher), TEN, student_details())

    assert refusal(teacher, hold_for_payment, booking, UNTIL, NOW) == "nothing_to_pay"


def test_a_checkout_that_failed_gives_the_slot_up_at_once(teacher: Teacher) -> None:
    service = a_lesson(teacher)
    held = held_for_payment(teacher, service, TEN)

    run(teacher, release_unpaid_seat, held.participant_id, NOW)

    assert book(teacher, service, TEN, "Kim").status == "scheduled"
    assert not run(teacher, book_paid_seat, held.participant_id, NOW)


def test_a_seat_that_is_booked_is_not_given_up_by_a_checkout_that_ran_out(teacher: Teacher) -> None:
    held = held_for_payment(teacher, a_lesson(teacher), TEN)
    run(teacher, book_paid_seat, held.participant_id, NOW)

    run(teacher, release_unpaid_seat, held.participant_id, NOW)

    assert statuses(teacher) == ["scheduled"]


def test_a_seat_of_a_group_that_was_paid_too_late_is_had_while_one_is_left(teacher: Teacher) -> None:
    service = a_lesson(teacher, seats=3)
    book(teacher, service, TEN, "Lee")
    late = [held_for_payment(teacher, service, TEN, name).participant_id for name in ("Sam", "Kim")]
    book(teacher, service, TEN, "Max", UNTIL)

    assert [run(teacher, book_paid_seat, seat, UNTIL) for seat in late] == [True, False]
    assert sorted(row["status"] for row in rows_of(teacher, "session_participants")) == ["booked"] * 3 + ["held"]


def test_one_who_let_a_group_hold_run_out_may_try_again(teacher: Teacher) -> None:
    service = a_lesson(teacher, seats=3)
    book(teacher, service, TEN, "Lee")
    held_for_payment(teacher, service, TEN)

    again = held_for_payment(teacher, service, TEN, now=UNTIL)

    assert run(teacher, book_paid_seat, again.participant_id, UNTIL)


def test_a_seat_that_was_booked_with_credits_meanwhile_is_not_paid_twice(teacher: Teacher) -> None:
    give_credits(teacher, 1)
    service = a_lesson(teacher)
    held = held_for_payment(teacher, service, TEN)
    booking = Booking(
        service,
        TEN,
        student_details(),
        token_of(held.participant_id),
        with_credits=on_credit(service, TEN).with_credits,
    )
    run(teacher, book_session, booking, NOW)

    assert not run(teacher, book_paid_seat, held.participant_id, NOW)


def test_a_second_trial_that_was_paid_for_is_not_had(teacher: Teacher) -> None:
    service = a_lesson(teacher, is_trial=True)
    held = held_for_payment(teacher, service, TEN)
    book(teacher, service, in_days(2))

    assert not run(teacher, book_paid_seat, held.participant_id, NOW)


def test_the_money_for_a_slot_and_those_who_want_it_give_it_to_one(teacher: Teacher) -> None:
    service = a_lesson(teacher)
    held = held_for_payment(teacher, service, TEN)
    pay = partial(run, teacher, book_paid_seat, held.participant_id, UNTIL)

    outcomes([pay, *bookings(teacher, service, [TEN] * 9, now=UNTIL)])

    assert statuses(teacher).count("scheduled") == 1


def test_ac28_what_was_paid_for_a_lesson_moves_with_it(teacher: Teacher) -> None:
    held = held_for_payment(teacher, a_lesson(teacher), TEN)
    payment = paid(teacher, held.participant_id, a_student(teacher))
    run(teacher, book_paid_seat, held.participant_id, NOW)

    run(teacher, reschedule_session, held.session_id, in_days(6), "student", NOW)

    [row] = rows_of(teacher, "payments")
    assert (row["id"], row["participant_id"]) == (str(payment), str(held.participant_id))
    assert refunds(teacher) == []


@pytest.mark.parametrize(
    ("by", "now", "refund"), [("student", NOW, PRICE), ("student", TEN - MINUTE, PRICE // 2), ("teacher", TEN, PRICE)]
)
def test_ac28_a_lesson_that_is_called_off_gives_money_back_as_the_preview_says(
    teacher: Teacher, by: Actor, now: datetime, refund: int
) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    held = held_for_payment(teacher, a_lesson(teacher), TEN)
    paid(teacher, held.participant_id, a_student(teacher))
    run(teacher, book_paid_seat, held.participant_id, NOW)

    preview = run(teacher, preview_cancellation, held.session_id, by, now)
    run(teacher, cancel_session, held.session_id, Cancellation(by, preview.charge_percent), now)

    assert (preview.refund_amount, preview.currency) == (refund, "EUR")
    assert refunds(teacher) == [("cancellation", refund)]
    [payment] = rows_of(teacher, "payments")
    assert payment["refunded_amount"] == refund


@pytest.mark.parametrize(("status", "refund"), [("needs_response", 0), ("lost", 0), ("won", PRICE)])
def test_money_that_the_bank_decides_about_is_not_sent_back_and_the_preview_says_so(
    teacher: Teacher, status: str, refund: int
) -> None:
    held = held_for_payment(teacher, a_lesson(teacher), TEN)
    payment = paid(teacher, held.participant_id, a_student(teacher))
    run(teacher, book_paid_seat, held.participant_id, NOW)
    run(teacher, disputed, payment, status)

    preview = run(teacher, preview_cancellation, held.session_id, "teacher", NOW)
    run(teacher, cancel_session, held.session_id, Cancellation("teacher", None), NOW)

    assert (preview.refund_amount, sum(amount for _, amount in refunds(teacher))) == (refund, refund)


def test_ac28_a_request_that_the_teacher_turns_down_is_paid_back(teacher: Teacher) -> None:
    held = held_for_payment(teacher, a_lesson(teacher, requires_confirmation=True), TEN)
    paid(teacher, held.participant_id, a_student(teacher))
    run(teacher, book_paid_seat, held.participant_id, NOW)

    run(teacher, cancel_session, held.session_id, Cancellation("teacher", None), NOW)

    assert refunds(teacher) == [("cancellation", PRICE)]


def test_a_missed_lesson_keeps_its_part_of_the_money(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    held = held_for_payment(teacher, a_lesson(teacher), TEN)
    paid(teacher, held.participant_id, a_student(teacher))
    run(teacher, book_paid_seat, held.participant_id, NOW)

    run(teacher, mark_no_show, held.session_id, TEN + HALF_AN_HOUR)

    assert refunds(teacher) == [("no_show", PRICE // 2)]


def test_a_sum_that_does_not_halve_is_rounded_in_the_students_favour(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    held = held_for_payment(teacher, a_lesson(teacher), TEN)
    paid(teacher, held.participant_id, a_student(teacher), 101)
    run(teacher, book_paid_seat, held.participant_id, NOW)

    outcome = run(teacher, cancel_session, held.session_id, Cancellation("student", 50), TEN - MINUTE)

    assert (outcome.refund_amount, refunds(teacher)) == (51, [("cancellation", 51)])
