"""Money that goes back, told refund by refund or as a sum: what adds up, and what it takes from the student."""

from random import Random
from typing import Any

import pytest

from lectern.identifiers import new_id
from lectern.payments.refunds.ask import refund_payment
from lectern.payments.refunds.send import send_requested_refunds
from lectern.payments.refunds.told import fail_refund
from lectern.sessions.book import Booking, book_session
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.paying import WithCredits
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, in_days, run, student_details
from tests.payments.sales import a_lesson
from tests.payments.told.sale import Sale, a_package_sale, no_drift, tell


@pytest.fixture
def sale(teacher: Teacher, stripe: LocalStripe) -> Sale:
    """Ten lessons for 360 euros, paid."""
    sold = a_package_sale(stripe, teacher)
    sold.pay_and_tell()
    return sold


def refund(sale: Sale, amount: int) -> list[dict[str, Any]]:
    """At Stripe's dashboard; what that tells, first the refund and then the charge's sum."""
    before = len(sale.told())
    sale.stripe.refund(sale.intent_id, amount)
    return sale.told()[before:]


def summed_up(sale: Sale) -> list[tuple[int, int, str, str]]:
    rows = sorted(sale.refunds(), key=lambda row: int(row["amount"]))
    return [(row["amount"], row["units"], row["origin"], row["status"]) for row in rows]


def test_money_given_back_at_stripe_takes_the_unused_units_that_it_paid_for(sale: Sale) -> None:
    tell(refund(sale, 9000))

    assert summed_up(sale) == [(9000, 250, "stripe", "succeeded")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (9000, 750)
    assert sale.happened() == ["payment.paid", "refund.succeeded"]
    assert no_drift(sale.teacher)


@pytest.mark.parametrize("told", [["charge.refunded"], ["refund.created"], ["charge.refunded", "refund.created"]])
def test_the_sum_of_the_charge_and_the_refund_itself_tell_the_same(sale: Sale, told: list[str]) -> None:
    events = {event["type"]: event for event in refund(sale, 9000)}

    tell(events[kind] for kind in told)

    assert summed_up(sale) == [(9000, 250, "stripe", "succeeded")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (9000, 750)


def test_two_refunds_told_as_one_sum_are_told_apart_later(sale: Sale) -> None:
    first, second = refund(sale, 9000), refund(sale, 3600)

    tell([second[-1]])
    assert summed_up(sale) == [(12600, 350, "stripe", "succeeded")]
    tell([second[0], first[0], first[-1]])

    assert summed_up(sale) == [(3600, 100, "stripe", "succeeded"), (9000, 250, "stripe", "succeeded")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (12600, 650)
    assert no_drift(sale.teacher)


def test_units_that_are_in_use_are_taken_back_as_soon_as_their_lesson_is_cancelled(sale: Sale) -> None:
    lesson = Booking(a_lesson(sale.teacher), in_days(3), student_details(), with_credits=WithCredits())
    seat = run(sale.teacher, book_session, lesson, NOW)

    tell(refund(sale, 36000))
    run(sale.teacher, cancel_session, seat.session_id, Cancellation("teacher", None), NOW)

    assert summed_up(sale) == [(36000, 1000, "stripe", "succeeded")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (36000, 0)
    assert no_drift(sale.teacher)


@pytest.mark.parametrize("order", range(4))
def test_refunds_of_odd_sums_of_which_some_fail_leave_the_same_units_in_any_order(sale: Sale, order: int) -> None:
    for amount, succeeds in ((4321, False), (18000, True), (5999, False), (1001, True)):
        [created, _] = refund(sale, amount)
        if not succeeds:
            sale.stripe.settle_refund(created["data"]["object"]["id"], succeeded=False)
    told = sale.told("refund.created", "refund.failed", "charge.refunded")

    tell(Random(order).sample(told, len(told)))

    assert sale.units_left() == 1000 - 1000 * 19001 // 36000
    assert sale.payment["refunded_amount"] == 19001
    assert no_drift(sale.teacher)


def test_a_refund_that_we_asked_for_is_counted_once_whatever_tells_of_it(sale: Sale) -> None:
    run(sale.teacher, refund_payment, sale.payment_id, 18000, NOW)
    send_requested_refunds(sale.teacher.id, NOW)

    tell(reversed(sale.told("refund.created", "charge.refunded")))

    assert summed_up(sale) == [(18000, 500, "teacher", "succeeded")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (18000, 500)


def test_a_refund_whose_answer_was_lost_is_known_by_its_event(sale: Sale) -> None:
    asked = run(sale.teacher, refund_payment, sale.payment_id, 18000, NOW)
    events = refund(sale, 18000)
    events[0]["data"]["object"]["metadata"] = {"lectern_refund_id": str(asked.id)}

    tell(reversed(events))

    assert summed_up(sale) == [(18000, 500, "teacher", "succeeded")]
    assert sale.payment["refunded_amount"] == 18000


@pytest.mark.parametrize("order", [1, -1])
def test_a_refund_that_we_gave_up_and_stripe_has_made_is_made(sale: Sale, order: int) -> None:
    asked = run(sale.teacher, refund_payment, sale.payment_id, 18000, NOW)
    run(sale.teacher, fail_refund, asked.id, "api_error", NOW)
    events = refund(sale, 18000)
    events[0]["data"]["object"]["metadata"] = {"lectern_refund_id": str(asked.id)}

    tell(events[::order])

    assert "succeeded" in [row["status"] for row in sale.refunds()]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (18000, 500)
    assert no_drift(sale.teacher)


@pytest.mark.parametrize("order", [1, -1])
def test_when_the_bank_then_sends_it_back_the_units_are_there_again(sale: Sale, order: int) -> None:
    asked = run(sale.teacher, refund_payment, sale.payment_id, 18000, NOW)
    run(sale.teacher, fail_refund, asked.id, "api_error", NOW)
    events = refund(sale, 18000)
    events[0]["data"]["object"]["metadata"] = {"lectern_refund_id": str(asked.id)}
    tell(events[::order])

    sale.stripe.settle_refund(events[0]["data"]["object"]["id"], succeeded=False)
    tell(sale.told("refund.failed"))

    assert (sale.payment["refunded_amount"], sale.units_left()) == (0, 1000)
    assert no_drift(sale.teacher)


def test_what_is_known_of_a_refund_already_is_ignored(sale: Sale) -> None:
    run(sale.teacher, refund_payment, sale.payment_id, 18000, NOW)
    send_requested_refunds(sale.teacher.id, NOW)

    tell(sale.told("refund.created"))

    assert sale.outcomes()["refund.created"] == ("ignored", "known")


def test_one_refund_is_asked_for_while_another_is_made_at_stripe(sale: Sale) -> None:
    run(sale.teacher, refund_payment, sale.payment_id, 9000, NOW)

    tell(reversed(refund(sale, 18000)))
    send_requested_refunds(sale.teacher.id, NOW)
    tell(sale.told("refund.created", "charge.refunded"))

    assert summed_up(sale) == [(9000, 250, "teacher", "succeeded"), (18000, 500, "stripe", "succeeded")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (27000, 250)


def test_money_and_units_do_not_both_go_back_when_stripe_refuses_a_second_full_refund(sale: Sale) -> None:
    run(sale.teacher, refund_payment, sale.payment_id, None, NOW)
    tell(refund(sale, 36000))

    send_requested_refunds(sale.teacher.id, NOW)

    assert {row["origin"]: row["status"] for row in sale.refunds()} == {"teacher": "failed", "stripe": "succeeded"}
    assert (sale.payment["refunded_amount"], sale.units_left()) == (36000, 0)
    assert no_drift(sale.teacher)


@pytest.mark.parametrize("order", [1, -1])
def test_a_refund_that_fails_gives_the_units_again_also_if_it_was_told_first(sale: Sale, order: int) -> None:
    events = refund(sale, 9000)
    sale.stripe.settle_refund(events[0]["data"]["object"]["id"], succeeded=False)
    failed = sale.told("refund.failed")

    tell([*events, *failed][::order])

    assert [row["status"] for row in sale.refunds()] == ["failed"]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (0, 1000)
    assert no_drift(sale.teacher)


def test_what_comes_back_of_a_failed_refund_is_good_for_as_long_as_it_was(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    sale = a_package_sale(stripe, teacher, valid_days=30)
    sale.pay_and_tell()
    tell(refund(sale, 9000))
    [row] = sale.refunds()
    stripe.settle_refund(row["stripe_refund_id"], succeeded=False)

    tell(sale.told("refund.failed"))

    assert len({lot["expires_at"] for lot in sale.lots()}) == 1


def test_a_refund_that_is_told_twice_under_two_events_is_one(sale: Sale) -> None:
    events = refund(sale, 9000)
    again = [event | {"id": f"evt_{new_id().hex}"} for event in events]

    tell([*events, *again])

    assert summed_up(sale) == [(9000, 250, "stripe", "succeeded")]


@pytest.mark.parametrize(("field", "value"), [("amount", 36001), ("currency", "usd")])
def test_a_refund_that_does_not_fit_its_payment_is_left_to_a_person(sale: Sale, field: str, value: object) -> None:
    created = refund(sale, 9000)[0]
    created["data"]["object"][field] = value

    tell([created])

    assert sale.outcomes()["refund.created"] == ("attention", "refund_differs")
    assert (sale.refunds(), sale.units_left()) == ([], 1000)


def test_many_small_refunds_take_no_other_units_than_one_large_one(sale: Sale) -> None:
    for amount in (1001, 1001, 1001, 1001, 1001):
        tell(refund(sale, amount))

    assert sale.units_left() == 1000 - 1000 * 5005 // 36000
    assert no_drift(sale.teacher)


def test_the_refund_of_a_foreign_payment_waits_in_vain_and_touches_nothing(sale: Sale) -> None:
    created, *_ = refund(sale, 9000)
    created["data"]["object"]["payment_intent"] = "pi_foreign"
    created["data"]["object"]["charge"] = "ch_foreign"

    tell([created])

    assert sale.outcomes()["refund.created"] == ("waiting", None)
    assert (sale.refunds(), sale.payment["refunded_amount"]) == ([], 0)
