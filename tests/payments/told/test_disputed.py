"""A student's bank takes the money back: what the credits are worth meanwhile and afterwards, in whatever order."""

from datetime import timedelta
from itertools import permutations

import pytest

from lectern.credits.account import get_account
from lectern.identifiers import new_id
from lectern.payments.kpis import money_kpis
from lectern.payments.refunds.ask import refund_payment
from lectern.sessions.cancel import Cancellation, cancel_session
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, rows_of, run
from tests.payments.told.sale import Sale, Told, a_lesson_sale, a_package_sale, no_drift, tell


@pytest.fixture
def sale(teacher: Teacher, stripe: LocalStripe) -> Sale:
    """Ten lessons, paid."""
    sold = a_package_sale(stripe, teacher)
    sold.pay_and_tell()
    return sold


def can_be_spent(sale: Sale) -> int:
    [student] = rows_of(sale.teacher, "students")
    return run(sale.teacher, get_account, student["id"], NOW).available


def a_dispute(sale: Sale, name: str, status: str, seconds: int = 0) -> Told:
    """Told of one by that name, which was opened so many seconds after the first."""
    [created] = sale.told("charge.dispute.created")
    told = created["data"]["object"]
    told |= {"id": f"dp_{name}_{sale.account}", "status": status, "created": told["created"] + seconds}
    return created | {"id": f"evt_{new_id().hex}", "data": {"object": told}}


def test_the_credits_of_a_disputed_payment_cannot_be_spent(sale: Sale) -> None:
    dispute = sale.stripe.dispute(sale.intent_id)

    tell(sale.told())

    payment = sale.payment
    assert (payment["dispute_id"], payment["dispute_status"]) == (dispute["id"], "needs_response")
    assert (sale.units_left(), can_be_spent(sale)) == (1000, 0)
    assert sale.happened() == ["payment.paid", "dispute.opened"]


@pytest.mark.parametrize(("won", "status", "units"), [(True, "won", 1000), (False, "lost", 0)])
@pytest.mark.parametrize("order", [1, -1])
def test_a_dispute_ends_the_same_in_either_order(sale: Sale, order: int, *, won: bool, status: str, units: int) -> None:
    dispute = sale.stripe.dispute(sale.intent_id)
    sale.stripe.close_dispute(dispute["id"], won=won)

    tell(sale.told("charge.dispute.created", "charge.dispute.closed")[::order])

    assert (sale.payment["dispute_status"], sale.units_left(), can_be_spent(sale)) == (status, units, units)
    assert no_drift(sale.teacher)


def test_credits_that_come_back_to_a_lost_payment_stay_out_of_reach(sale: Sale) -> None:
    dispute = sale.stripe.dispute(sale.intent_id)
    sale.stripe.close_dispute(dispute["id"], won=False)

    tell(sale.told())

    assert [lot["frozen_at"] is not None for lot in sale.lots()] == [True]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("statuses", "worst", "spendable"),
    [
        (("needs_response", "won"), "needs_response", 0),
        (("lost", "won"), "lost", 0),
        (("warning_needs_response", "won"), "warning_needs_response", 0),
        (("needs_response", "warning_closed"), "needs_response", 0),
        (("lost", "under_review"), "lost", 0),
        (("won", "won"), "won", 1000),
    ],
)
def test_of_two_disputes_the_worse_one_counts_in_every_order(
    sale: Sale, order: tuple[int, ...], statuses: tuple[str, str], worst: str, spendable: int
) -> None:
    sale.stripe.dispute(sale.intent_id)
    older, newer = statuses
    events = [a_dispute(sale, "a", older), a_dispute(sale, "b", "needs_response", 60), a_dispute(sale, "b", newer, 60)]

    tell(events[place] for place in order)

    assert (sale.payment["dispute_status"], can_be_spent(sale)) == (worst, spendable)
    assert no_drift(sale.teacher)


def test_credits_are_free_once_the_last_of_two_disputes_is_won(sale: Sale) -> None:
    sale.stripe.dispute(sale.intent_id)
    tell([a_dispute(sale, "a", "needs_response"), a_dispute(sale, "b", "needs_response", 60)])

    tell([a_dispute(sale, "b", "won", 60)])
    assert can_be_spent(sale) == 0
    tell([a_dispute(sale, "a", "won")])
    assert can_be_spent(sale) == 1000
    assert sale.happened() == ["payment.paid", *["dispute.opened"] * 2, *["dispute.closed"] * 2]


@pytest.mark.parametrize("status", ["prevented", "charge_refunded"])
@pytest.mark.parametrize("before", [["needs_response"], []])
def test_a_dispute_that_the_network_or_a_refund_has_ended_leaves_nothing_behind(
    sale: Sale, status: str, before: list[str]
) -> None:
    sale.stripe.dispute(sale.intent_id)

    tell(a_dispute(sale, "a", each) for each in [*before, status, "under_review"])

    assert (sale.payment["dispute_status"], can_be_spent(sale)) == (status, 1000)
    day = NOW.date()
    [kpis] = run(sale.teacher, money_kpis, day - timedelta(days=1), day + timedelta(days=2))
    assert (kpis.revenue, kpis.disputed) == (36000, 0)
    assert run(sale.teacher, refund_payment, sale.payment_id, None, NOW).amount == 36000


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_an_inquiry_that_is_closed_frees_the_credits_in_every_order(sale: Sale, order: tuple[int, ...]) -> None:
    sale.stripe.dispute(sale.intent_id)
    [created] = sale.told("charge.dispute.created")
    told = ["warning_needs_response", "warning_under_review", "warning_under_review", "warning_closed"]
    kinds = ["created", "updated", "updated", "closed"]
    events = [
        created
        | {"id": f"evt_{new_id().hex}", "type": f"charge.dispute.{kind}"}
        | {"data": {"object": created["data"]["object"] | {"status": status}}}
        for kind, status in zip(kinds, told, strict=True)
    ]

    tell(events[place] for place in order)

    assert sale.payment["dispute_status"] == "warning_closed"
    assert can_be_spent(sale) == 1000


def test_the_money_of_a_lesson_that_was_cancelled_meanwhile_goes_back_once_the_bank_lets_go_of_it(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    sale = a_lesson_sale(stripe, teacher)
    sale.pay_and_tell()
    dispute = stripe.dispute(sale.intent_id)
    tell(sale.told("charge.dispute.created"))
    [session] = rows_of(teacher, "class_sessions")
    run(teacher, cancel_session, session["id"], Cancellation("teacher", None), NOW)
    assert sale.refunds() == []

    stripe.close_dispute(dispute["id"], won=True)
    tell(sale.told("charge.dispute.closed"))

    assert [(refund["origin"], refund["amount"]) for refund in sale.refunds()] == [("cancellation", 5000)]


def test_the_money_of_a_cancelled_lesson_stays_while_one_of_two_disputes_is_open(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    sale = a_lesson_sale(stripe, teacher)
    sale.pay_and_tell()
    stripe.dispute(sale.intent_id)
    tell([a_dispute(sale, "a", "needs_response"), a_dispute(sale, "b", "needs_response", 60)])
    [session] = rows_of(teacher, "class_sessions")
    run(teacher, cancel_session, session["id"], Cancellation("teacher", None), NOW)

    tell([a_dispute(sale, "b", "won", 60)])
    assert sale.refunds() == []
    tell([a_dispute(sale, "a", "prevented")])
    assert [(refund["origin"], refund["amount"]) for refund in sale.refunds()] == [("cancellation", 5000)]


def test_a_dispute_that_is_told_before_its_payment_freezes_the_credits_as_they_come(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    sale = a_package_sale(stripe, teacher)
    sale.pay()
    stripe.dispute(sale.intent_id)

    tell(reversed(sale.told("checkout.session.completed", "charge.dispute.created")))

    assert sale.outcomes()["charge.dispute.created"] == ("applied", None)
    assert (sale.units_left(), can_be_spent(sale)) == (1000, 0)
