"""What is kept of an event that waits is read as the whole of it was."""

from collections.abc import Callable
from typing import Any

import pytest

from lectern.payments import facts
from lectern.payments.facts import read_event
from lectern.payments.told.redacted import redacted
from tests.webhooks.delivery import fixture

OURS = {"lectern_payment_id": "0199d4a1-0000-7000-8000-000000000001", "student": "Ann"}
REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 100,
    "charge": {"id": "ch_1", "billing_details": {"name": "Ann"}},
    "currency": "eur",
    "failure_reason": "lost_or_stolen_card",
    "metadata": {"lectern_refund_id": "0199d4a1-0000-7000-8000-000000000002", "student": "Ann"},
    "payment_intent": {"id": "pi_1", "receipt_email": "ann@example.org"},
    "status": "failed",
}
CHARGE = fixture("charge.refunded")["data"]["object"] | {"metadata": OURS, "refunds": {"data": [REFUND, REFUND]}}
DISPUTE = fixture("charge.dispute.created")["data"]["object"] | {"evidence": {"customer_name": "Ann"}}
INVOICE_PAYMENT = {
    "id": "inpay_1",
    "object": "invoice_payment",
    "invoice": {"id": "in_1", "customer_name": "Ann"},
    "payment": {"type": "payment_intent", "payment_intent": {"id": "pi_1", "receipt_email": "ann@example.org"}},
}
KINDS: dict[str, tuple[dict[str, Any], Callable[[Any], object]]] = {
    "charge.refunded": (CHARGE, facts.read_charge),
    "refund.failed": (REFUND, facts.read_refund),
    "charge.dispute.created": (DISPUTE, facts.read_dispute),
    "invoice_payment.paid": (INVOICE_PAYMENT, facts.read_invoice_payment),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_says_the_same_and_names_nobody(kind: str) -> None:
    told, read = KINDS[kind]
    event = read_event(fixture("charge.refunded") | {"type": kind, "account": "acct_1", "data": {"object": told}})

    kept = read_event(redacted(event))

    assert read(kept.object) == read(event.object)
    assert (kept.id, kept.type, kept.created, kept.account) == (event.id, kind, event.created, "acct_1")
    assert "ann" not in str(kept.raw).lower()
