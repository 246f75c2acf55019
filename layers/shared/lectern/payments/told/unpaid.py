"""Money that has not come, not yet or not at all: what a checkout's end without it does to its payment and its seat.

A payment that is paid stays so, whatever is told late. As in `confirm`, each takes the teacher's lock.
"""

from datetime import datetime
from typing import Literal

from lectern.database import Transaction
from lectern.events import record
from lectern.payments import queries
from lectern.payments.facts import CheckoutSession, PaymentIntent
from lectern.payments.outcome import APPLIED, Outcome, ignored
from lectern.payments.queries import StripeIds
from lectern.payments.whose import find_payment
from lectern.sessions.paid_seat import release_unpaid_seat
from lectern.sessions.queries import lock_teacher

_BEFORE = {
    "processing": ("created", "open"),
    "failed": ("created", "open", "processing"),
    "expired": ("created", "open"),
}


def mark_processing(tx: Transaction, session: CheckoutSession, now: datetime) -> Outcome:
    """The buyer has done all they must, and the money is days away; the seat stays held as long as its hold."""
    return _mark(tx, session, "processing", now)


def fail_checkout(tx: Transaction, session: CheckoutSession, now: datetime) -> Outcome:
    """The money that was on its way did not come."""
    return _mark(tx, session, "failed", now)


def expire_checkout(tx: Transaction, session: CheckoutSession, now: datetime) -> Outcome:
    """Nobody paid in time."""
    return _mark(tx, session, "expired", now)


def note_failed_attempt(tx: Transaction, intent: PaymentIntent, now: datetime) -> Outcome:
    """A card was declined: the checkout goes on, and the buyer may try another."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=intent.id)
    payment = find_payment(tx, intent.payment_id, ids)
    if isinstance(payment, Outcome):
        return payment
    queries.count_failed_attempt(tx, payment.id, intent.failure_code, now)
    record(tx, "payment.attempt_failed", payment.id, {"failure_code": intent.failure_code}, now)
    return APPLIED


def _mark(
    tx: Transaction, session: CheckoutSession, status: Literal["processing", "failed", "expired"], now: datetime
) -> Outcome:
    lock_teacher(tx)
    ids = StripeIds(session.id, session.payment_intent_id)
    payment = find_payment(tx, session.payment_id, ids)
    if isinstance(payment, Outcome):
        return payment
    if payment.status not in _BEFORE[status]:
        return ignored("overtaken")
    queries.mark_unpaid(tx, payment.id, status, ids, now)
    record(tx, f"payment.{status}", payment.id, {"kind": payment.kind}, now)
    if payment.participant_id and status != "processing":
        release_unpaid_seat(tx, payment.participant_id, now)
    return APPLIED
