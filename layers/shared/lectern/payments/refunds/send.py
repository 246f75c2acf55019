"""Sending to Stripe what is to be given back: a teacher's wish, a cancellation, a seat that was gone when paid."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from math import inf
from uuid import UUID

from lectern import database
from lectern.errors import Unavailable
from lectern.outbound import LeftAlone
from lectern.payments import stripe_api
from lectern.payments.facts import Json, Malformed, read_refund
from lectern.payments.outcome import APPLIED, Outcome, attention
from lectern.payments.refunds import queries
from lectern.payments.refunds.queries import RefundToSend
from lectern.payments.refunds.told import apply_refund, fail_refund
from lectern.payments.stripe_api import KEY_IS_GOOD_FOR, UNCERTAIN, ConnectedAccount, RefusedByStripe, UnderWay

# While somebody waits. The slowest that may begin then still ends within the 15 seconds that a function has: it is cut
# off after 10, and tried again only if it failed within 3.
FOR_WHO_WAITS_SECONDS = 1.5

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


def send_requested_refunds(teacher_id: UUID, now: datetime, *, begun_within: float = inf) -> list[SentRefund]:
    """Each in a call and a transaction of its own, the oldest first; sent by two at once, it goes back once.

    None is begun later than `begun_within` seconds after the first. Raises Unavailable `stripe_unavailable`, once the
    others are sent if it came of one of them, and TooMany: what was not sent stays requested, to be sent by the next
    call or by `lectern.payments.reconciliation.reconcile`.
    """
    with database.tenant(teacher_id) as tx:
        waiting = queries.ask_to_send(tx).all()
    latest = time.monotonic() + begun_within
    sent, failures = list[SentRefund | None](), list[Unavailable]()
    for refund in waiting:
        try:
            sent.append(_send(teacher_id, refund, now))
        except LeftAlone:
            raise
        except Unavailable as failure:
            failures.append(failure)
        if time.monotonic() > latest:
            break
    if failures:
        raise failures[0]
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
    if code in UNCERTAIN:
        # Its event tells whether the money is on its way, or else Stripe's list, once the key is good no more.
        _log.error("Refund %s may have been made, and Stripe does not say: %s", refund.id, code)
        return SentRefund(refund.id, refund.payment_id, attention(code))
    with database.tenant(teacher_id) as tx:
        fail_refund(tx, refund.id, code, now)
    # Here, for who asked learns nothing of it when another one then fails, or nobody asked.
    _log.error("Refund %s was refused by Stripe for good: %s", refund.id, code)
    return SentRefund(refund.id, refund.payment_id, APPLIED, code)


def _sent_before(account: ConnectedAccount, refund: RefundToSend, now: datetime) -> Json | None:
    """What Stripe has of it, once the key alone does not tell any more."""
    if now < refund.requested_at + KEY_IS_GOOD_FOR:
        return None
    of_payment = stripe_api.refunds_of(account, refund.payment_intent_id)
    return next((told for told in of_payment if told["metadata"].get("lectern_refund_id") == str(refund.id)), None)
