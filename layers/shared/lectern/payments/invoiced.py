"""Money that the teacher has asked for by invoices of their own, on Stripe: kept so that it counts as revenue."""

from datetime import datetime

from lectern.database import Transaction
from lectern.events import record
from lectern.identifiers import new_id
from lectern.payments import event_queries, queries
from lectern.payments.early import apply_early_events
from lectern.payments.facts import Invoice
from lectern.payments.outcome import APPLIED, Outcome, ignored
from lectern.payments.queries import NewInvoice
from lectern.sessions.queries import lock_teacher


def keep_invoice(
    tx: Transaction, invoice: Invoice, stripe_account_id: str, paid_at: datetime, now: datetime, *, livemode: bool
) -> Outcome:
    """`paid_at` is when we are told, for an invoice that does not say so itself."""
    if invoice.amount_paid == 0:
        return ignored("nothing_paid")
    lock_teacher(tx)
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
    apply_early_events(tx, early, now)
    return APPLIED
