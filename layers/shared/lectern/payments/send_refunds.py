"""Sending to Stripe what is to be given back: a teacher's wish, a cancellation, a seat that was gone when paid."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.payments import refund_queries, stripe_api
from lectern.payments.facts import Json, read_refund
from lectern.payments.refund_queries import RefundToSend
from lectern.payments.refunded import apply_refund, fail_refund
from lectern.payments.stripe_api import ConnectedAccount, RefusedByStripe, UnderWay

# Stripe forgets a key after 24 hours or more (https://docs.stripe.com/api/idempotent_requests): sent again then, the
# refund of a lost answer would be a second one.
KEY_IS_GOOD_FOR = timedelta(hours=23)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SentRefund:
    """`failure_code` is why Stripe refused it for good: the money stays, and units taken for it are back."""

    id: UUID
    payment_id: UUID
    failure_code: str | None


def send_requested_refunds(teacher_id: UUID, now: datetime, *, at_most: int | None = None) -> list[SentRefund]:
    """Each in a call and a transaction of its own, the oldest first; sent by two at once, it goes back once.

    `at_most` so many, when somebody waits for the end of it.
    Raises Unavailable `stripe_unavailable` and TooMany: what was not sent by then stays requested, to be sent by the
    next call or by `lectern.payments.reconcile`.
    """
    with database.tenant(teacher_id) as tx:
        waiting = refund_queries.ask_to_send(tx).all()
    sent = [_send(teacher_id, refund, now) for refund in waiting[:at_most]]
    return [refund for refund in sent if refund]


def _send(teacher_id: UUID, refund: RefundToSend, now: datetime) -> SentRefund | None:
    """None when somebody else is sending it at this moment."""
    account = ConnectedAccount(teacher_id, refund.stripe_account_id)
    try:
        told = _sent_before(account, refund, now) or stripe_api.create_refund(
            account, refund.id, refund.payment_intent_id, refund.amount
        )
    except UnderWay:
        return None
    except RefusedByStripe as refusal:
        if refusal.stripe_code == "idempotency_error":
            # It was sent before, in other words: whether it was made, only Stripe's list tells.
            _log.error("Refund %s was sent before with another question", refund.id)
            return None
        with database.tenant(teacher_id) as tx:
            fail_refund(tx, refund.id, refusal.stripe_code, now)
        return SentRefund(refund.id, refund.payment_id, refusal.stripe_code)
    with database.tenant(teacher_id) as tx:
        outcome = apply_refund(tx, read_refund(told), now)
    if outcome.kind != "applied":
        _log.error("Refund %s was sent, and what Stripe answered fits nothing: %s", refund.id, outcome.reason)
    return SentRefund(refund.id, refund.payment_id, None)


def _sent_before(account: ConnectedAccount, refund: RefundToSend, now: datetime) -> Json | None:
    """What Stripe has of it, once the key alone does not tell any more."""
    if now < refund.requested_at + KEY_IS_GOOD_FOR:
        return None
    of_payment = stripe_api.refunds_of(account, refund.payment_intent_id)
    return next((told for told in of_payment if read_refund(told).refund_id == refund.id), None)
