"""Money that the teacher has asked for by invoices of their own, on Stripe: kept so that it counts as revenue."""

from collections.abc import Mapping
from datetime import datetime

from lectern.database import Transaction
from lectern.events import record
from lectern.identifiers import new_id
from lectern.payments import queries
from lectern.payments.facts import Event, Invoice, InvoicePayment, read_invoice_payment
from lectern.payments.outcome import APPLIED, Outcome, attention, ignored, waiting
from lectern.payments.queries import NewInvoice, StripeIds
from lectern.payments.told import event_queries
from lectern.payments.told.early import Effect, apply_early_events, apply_waiting
from lectern.sessions.queries import lock_teacher


def keep_invoice(
    tx: Transaction, invoice: Invoice, stripe_account_id: str, paid_at: datetime, now: datetime, *, livemode: bool
) -> Outcome:
    """`paid_at` is when we are told, for an invoice that does not say so itself."""
    if invoice.amount_paid == 0:
        return ignored("nothing_paid")
    lock_teacher(tx)
    payments = event_queries.ask_early_events(tx, invoice.id)
    early = event_queries.ask_early_events(tx, invoice.payment_intent_id)
    payment = NewInvoice(
        id=new_id(),
        customer_email=invoice.customer_email,
        description=invoice.number or invoice.id,
        amount=invoice.amount_paid,
        currency=invoice.currency,
        stripe_account_id=stripe_account_id,
        livemode=livemode,
        payment_intent_id=invoice.payment_intent_id,
        charge_id=invoice.charge_id,
        invoice_id=invoice.id,
        subscription_id=invoice.subscription_id,
        paid_at=invoice.paid_at or paid_at,
    )
    if not queries.ask_insert_invoice(tx, payment, now).one_or_none():
        return ignored("known")
    told = {"kind": "invoice", "amount": payment.amount, "currency": payment.currency}
    record(tx, "payment.paid", payment.id, told, now)
    apply_waiting(tx, payments, AFTER_INVOICE, now)
    apply_early_events(tx, early, now)
    return APPLIED


def learn_payment(tx: Transaction, told: InvoicePayment, now: datetime) -> Outcome:
    """Since 2025-03-31 nothing else says which intent has paid an invoice, by which its refunds and disputes go."""
    if told.payment_intent_id is None and told.charge_id is None:
        return ignored("paid_past_stripe")
    lock_teacher(tx)
    early = event_queries.ask_early_events(tx, told.payment_intent_id)
    invoice = queries.ask_payment_of_invoice(tx, told.invoice_id).one_or_none()
    if invoice is None:
        return waiting(told.invoice_id)
    ids = StripeIds(payment_intent_id=told.payment_intent_id, charge_id=told.charge_id)
    paid = queries.ask_payment_at_stripe(tx, ids).one_or_none()
    if paid and paid.id != invoice.id:
        return attention("pays_several_invoices")
    if invoice.payment_intent_id not in (None, told.payment_intent_id):
        return attention("invoice_paid_in_parts")
    queries.learn_ids(tx, invoice.id, ids, now)
    apply_early_events(tx, early, now)
    return APPLIED


def _learn_payment(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return learn_payment(tx, read_invoice_payment(event.object), now)


AFTER_INVOICE: Mapping[str, Effect] = {"invoice_payment.paid": _learn_payment}
