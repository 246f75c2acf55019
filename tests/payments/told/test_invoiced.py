"""The teacher's own invoices, and their account at Stripe."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from lectern.identifiers import new_id
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, a_student, rows_of
from tests.payments.told.sale import Told, tell
from tests.webhooks.delivery import fixture


@pytest.fixture
def account(teacher: Teacher) -> str:
    [row] = rows_of(teacher, "payment_accounts")
    return str(row["stripe_account_id"])


def an_invoice(account: str, **changes: Any) -> Told:  # noqa: ANN401 - any of its fields
    event = fixture("invoice.paid") | {"account": account}
    event["data"]["object"] |= changes
    return event


def test_a_paid_invoice_counts_as_revenue(teacher: Teacher, account: str) -> None:
    tell([an_invoice(account)])

    [payment] = rows_of(teacher, "payments")
    assert (payment["kind"], payment["status"], payment["amount"], payment["currency"]) == (
        "invoice",
        "paid",
        4999,
        "CAD",
    )
    assert (payment["description"], payment["subscription_id"]) == ("KP9VDVTM-0019", "sub_1RMgafCMHTTliF5imBKfvfyV")
    assert datetime.fromisoformat(payment["paid_at"]) == datetime.fromtimestamp(1746757388, UTC)


def test_an_invoice_of_an_old_version_says_which_intent_paid_it(teacher: Teacher, account: str) -> None:
    tell([an_invoice(account, parent=None, subscription="sub_old", payment_intent="pi_old", charge="ch_old")])

    [payment] = rows_of(teacher, "payments")
    assert (payment["subscription_id"], payment["payment_intent_id"], payment["charge_id"]) == (
        "sub_old",
        "pi_old",
        "ch_old",
    )


def test_an_invoice_is_its_students_if_there_is_one_of_that_address(teacher: Teacher, account: str) -> None:
    student_id = a_student(teacher, "Ann")

    tell([an_invoice(account, customer_email="ANN@example.com")])

    assert [row["student_id"] for row in rows_of(teacher, "payments")] == [str(student_id)]


def test_an_invoice_that_is_told_by_two_events_counts_once(teacher: Teacher, account: str) -> None:
    tell([an_invoice(account), an_invoice(account) | {"id": f"evt_{new_id().hex}"}])

    assert len(rows_of(teacher, "payments")) == 1


def test_an_invoice_over_nothing_is_no_payment(teacher: Teacher, account: str) -> None:
    tell([an_invoice(account, amount_paid=0)])

    assert rows_of(teacher, "payments") == []


@pytest.mark.parametrize("order", [1, -1])
def test_the_refund_of_an_invoice_lowers_the_revenue_also_if_told_first(
    teacher: Teacher, account: str, order: int
) -> None:
    refunded = fixture("charge.refunded") | {"account": account}
    refunded["data"]["object"] |= {"currency": "cad", "payment_intent": "pi_old", "amount_refunded": 100}

    tell([an_invoice(account, payment_intent="pi_old"), refunded][::order])

    assert [row["refunded_amount"] for row in rows_of(teacher, "payments")] == [100]


def told_of_an_invoice(stripe: LocalStripe, account: str) -> list[Told]:
    """In today's shape, with a refund of a part: who paid, what was paid, and what went back."""
    stripe.pay_invoice(account, 7000)
    [intent] = stripe.books_of(account).all("payment_intent")
    stripe.refund(intent["id"], 100)
    kinds = ["invoice.paid", "invoice_payment.paid", "refund.created", "charge.refunded"]
    events = [event for event in stripe.events() if event.get("account") == account]
    return [event for event in events if event["type"] in kinds]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_refund_of_an_invoice_of_today_counts_in_every_order(
    teacher: Teacher, stripe: LocalStripe, account: str, order: tuple[int, ...]
) -> None:
    events = told_of_an_invoice(stripe, account)

    tell(events[place] for place in order)

    [payment] = rows_of(teacher, "payments")
    assert (payment["amount"], payment["refunded_amount"]) == (7000, 100)
    assert [refund["status"] for refund in rows_of(teacher, "refunds")] == ["succeeded"]
    assert {(event["outcome"], event["payload"]) for event in rows_of(teacher, "stripe_events")} == {("applied", None)}


def paid_by(account: str, invoice: Told, **payment: str) -> Told:
    """By an intent, a charge or a record of money that came past Stripe."""
    told = {"id": "inpay_1", "object": "invoice_payment", "invoice": invoice["data"]["object"]["id"], "status": "paid"}
    event = fixture("invoice.paid") | {"id": f"evt_{new_id().hex}", "account": account, "type": "invoice_payment.paid"}
    return event | {"data": {"object": told | {"payment": payment}}}


def outcomes(teacher: Teacher) -> list[tuple[str, str | None]]:
    return sorted(((event["outcome"], event["reason"]) for event in rows_of(teacher, "stripe_events")), key=str)


@pytest.mark.parametrize("order", [1, -1])
def test_money_that_came_past_stripe_leads_to_no_intent(teacher: Teacher, account: str, order: int) -> None:
    invoice = an_invoice(account)

    tell([invoice, paid_by(account, invoice, payment_record="prec_1")][::order])

    assert [payment["payment_intent_id"] for payment in rows_of(teacher, "payments")] == [None]
    assert outcomes(teacher) == [("applied", None), ("ignored", "paid_past_stripe")]


def test_an_invoice_that_was_paid_in_parts_is_for_a_person_to_see(teacher: Teacher, account: str) -> None:
    invoice = an_invoice(account)

    tell([invoice, *(paid_by(account, invoice, payment_intent=intent) for intent in ("pi_1", "pi_1", "pi_2"))])

    assert [payment["payment_intent_id"] for payment in rows_of(teacher, "payments")] == ["pi_1"]
    assert outcomes(teacher) == [("applied", None)] * 3 + [("attention", "invoice_paid_in_parts")]


def test_an_intent_that_paid_two_invoices_is_for_a_person_to_see(teacher: Teacher, account: str) -> None:
    first, second = an_invoice(account), an_invoice(account, id="in_2") | {"id": f"evt_{new_id().hex}"}

    tell([first, second, *(paid_by(account, each, payment_intent="pi_1") for each in (first, second))])

    assert sorted(str(payment["payment_intent_id"]) for payment in rows_of(teacher, "payments")) == ["None", "pi_1"]
    assert outcomes(teacher) == [("applied", None)] * 3 + [("attention", "pays_several_invoices")]


def account_event(account: str, second: int, *, enabled: bool) -> Told:
    told = {"id": account, "object": "account", "charges_enabled": enabled, "details_submitted": enabled}
    created = int(NOW.timestamp()) + second
    event = {"id": f"evt_{new_id().hex}", "object": "event", "api_version": None, "created": created}
    return event | {"type": "account.updated", "livemode": False, "account": account, "data": {"object": told}}


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_word_about_an_account_holds_in_either_order(teacher: Teacher, account: str, order: int) -> None:
    tell([account_event(account, 5, enabled=True), account_event(account, 6, enabled=False)][::order])

    assert [row["charges_enabled"] for row in rows_of(teacher, "payment_accounts")] == [False]


def test_an_account_is_ready_in_the_second_in_which_it_was_opened(teacher: Teacher, account: str) -> None:
    tell([account_event(account, 0, enabled=False)])

    assert [row["charges_enabled"] for row in rows_of(teacher, "payment_accounts")] == [False]


def test_an_account_whose_owner_leaves_takes_no_more_payments(teacher: Teacher, account: str) -> None:
    event = account_event(account, 9, enabled=True) | {"type": "account.application.deauthorized"}
    event["data"] = {"object": {"id": "ca_1", "object": "application", "name": "Lectern"}}

    tell([event])

    [row] = rows_of(teacher, "payment_accounts")
    assert (row["charges_enabled"], row["disconnected_at"] is not None) == (False, True)
