"""Giving money back: how much may be, and what it takes from the student; said before it is done.

A payment for a lesson can be given back whole. Of a package that is only what was not used: every unit was sold at the
same price, and those that the money goes back for are taken in the same transaction. What is asked for here is sent by
`lectern.payments.refunds.send`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.credits import take_back
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.errors import Conflict, NotFound
from lectern.events import record
from lectern.identifiers import new_id
from lectern.payments.refunds import queries
from lectern.payments.refunds.queries import NewRefund, PaidSum


@dataclass(frozen=True, slots=True)
class RefundPreview:
    """`amount` goes back and `units` are taken; `refundable` is the most that could go back. In minor units."""

    amount: int
    currency: str
    units: int
    refundable: int


@dataclass(frozen=True, slots=True)
class RequestedRefund:
    """As it was asked for."""

    id: UUID
    payment_id: UUID
    amount: int
    currency: str
    units: int
    status: str


def preview_refund(tx: Transaction, payment_id: UUID, amount: int | None, now: datetime) -> RefundPreview:
    """What `refund_payment` would do at this moment; it raises the same."""
    return _worked_out(_found(tx, payment_id, now), amount)


def refund_payment(tx: Transaction, payment_id: UUID, amount: int | None, now: datetime) -> RequestedRefund:
    """Ask for money to be given back by the teacher's wish; None for all that can be.

    Raises NotFound `payment_not_found`; Conflict `not_paid`, `payment_disputed` and, for more than can be given back
    or when that is nothing, `not_refundable` with the `refundable` amount in its facts.
    """
    queries.lock_payment(tx, payment_id)
    payment = _found(tx, payment_id, now)
    worked_out = _worked_out(payment, amount)
    refund = NewRefund(new_id(), payment.id, worked_out.amount, worked_out.units)
    if refund.units:
        take_back.refund(tx, payment.id, refund.units, f"refund:{refund.id}", now)
    queries.insert(tx, refund, now)
    record(tx, "refund.requested", payment.id, {"refund_id": str(refund.id), "amount": refund.amount}, now)
    tell_when_committed(
        tx, "refund_requested", payment_id=payment.id, amount=refund.amount, units=refund.units, origin="teacher"
    )
    return RequestedRefund(refund.id, payment.id, refund.amount, payment.currency, refund.units, "requested")


def _found(tx: Transaction, payment_id: UUID, now: datetime) -> PaidSum:
    payment = queries.ask_paid_sum(tx, payment_id, now).one_or_none()
    if payment is None:
        raise NotFound("payment_not_found", "There is no such payment. List your payments.")
    return payment


def _worked_out(payment: PaidSum, wanted: int | None) -> RefundPreview:
    if payment.status != "paid":
        raise Conflict("not_paid", "That payment has not been made, so there is nothing to give back.")
    if payment.is_contested:
        raise Conflict("payment_disputed", "The student's bank has that money, and decides who gets it.")
    most = _refundable(payment)
    amount = most if wanted is None else wanted
    if not 0 < amount <= most:
        raise Conflict("not_refundable", f"At most {most} of this payment can be given back.", refundable=most)
    return RefundPreview(amount, payment.currency, _units_for(payment, amount, most), most)


def _refundable(payment: PaidSum) -> int:
    left = payment.amount - payment.refunded_amount
    if payment.payment_intent_id is None:
        return 0
    if payment.units is None:
        return left
    return min(left, payment.amount * payment.unused_units // payment.units)


def _units_for(payment: PaidSum, amount: int, most: int) -> int:
    """Rounded up, so that nobody is given money for a part of a unit and keeps it."""
    if payment.units is None or amount == most:
        return payment.unused_units
    return -(-amount * payment.units // payment.amount)
