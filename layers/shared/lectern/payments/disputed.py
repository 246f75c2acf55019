"""Money that a student's bank has asked back: what the payment bought is kept from being spent until that is decided.

Stripe's events may come in any order. As in `confirm`, the teacher's lock is taken.
"""

from datetime import datetime

from lectern.credits import take_back
from lectern.database import Transaction
from lectern.events import record
from lectern.payments import queries
from lectern.payments.facts import Dispute
from lectern.payments.outcome import APPLIED, Outcome, ignored
from lectern.payments.queries import PaymentRow, StripeIds
from lectern.payments.unused_units import take_unused
from lectern.payments.whose import find_paid_payment
from lectern.refunds.outbox import request_refund_of_seat
from lectern.sessions.queries import lock_teacher

# https://docs.stripe.com/api/disputes/object#dispute_object-status; `charge_refunded` is of versions long ago. One that
# is closed is not opened again.
_DROPPED = ("won", "warning_closed", "prevented", "charge_refunded")
_CLOSED = (*_DROPPED, "lost")


def apply_dispute(tx: Transaction, dispute: Dispute, now: datetime) -> Outcome:
    """As an event or a list tells of it. One of a payment that is not there yet waits."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=dispute.payment_intent_id, charge_id=dispute.charge_id)
    payment = find_paid_payment(tx, None, ids)
    if isinstance(payment, Outcome):
        return payment
    if not _is_news(payment, dispute):
        return ignored("overtaken")
    queries.set_dispute(tx, payment.id, dispute.id, dispute.status, dispute.opened_at, now)
    if payment.kind == "package":
        _move_credits(tx, payment, dispute, now)
    _tell(tx, payment, dispute, now)
    if payment.participant_id and dispute.status in _DROPPED:
        # Its lesson may have been cancelled while the bank had the money.
        request_refund_of_seat(tx, payment.participant_id, now)
        return Outcome("applied", requests_refund=True)
    return APPLIED


def _is_news(payment: PaymentRow, dispute: Dispute) -> bool:
    if payment.dispute_id != dispute.id:
        return payment.disputed_at is None or payment.disputed_at <= dispute.opened_at
    return payment.dispute_status not in (*_CLOSED, dispute.status)


def _move_credits(tx: Transaction, payment: PaymentRow, dispute: Dispute, now: datetime) -> None:
    if dispute.status in _DROPPED:
        take_back.unfreeze(tx, payment.id, now)
        return
    # Also when it is lost: what lessons give back to the lot later is not the student's any more.
    take_back.freeze(tx, payment.id, now)
    if dispute.status == "lost":
        take_unused(tx, payment.id, payment.units or 0, f"dispute:{dispute.id}:lost", now)


def _tell(tx: Transaction, payment: PaymentRow, dispute: Dispute, now: datetime) -> None:
    told = {"dispute_id": dispute.id, "status": dispute.status}
    if payment.dispute_id != dispute.id:
        record(tx, "dispute.opened", payment.id, told, now)
    if dispute.status in _CLOSED:
        record(tx, "dispute.closed", payment.id, told, now)
