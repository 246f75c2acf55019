"""Sending to Stripe what is to be given back: a teacher's wish, a cancellation, a seat that was gone when paid."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.payments import refund_queries, stripe_api
from lectern.payments.facts import Json, Malformed, read_refund
from lectern.payments.outcome import APPLIED, Outcome, attention
from lectern.payments.refund_queries import RefundToSend
from lectern.payments.refunded import apply_refund, fail_refund
from lectern.payments.stripe_api import KEY_IS_GOOD_FOR, ConnectedAccount, RefusedByStripe, UnderWay

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SentRefund:
    """`outcome` is what Stripe's answer came to: what needs attention stays requested, for a person to see why.

    `failure_code` is why Stripe refused it for good: the money stays, and units taken for it are back.
    """

    id: UUID
    payment_id: UUID
    outcome: Outcome
    failure_code: str | None = None


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
        return _refused(teacher_id, refund, refusal.stripe_code, now)
    outcome = _applied(teacher_id, told, now)
    if outcome.kind == "attention":
        _log.error("Refund %s was sent, and what Stripe answered fits nothing: %s", refund.id, outcome.reason)
    return SentRefund(refund.id, refund.payment_id, outcome)


def _applied(teacher_id: UUID, told: Json, now: datetime) -> Outcome:
    try:
        made = read_refund(told)
    except Malformed as error:
        return attention(str(error))
    with database.tenant(teacher_id) as tx:
        return apply_refund(tx, made, now)


def _refused(teacher_id: UUID, refund: RefundToSend, code: str, now: datetime) -> SentRefund:
    if code == "idempotency_error":
        # It was sent before, in other words: whether the money is on its way, this answer does not tell.
        _log.error("Refund %s was sent before, as another question", refund.id)
        return SentRefund(refund.id, refund.payment_id, attention(code))
    with database.tenant(teacher_id) as tx:
        fail_refund(tx, refund.id, code, now)
    return SentRefund(refund.id, refund.payment_id, APPLIED, code)


def _sent_before(account: ConnectedAccount, refund: RefundToSend, now: datetime) -> Json | None:
    """What Stripe has of it, once the key alone does not tell any more."""
    if now < refund.requested_at + KEY_IS_GOOD_FOR:
        return None
    of_payment = stripe_api.refunds_of(account, refund.payment_intent_id)
    return next((told for told in of_payment if told["metadata"].get("lectern_refund_id") == str(refund.id)), None)
