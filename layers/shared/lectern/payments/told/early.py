"""What can only follow a payment, and may be told before it: kept until the payment is known to be paid."""

from collections.abc import Callable, Mapping
from datetime import datetime

from lectern.database import Answer, Transaction
from lectern.payments.facts import Event, read_charge, read_dispute, read_event, read_refund
from lectern.payments.outcome import Outcome
from lectern.payments.refunds.told import apply_refund, apply_refunded_charge
from lectern.payments.told import event_queries
from lectern.payments.told.disputed import apply_dispute
from lectern.payments.told.event_queries import EarlyEvent

type Effect = Callable[[Transaction, Event, datetime], Outcome]


def apply_early_events(tx: Transaction, early: Answer[EarlyEvent], now: datetime) -> None:
    apply_waiting(tx, early, AFTER_PAYMENT, now)


def apply_waiting(tx: Transaction, told: Answer[EarlyEvent], effects: Mapping[str, Effect], now: datetime) -> None:
    """In the order in which they happened."""
    for row in told.all():
        event = read_event(row.payload)
        event_queries.store_outcome(tx, event, effects[event.type](tx, event, now))


def _refund(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return apply_refund(tx, read_refund(event.object), now)


def _refunded_charge(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return apply_refunded_charge(tx, read_charge(event.object), now)


def _dispute(tx: Transaction, event: Event, now: datetime) -> Outcome:
    return apply_dispute(tx, read_dispute(event.object), now)


# https://docs.stripe.com/api/events/types
AFTER_PAYMENT: Mapping[str, Effect] = {
    "charge.refunded": _refunded_charge,
    "charge.refund.updated": _refund,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
}
