"""Money that has gone back, as Stripe tells it: refund by refund, or as the sum of a charge, in any order.

What adds up is the same whatever comes first. The part of a charge's sum that the refunds we know do not explain is
kept as a row of its own, out of which they are taken as they are told. A package's unused units go back with the
money, at the price they had; those of a refund that we asked for were taken then.

As in `confirm`, each function takes the teacher's lock.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from lectern.database import Transaction
from lectern.events import record
from lectern.identifiers import new_id
from lectern.payments import queries, refund_rows
from lectern.payments.facts import Charge, Refund
from lectern.payments.outcome import APPLIED, Outcome, attention, ignored
from lectern.payments.queries import PaymentRow, StripeIds
from lectern.payments.refund_rows import RefundRow, Status
from lectern.payments.unused_units import give_again, take_for_refunds
from lectern.payments.whose import find_paid_payment
from lectern.sessions.queries import lock_teacher

# Stripe may call a refund succeeded that fails days later; never the other way round.
_ORDER: dict[Status, int] = {"requested": 0, "pending": 1, "succeeded": 2, "failed": 3, "cancelled": 3}


def apply_refund(tx: Transaction, refund: Refund, now: datetime) -> Outcome:
    """As an event, the answer to a call or a list tells of it. One of a payment that is not there yet waits."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=refund.payment_intent_id, charge_id=refund.charge_id)
    payment = find_paid_payment(tx, None, ids)
    if isinstance(payment, Outcome):
        return payment
    outcome = _apply(tx, payment, refund, now)
    refund_rows.sum_up(tx, payment.id, now)
    return outcome


def apply_refunded_charge(tx: Transaction, charge: Charge, now: datetime) -> Outcome:
    """The refunds that a charge lists, where its version does so, and what its sum tells beyond them."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=charge.payment_intent_id, charge_id=charge.id)
    payment = find_paid_payment(tx, charge.payment_id, ids)
    if isinstance(payment, Outcome):
        return payment
    outcomes = [_apply(tx, payment, refund, now) for refund in charge.refunds]
    outcomes.append(_apply_sum(tx, payment, charge, now))
    refund_rows.sum_up(tx, payment.id, now)
    return next((outcome for outcome in outcomes if outcome is not APPLIED), APPLIED)


def fail_refund(tx: Transaction, refund_id: UUID, failure_code: str, now: datetime) -> None:
    """Stripe refuses a refund that we asked for: the money stays, and what was taken for it is given again."""
    lock_teacher(tx)
    payment = queries.ask_payment(tx, refund_rows.ask_payment_of(tx, refund_id).one().payment_id).one()
    rows = refund_rows.ask_of_payment(tx, payment.id).all()
    row = next(row for row in rows if row.id == refund_id)
    if row.status == "requested":
        _move(tx, payment, rows, row, replace(row, status="failed"), failure_code, now)
        refund_rows.sum_up(tx, payment.id, now)


def _apply(tx: Transaction, payment: PaymentRow, refund: Refund, now: datetime) -> Outcome:
    rows = refund_rows.ask_of_payment(tx, payment.id).all()
    known = _known(rows, refund)
    fits = refund.amount == known.amount if known else refund.amount <= payment.amount
    if not fits or refund.currency != payment.currency:
        return attention("refund_differs")
    row = known or _explain(tx, payment, rows, refund, now)
    if row.is_lost and row.stripe_refund_id is None and refund.status not in ("failed", "cancelled"):
        row = _revive(tx, payment, rows, row, refund, now)
    status = max(row.status, refund.status, key=_ORDER.__getitem__)
    told = replace(row, status=status, stripe_refund_id=refund.id)
    _move(tx, payment, rows, row, told, refund.failure_code, now)
    return ignored("known") if known == told else APPLIED


def _known(rows: Sequence[RefundRow], refund: Refund) -> RefundRow | None:
    """By Stripe's id before ours: one that we gave up may have another row at Stripe's word."""
    by_stripe = next((row for row in rows if row.stripe_refund_id == refund.id), None)
    return by_stripe or next((row for row in rows if row.id == refund.refund_id), None)


def _revive(
    tx: Transaction, payment: PaymentRow, rows: Sequence[RefundRow], row: RefundRow, refund: Refund, now: datetime
) -> RefundRow:
    """One that we took for refused was made all the same: its units go once more, unless a sum has told of it."""
    others = [other for other in rows if other.id != row.id]
    if _unexplained(others):
        return _explain(tx, payment, others, refund, now)
    units = take_for_refunds(tx, payment, others, row.amount, now)
    alive = replace(row, status="pending", units=units)
    refund_rows.update(tx, alive, None, now)
    return alive


def _explain(
    tx: Transaction, payment: PaymentRow, rows: Sequence[RefundRow], refund: Refund, now: datetime
) -> RefundRow:
    """The row of a refund that Stripe has begun without us: out of the sum that it has told of, or a new one."""
    unexplained = _unexplained(rows)
    if unexplained is None:
        came_to_nothing = refund.status in ("failed", "cancelled")
        units = 0 if came_to_nothing else take_for_refunds(tx, payment, rows, refund.amount, now)
        return _add(tx, payment, RefundRow(new_id(), refund.amount, units, "pending", "stripe", None), now)
    if unexplained.amount <= refund.amount:
        return _grow(tx, payment, rows, unexplained, refund.amount - unexplained.amount, now)
    units = unexplained.units * refund.amount // unexplained.amount
    rest = replace(unexplained, amount=unexplained.amount - refund.amount, units=unexplained.units - units)
    refund_rows.update(tx, rest, None, now)
    return _add(tx, payment, replace(unexplained, id=new_id(), amount=refund.amount, units=units), now)


def _apply_sum(tx: Transaction, payment: PaymentRow, charge: Charge, now: datetime) -> Outcome:
    """Refunds that failed were part of an earlier sum, and those that we ask for may be part of this one."""
    if charge.currency != payment.currency or charge.amount_refunded > payment.amount:
        return attention("refund_differs")
    rows = refund_rows.ask_of_payment(tx, payment.id).all()
    unexplained = _unexplained(rows)
    known = [row for row in rows if row.stripe_refund_id or row.status == "requested" or row is unexplained]
    more = charge.amount_refunded - sum(row.amount for row in known)
    if more > 0 and unexplained:
        _grow(tx, payment, rows, unexplained, more, now)
    elif more > 0:
        units = take_for_refunds(tx, payment, rows, more, now)
        row = _add(tx, payment, RefundRow(new_id(), more, units, "succeeded", "stripe", None), now)
        _tell(tx, payment, row, more, now)
    return APPLIED


def _unexplained(rows: Sequence[RefundRow]) -> RefundRow | None:
    return next((row for row in rows if row.is_unexplained), None)


def _add(tx: Transaction, payment: PaymentRow, row: RefundRow, now: datetime) -> RefundRow:
    refund_rows.insert(tx, payment.id, row, now)
    return row


def _grow(
    tx: Transaction, payment: PaymentRow, rows: Sequence[RefundRow], row: RefundRow, more: int, now: datetime
) -> RefundRow:
    units = take_for_refunds(tx, payment, rows, more, now)
    grown = replace(row, amount=row.amount + more, units=row.units + units)
    refund_rows.update(tx, grown, None, now)
    if more:
        _tell(tx, payment, grown, more, now)
    return grown


def _move(
    tx: Transaction,
    payment: PaymentRow,
    rows: Sequence[RefundRow],
    row: RefundRow,
    to: RefundRow,
    failure_code: str | None,
    now: datetime,
) -> None:
    if to == row:
        return
    refund_rows.update(tx, to, failure_code, now)
    if to.is_lost and not row.is_lost:
        give_again(tx, payment, row, [other for other in rows if other.id != row.id], now)
    if to.status != row.status:
        _tell(tx, payment, to, to.amount, now)


def _tell(tx: Transaction, payment: PaymentRow, row: RefundRow, amount: int, now: datetime) -> None:
    record(tx, f"refund.{row.status}", payment.id, {"refund_id": str(row.id), "amount": amount}, now)
