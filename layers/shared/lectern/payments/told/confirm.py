"""Money that has come: a payment is paid, and what it was for is given, once, however many objects tell of it.

Webhooks, the answers to our own calls and the reconciliation say so with the same functions. They take the teacher's
lock, so whoever calls must not hold that of a payment, a session or a student's credits yet.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.credits.grant import purchase
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.events import record
from lectern.identifiers import new_id
from lectern.payments import queries
from lectern.payments.facts import CheckoutSession, PaymentIntent
from lectern.payments.outcome import APPLIED, Outcome, attention
from lectern.payments.queries import PaymentRow, StripeIds
from lectern.payments.refunds import rows as refund_rows
from lectern.payments.refunds.rows import RefundRow
from lectern.payments.told import event_queries
from lectern.payments.told.early import apply_early_events
from lectern.payments.whose import find_payment
from lectern.sessions.paid_seat import book_paid_seat
from lectern.sessions.queries import lock_teacher


@dataclass(frozen=True, slots=True)
class _Money:
    """What came, for which payment, and when Stripe learned of it."""

    payment_id: UUID | None
    ids: StripeIds
    amount: int
    currency: str
    paid_at: datetime


def confirm_checkout(tx: Transaction, session: CheckoutSession, paid_at: datetime, now: datetime) -> Outcome:
    """Of a session that is paid. `paid_at` is when Stripe learned of the money: the credits' time runs from then."""
    ids = StripeIds(session.id, session.payment_intent_id)
    money = _Money(session.payment_id, ids, session.amount, session.currency, paid_at)
    return _confirm(tx, money, now)


def confirm_intent(tx: Transaction, intent: PaymentIntent, paid_at: datetime, now: datetime) -> Outcome:
    """Of an intent that has succeeded; otherwise as `confirm_checkout`."""
    ids = StripeIds(payment_intent_id=intent.id, charge_id=intent.charge_id)
    money = _Money(intent.payment_id, ids, intent.amount, intent.currency, paid_at)
    return _confirm(tx, money, now)


def _confirm(tx: Transaction, money: _Money, now: datetime) -> Outcome:
    lock_teacher(tx)
    early = event_queries.ask_early_events(tx, money.ids.payment_intent_id)
    payment = find_payment(tx, money.payment_id, money.ids)
    if isinstance(payment, Outcome):
        return payment
    if refusal := _refusal(payment, money):
        return refusal
    if payment.status == "paid":
        queries.learn_ids(tx, payment.id, money.ids, now)
        outcome = APPLIED
    else:
        outcome = _pay(tx, payment, money, now)
    apply_early_events(tx, early, now)
    return outcome


def _refusal(payment: PaymentRow, money: _Money) -> Outcome | None:
    """What an invoice came to it has said itself, and any number of intents may have paid it."""
    if payment.kind == "invoice":
        return None
    if (money.amount, money.currency) != (payment.amount, payment.currency):
        return attention("amount_differs")
    intent = money.ids.payment_intent_id
    is_another = payment.payment_intent_id is not None and intent not in (None, payment.payment_intent_id)
    return attention("paid_twice") if payment.status == "paid" and is_another else None


def _pay(tx: Transaction, payment: PaymentRow, money: _Money, now: datetime) -> Outcome:
    queries.mark_paid(tx, payment.id, money.ids, money.paid_at, now)
    told = {"kind": payment.kind, "amount": payment.amount, "currency": payment.currency}
    record(tx, "payment.paid", payment.id, told, now)
    if payment.student_id and payment.units and payment.kind == "package":
        expires_at = payment.credits_expire_at(money.paid_at)
        purchase(tx, payment.student_id, payment.id, payment.units, expires_at, now)
    if payment.participant_id and not _book_seat(tx, payment.id, payment.participant_id, now):
        return _give_back(tx, payment, now)
    return APPLIED


def _book_seat(tx: Transaction, payment_id: UUID, participant_id: UUID, now: datetime) -> bool:
    """False when another payment has paid for the seat: a page that had been given up was paid all the same."""
    is_paid_for = queries.ask_rival(tx, payment_id, participant_id).one_or_none() is not None
    return not is_paid_for and book_paid_seat(tx, participant_id, now)


def _give_back(tx: Transaction, payment: PaymentRow, now: datetime) -> Outcome:
    """The seat that was paid for cannot be had any more."""
    refund = RefundRow(new_id(), payment.amount, 0, "requested", "unbookable", None)
    refund_rows.put(tx, payment.id, refund, now)
    refund_rows.sum_up(tx, payment.id, now)
    record(tx, "refund.requested", payment.id, {"refund_id": str(refund.id), "amount": refund.amount}, now)
    tell_when_committed(tx, "refund_requested", payment_id=payment.id, amount=refund.amount, origin="unbookable")
    return Outcome("applied", requests_refund=True)
