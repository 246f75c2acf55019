"""Money that a student's bank has asked back: what the payment bought is kept from being spent until that is decided.

A payment may be disputed more than once, and Stripe's events may come in any order; the worst of its disputes counts.
As in `confirm`, the teacher's lock is taken.
"""

from datetime import datetime

from lectern.credits import take_back
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.events import record
from lectern.payments.facts import Dispute
from lectern.payments.outcome import APPLIED, Outcome, ignored
from lectern.payments.queries import PaymentRow, StripeIds
from lectern.payments.told import dispute_queries
from lectern.payments.told.dispute_queries import DisputeRow
from lectern.payments.whose import find_paid_payment
from lectern.refunds.outbox import request_refunds
from lectern.sessions.queries import lock_teacher

# https://docs.stripe.com/api/disputes/object#dispute_object-status; `charge_refunded` is of versions long ago. One that
# is closed is not opened again.
_DROPPED = ("won", "warning_closed", "prevented", "charge_refunded")
_CLOSED = (*_DROPPED, "lost")

# An inquiry, whatever its word is, has taken no money yet.
_INQUIRY = 1
_WEIGHTS = {**dict.fromkeys(_DROPPED, 0), "needs_response": 2, "under_review": 2, "lost": 3}


def apply_dispute(tx: Transaction, dispute: Dispute, now: datetime) -> Outcome:
    """As an event or a list tells of it. One of a payment that is not there yet waits."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=dispute.payment_intent_id, charge_id=dispute.charge_id)
    payment = find_paid_payment(tx, None, ids)
    if isinstance(payment, Outcome):
        return payment
    rows = {row.id: row for row in dispute_queries.ask_disputes(tx, payment.id).all()}
    known = rows.get(dispute.id)
    if known and known.status in (*_CLOSED, dispute.status):
        return ignored("overtaken")
    told = DisputeRow(dispute.id, dispute.status, known.opened_at if known else dispute.opened_at)
    worst = max((rows | {told.id: told}).values(), key=_weight)
    dispute_queries.put_dispute(tx, payment.id, told, now)
    dispute_queries.set_worst_dispute(tx, payment.id, worst, now)
    if payment.kind == "package":
        _move_credits(tx, payment, told, worst, now)
    _tell(tx, payment, told, now, is_new=known is None)
    if payment.participant_id and told.status in _DROPPED:
        # Its lesson may have been cancelled while the bank had the money.
        request_refunds(tx, [payment.participant_id], "cancellation", now)
        return Outcome("applied", requests_refund=True)
    return APPLIED


def _weight(dispute: DisputeRow) -> tuple[int, datetime]:
    return _WEIGHTS.get(dispute.status, _INQUIRY), dispute.opened_at


def _move_credits(tx: Transaction, payment: PaymentRow, told: DisputeRow, worst: DisputeRow, now: datetime) -> None:
    if worst.status in _DROPPED:
        take_back.unfreeze(tx, payment.id, now)
        return
    # Also when it is lost: what lessons give back to the lot later is not the student's any more.
    take_back.freeze(tx, payment.id, now)
    if told.status == "lost":
        take_back.reclaim(tx, payment.id, payment.units or 0, now)


def _tell(tx: Transaction, payment: PaymentRow, dispute: DisputeRow, now: datetime, *, is_new: bool) -> None:
    told = {"dispute_id": dispute.id, "status": dispute.status}
    if is_new:
        record(tx, "dispute.opened", payment.id, told, now)
    if dispute.status in _CLOSED:
        record(tx, "dispute.closed", payment.id, told, now)
    if dispute.status == "lost":
        tell_when_committed(tx, "dispute_lost", payment_id=payment.id, dispute_id=dispute.id, amount=payment.amount)
