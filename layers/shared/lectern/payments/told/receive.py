"""What Stripe tells, taken once: the event is noted in the transaction of its effect, so both are there or neither.

Which teacher it concerns, and that Stripe has said it, whoever calls has made sure of.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.events import record
from lectern.payments import queries
from lectern.payments.facts import (
    Event,
    Malformed,
    read_account,
    read_checkout_session,
    read_invoice,
    read_payment_intent,
)
from lectern.payments.outcome import APPLIED, Outcome, attention, ignored
from lectern.payments.told import event_queries
from lectern.payments.told.confirm import confirm_checkout, confirm_intent
from lectern.payments.told.early import AFTER_PAYMENT, Effect
from lectern.payments.told.invoiced import AFTER_INVOICE, keep_invoice
from lectern.payments.told.unpaid import expire_checkout, fail_checkout, mark_processing, note_failed_attempt


def receive(teacher_id: UUID, event: Event, now: datetime) -> Outcome | None:
    """None when it was received before. Raises Unavailable, and then nothing has been done."""
    effect = EFFECTS.get(event.type)
    try:
        return _receive(teacher_id, event, effect, now)
    except Invalid as refusal:
        # The database takes it as little when Stripe tells it again.
        code = refusal.code
        return _receive(teacher_id, event, lambda *_: attention(code), now)


def _receive(teacher_id: UUID, event: Event, effect: Effect | None, now: datetime) -> Outcome | None:
    expected = APPLIED if effect else ignored("unknown_type")
    try:
        with database.tenant(teacher_id) as tx:
            event_queries.insert_event(tx, event, expected, now)
            outcome = _carry_out(tx, effect, event, now) if effect else expected
            if outcome != expected:
                event_queries.store_outcome(tx, event, outcome)
            return outcome
    except Conflict as conflict:
        if conflict.code != "event_known":
            raise
        return None


def _carry_out(tx: Transaction, effect: Effect, event: Event, now: datetime) -> Outcome:
    try:
        return effect(tx, event, now)
    except Malformed as error:
        return attention(str(error))


def _checkout_completed(tx: Transaction, event: Event, now: datetime) -> Outcome:
    session = read_checkout_session(event.object)
    return confirm_checkout(tx, session, event.created, now) if session.is_paid else mark_processing(tx, session, now)


def _checkout_failed(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return fail_checkout(tx, read_checkout_session(event.object), now)


def _checkout_expired(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return expire_checkout(tx, read_checkout_session(event.object), now)


def _intent_succeeded(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return confirm_intent(tx, read_payment_intent(event.object), event.created, now)


def _attempt_failed(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return note_failed_attempt(tx, read_payment_intent(event.object), now)


def _invoice_paid(tx: Transaction, event: Event, now: datetime) -> Outcome:
    invoice = read_invoice(event.object)
    return keep_invoice(tx, invoice, _account_of(event), event.created, now, livemode=event.livemode)


def _account_updated(tx: Transaction, event: Event, _: datetime) -> Outcome:
    account = read_account(event.object)
    queries.set_account(tx, account, event.created)
    return APPLIED


def _account_disconnected(tx: Transaction, event: Event, now: datetime) -> Outcome:
    """The object is our own application; whose account it was, only the event says."""
    queries.disconnect_account(tx, _account_of(event), event.created)
    record(tx, "payments.account_disconnected", tx.teacher_id, {"stripe_account_id": event.account}, now)
    return APPLIED


def _account_of(event: Event) -> str:
    if event.account is None:
        raise Malformed("the event names no account")
    return event.account


EFFECTS: Mapping[str, Effect] = {
    "checkout.session.completed": _checkout_completed,
    "checkout.session.async_payment_succeeded": _checkout_completed,
    "checkout.session.async_payment_failed": _checkout_failed,
    "checkout.session.expired": _checkout_expired,
    "payment_intent.succeeded": _intent_succeeded,
    "payment_intent.payment_failed": _attempt_failed,
    "invoice.paid": _invoice_paid,
    "account.updated": _account_updated,
    "account.application.deauthorized": _account_disconnected,
    **AFTER_PAYMENT,
    **AFTER_INVOICE,
}
