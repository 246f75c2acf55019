"""Invoices: none are made over this API, but a subscription that an account sold elsewhere tells of its payments."""

from local.stripe.identifiers import new_id
from local.stripe.objects import charges, events, payment_intents
from local.stripe.platform import Books, Resource


def pay(books: Books, amount: int, currency: str) -> Resource:
    """A subscription's period has been paid, by card."""
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
    intent = _take_money(books, amount, currency)
    events.record(books, "invoice.paid", books.add(invoice))
    events.record(books, "invoice_payment.paid", books.add(_payment(invoice, intent)))
    return invoice


def _take_money(books: Books, amount: int, currency: str) -> Resource:
    intent = payment_intents.create_for_invoice(books, amount, currency)
    charge = charges.attempt(books, intent, "card")
    charges.succeed(charge)
    payment_intents.succeed(intent, charge)
    events.record(books, "charge.succeeded", charge)
    events.record(books, "payment_intent.succeeded", intent)
    return intent


def _payment(invoice: Resource, intent: Resource) -> Resource:
    """Since version 2025-03-31 only this says which intent has paid an invoice."""
    return {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": invoice["amount_paid"],
        "amount_requested": invoice["amount_due"],
        "created": invoice["created"],
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": invoice["created"]},
    }
