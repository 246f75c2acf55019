"""Where credits come from: bought, given for a lesson that the teacher called off, or put right by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.credits import moving_queries, queries
from lectern.credits.operation import Operation
from lectern.credits.queries import NewLot
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.errors import Conflict


@dataclass(frozen=True, slots=True)
class MakeUpTerms:
    """Of the student's policy: how long a make-up is good, and how many may be outstanding at a time."""

    expiry_days: int
    max_outstanding: int | None


def purchase(
    tx: Transaction, student_id: UUID, payment_id: UUID, units: int, expires_at: datetime | None, now: datetime
) -> None:
    """Credit what a payment has paid for, once for each payment.

    NotFound `student_not_found` is raised by the next read of `tx`, or as it commits.
    """
    queries.lock_account(tx, student_id)
    operation = Operation("purchase", f"payment:{payment_id}:purchase", student_id, units, now)
    queries.grant(tx, operation, NewLot("purchase", expires_at, payment_id))


def make_up_grant(
    tx: Transaction, student_id: UUID, units: int, key: str, terms: MakeUpTerms, now: datetime, note: str | None = None
) -> None:
    """Give credits in place of a lesson that was called off.

    Raises NotFound `student_not_found`, and Conflict `too_many_make_ups` when as many lots of make-ups as the terms
    allow still have credits that have not expired.
    """
    queries.lock_account(tx, student_id)
    outstanding = queries.ask_make_ups(tx, student_id, key, now).one()
    if outstanding.is_repetition:
        return
    if terms.max_outstanding is not None and outstanding.lots >= terms.max_outstanding:
        raise Conflict(
            "too_many_make_ups",
            f"The student has {outstanding.lots} make-up lessons to book, and may have {terms.max_outstanding}.",
            outstanding=outstanding.lots,
            max_outstanding=terms.max_outstanding,
        )
    operation = Operation("make_up_grant", key, student_id, units, now, note=note)
    queries.grant(tx, operation, NewLot("make_up", now + timedelta(days=terms.expiry_days)))
    tell_when_committed(tx, "make_up_granted", student_id=student_id, units=units)


def adjust(
    tx: Transaction,
    student_id: UUID,
    units: int,
    key: str,
    now: datetime,
    note: str,
    expires_at: datetime | None = None,
) -> None:
    """Put an account right by hand: positive units are a new lot, negative ones leave those that expire first.

    NotFound `student_not_found` and, for want of free units, Conflict `insufficient_credits` are raised by the next
    read of `tx`, or as it commits.
    """
    queries.lock_account(tx, student_id)
    operation = Operation("adjust", key, student_id, abs(units), now, note=note)
    if units > 0:
        queries.grant(tx, operation, NewLot("adjustment", expires_at))
    else:
        moving_queries.take(tx, operation)
    tell_when_committed(tx, "credits_adjusted", student_id=student_id, units=units)
