"""What can be given back of a payment, and what that takes from the student."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern.credits.reserve import reserve
from lectern.errors import Conflict
from lectern.identifiers import new_id
from lectern.payments.refunds.ask import preview_refund, refund_payment
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, refusal, rows_of, run
from tests.credits.given import seats
from tests.payments.sales import (
    a_package,
    a_paid_lesson,
    a_paid_package,
    buy_package,
    credits_of,
    hear,
    payment_of,
    refunds_of,
)
from tests.sessions.afterwards import events
from tests.sessions.racing import outcomes


def spend(teacher: Teacher, units: int) -> None:
    [student] = rows_of(teacher, "students")
    student_id = UUID(student["id"])
    [seat] = seats(teacher, student_id, 1)
    run(teacher, reserve, student_id, units, seat, NOW)


@pytest.fixture
def package(teacher: Teacher, stripe: LocalStripe) -> UUID:
    """Ten lessons, bought for 360 euros."""
    return a_paid_package(stripe, teacher)


def refundable(teacher: Teacher, payment: UUID, amount: int | None) -> int:
    with pytest.raises(Conflict) as refused:
        run(teacher, refund_payment, payment, amount, NOW)
    assert refused.value.code == "not_refundable"
    return int(str(refused.value.facts["refundable"]))


def test_a_package_that_nobody_used_goes_back_whole(teacher: Teacher, package: UUID) -> None:
    refund = run(teacher, refund_payment, package, None, NOW)

    assert (refund.amount, refund.currency, refund.units, refund.status) == (36000, "EUR", 1000, "requested")
    assert credits_of(teacher) == 0
    assert payment_of(teacher, package)["refunded_amount"] == 36000
    assert events(teacher, "refund.") == ["refund.requested"]


def test_of_a_package_in_use_the_unused_part_goes_back(teacher: Teacher, package: UUID) -> None:
    spend(teacher, 350)

    refund = run(teacher, refund_payment, package, None, NOW)

    assert (refund.amount, refund.units) == (36000 * 650 // 1000, 650)
    assert credits_of(teacher) == 0


def test_a_part_of_the_money_takes_the_units_that_it_paid_for_rounded_up(teacher: Teacher, package: UUID) -> None:
    refund = run(teacher, refund_payment, package, 100, NOW)

    # A unit costs 36 cents.
    assert (refund.amount, refund.units) == (100, 3)
    assert credits_of(teacher) == 997


def test_parts_never_add_up_to_more_than_was_paid(teacher: Teacher, package: UUID) -> None:
    for _ in range(7):
        run(teacher, refund_payment, package, 5000, NOW)

    rest = run(teacher, refund_payment, package, None, NOW)

    assert (payment_of(teacher, package)["refunded_amount"], rest.amount) == (7 * 5000 + rest.amount, 972)
    assert credits_of(teacher) == 0
    assert refundable(teacher, package, None) == 0


def test_giving_all_back_leaves_no_crumbs(teacher: Teacher, stripe: LocalStripe) -> None:
    package = a_paid_package(stripe, teacher, units=300, price_amount=100)
    spend(teacher, 100)

    # A unit costs a third of a cent: 66 cents are 198 units, and nothing is left to pay the other two with.
    assert run(teacher, refund_payment, package, None, NOW).units == 200
    assert credits_of(teacher) == 0


def test_what_went_back_by_stripes_dashboard_does_not_go_back_again(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    # Less than two units: one is taken for it.
    stripe.refund(payment_of(teacher, package)["payment_intent_id"], 50)
    hear(stripe, teacher)

    assert run(teacher, refund_payment, package, None, NOW).amount == 36000 - 50


def test_more_than_the_unused_part_is_refused(teacher: Teacher, package: UUID) -> None:
    spend(teacher, 500)

    assert refundable(teacher, package, 18001) == 18000
    assert refunds_of(teacher) == []


def test_credits_that_have_run_out_are_not_given_back(teacher: Teacher, stripe: LocalStripe) -> None:
    package = a_paid_package(stripe, teacher, valid_days=30)

    assert run(teacher, preview_refund, package, None, NOW + timedelta(days=29)).amount == 36000
    assert refusal(teacher, preview_refund, package, None, NOW + timedelta(days=31)) == "not_refundable"


def test_the_preview_is_what_happens(teacher: Teacher, package: UUID) -> None:
    preview = run(teacher, preview_refund, package, 12345, NOW)
    refund = run(teacher, refund_payment, package, 12345, NOW)

    assert (preview.amount, preview.units, preview.refundable) == (refund.amount, refund.units, 36000)


def test_a_lesson_goes_back_whole_or_in_parts(teacher: Teacher, stripe: LocalStripe) -> None:
    lesson = a_paid_lesson(stripe, teacher)

    run(teacher, refund_payment, lesson, 2000, NOW)
    assert run(teacher, refund_payment, lesson, None, NOW).amount == 3000

    assert refundable(teacher, lesson, 1) == 0


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_or_less_cannot_be_given_back(teacher: Teacher, package: UUID, amount: int) -> None:
    assert refundable(teacher, package, amount) == 36000


def test_a_payment_that_was_not_made_cannot_be_given_back(teacher: Teacher) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    assert refusal(teacher, refund_payment, payment, None, NOW) == "not_paid"


def test_a_payment_that_does_not_exist_is_not_found(teacher: Teacher) -> None:
    assert refusal(teacher, refund_payment, new_id(), None, NOW) == "payment_not_found"


def test_disputed_money_is_the_banks_to_give_back(teacher: Teacher, stripe: LocalStripe, package: UUID) -> None:
    dispute = stripe.dispute(payment_of(teacher, package)["payment_intent_id"])
    hear(stripe, teacher)
    assert refusal(teacher, refund_payment, package, None, NOW) == "payment_disputed"

    stripe.close_dispute(dispute["id"], won=True)
    hear(stripe, teacher)
    assert run(teacher, refund_payment, package, None, NOW).amount == 36000


def test_of_eight_who_give_a_package_back_at_once_one_does(teacher: Teacher, package: UUID) -> None:
    happened = outcomes([partial(run, teacher, refund_payment, package, None, NOW)] * 8)

    assert happened == {"done": 1, "not_refundable": 7}
    assert refunds_of(teacher) == [(36000, 1000, "requested")]


def test_giving_back_and_spending_at_once_do_not_use_a_credit_twice(teacher: Teacher, package: UUID) -> None:
    [student] = rows_of(teacher, "students")
    student_id = UUID(student["id"])
    lessons = [partial(run, teacher, reserve, student_id, 100, seat, NOW) for seat in seats(teacher, student_id, 10)]

    happened = outcomes([*lessons, partial(run, teacher, refund_payment, package, None, NOW)])

    spent = 100 * sum(row["kind"] == "reserve" for row in rows_of(teacher, "credit_ledger"))
    [(amount, units, _)] = refunds_of(teacher) or [(0, 0, "")]
    assert (credits_of(teacher), spent + units, amount) == (0, 1000, 36 * units)
    assert happened.keys() <= {"done", "insufficient_credits", "not_refundable"}
