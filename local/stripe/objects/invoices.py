"""Invoices: none are made over this API, but a subscription that an account sold elsewhere tells of its payments."""

from local.stripe.identifiers import new_id
from local.stripe.objects import events
from local.stripe.platform import Books, Resource


def pay(books: Books, amount: int, currency: str) -> Resource:
    """A subscription's period has been paid."""
    details = {"metadata": {}, "subscription": new_id("sub")}
    now = books.platform.now()
    invoice = {
        "id": new_id("in"),
        "object": "invoice",
        "amount_due": amount,
        "amount_paid": amount,
        "amount_remaining": 0,
        "attempted": True,
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": new_id("cus", 14),
        "livemode": False,
        "metadata": {},
        "parent": {"quote_details": None, "subscription_details": details, "type": "subscription_details"},
        "period_end": now,
        "period_start": now,
        "status": "paid",
        "total": amount,
    }
    events.record(books, "invoice.paid", books.add(invoice))
    return invoice
