"""What a package's payment bought and nobody has used: taken back with the money, and given again if that stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lectern.credits import take_back
from lectern.database import Transaction
from lectern.errors import Conflict
from lectern.identifiers import new_id
from lectern.payments.queries import PaymentRow
from lectern.payments.refund_rows import RefundRow


def take_unused(tx: Transaction, payment_id: UUID, at_most: int, key: str, now: datetime) -> int:
    """Units of the payment's lot, as many of them as are left; the answer is how many."""
    if at_most <= 0:
        return 0
    try:
        take_back.refund(tx, payment_id, at_most, key, now)
    except Conflict as refusal:
        left = refusal.facts.get("left")
        if not isinstance(left, int):
            raise
        # The student's account is locked since the first attempt, which wrote nothing.
        return take_unused(tx, payment_id, left, key, now)
    return at_most


def take_for_refunds(
    tx: Transaction, payment: PaymentRow, refunds: Sequence[RefundRow], more: int, now: datetime
) -> int:
    """Take the units of so much more money that goes back by Stripe's word."""
    key = f"payment:{payment.id}:refund:{new_id()}"
    return take_unused(tx, payment.id, units_owed(payment, refunds, more), key, now)


def give_again(
    tx: Transaction, payment: PaymentRow, failed: RefundRow, others: Sequence[RefundRow], now: datetime
) -> None:
    """Those of a refund that failed, less what other refunds should have taken and found gone."""
    units = failed.units - units_owed(payment, others, 0)
    if units > 0:
        # By Stripe's id if it has one: what Stripe refused may have been made all the same, and then fail at the bank.
        key = f"refund:{failed.stripe_refund_id or failed.id}:failed"
        take_back.give_again(tx, payment.id, units, key, now)


def units_owed(payment: PaymentRow, refunds: Sequence[RefundRow], more: int) -> int:
    """By the sum, so that it does not matter in how many parts the money goes back, nor in which order."""
    if payment.units is None:
        return 0
    by_stripe = [refund for refund in refunds if refund.origin == "stripe" and not refund.is_lost]
    returned = sum(refund.amount for refund in by_stripe) + more
    return max(0, payment.units * returned // payment.amount - sum(refund.units for refund in by_stripe))
