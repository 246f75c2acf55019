"""Which payment something of Stripe's is about; found for whoever has taken the teacher's lock, and locked.

That lock makes all that Stripe tells of one teacher take turns: what comes before its payment has either been stored
when the payment looks for it, or finds the payment.
"""

from uuid import UUID

from lectern.database import Transaction
from lectern.payments import queries
from lectern.payments.outcome import Outcome, attention, ignored, waiting
from lectern.payments.queries import PaymentRow, StripeIds


def find_payment(tx: Transaction, payment_id: UUID | None, ids: StripeIds) -> PaymentRow | Outcome:
    """By our id if there is one, else by Stripe's; an unknown id, as another tenant's is, leads to no other payment."""
    if payment_id:
        return queries.ask_payment(tx, payment_id).one_or_none() or attention("unknown_payment")
    return queries.ask_payment_at_stripe(tx, ids).one_or_none() or ignored("not_ours")


def find_paid_payment(tx: Transaction, payment_id: UUID | None, ids: StripeIds) -> PaymentRow | Outcome:
    """For what can only follow a payment: it waits for one that is not there or not paid yet, if it says for which."""
    found = find_payment(tx, payment_id, ids)
    if isinstance(found, PaymentRow) and found.status == "paid":
        return found
    if isinstance(found, Outcome) and found.kind == "attention":
        return found
    return waiting(ids.payment_intent_id) if ids.payment_intent_id else ignored("not_ours")
