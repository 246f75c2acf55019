"""The teacher's own invoices, and their account at Stripe."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lectern.identifiers import new_id
from tests.builders import NOW, Teacher, a_student, rows_of
from tests.payments.receive.told import Told, tell
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
