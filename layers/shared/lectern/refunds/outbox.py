"""Money to give back, left in the transaction of whatever makes it due; sending it to Stripe is payments' business."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.database import Transaction
from lectern.decisions import tell_each


@dataclass(frozen=True, slots=True)
class _Requested:
    payment_id: UUID
    amount: int


def request_refunds(
    tx: Transaction, seats: list[UUID], origin: Literal["cancellation", "no_show"], now: datetime
) -> None:
    """Ask for what seats that were cancelled or missed have paid beyond what they are charged.

    Asking twice asks for nothing more. Money that its owner has disputed is the bank's to give back: whoever changes
    what a seat is charged has the teacher's lock, or it would be overlooked while that is being decided.
    """
    requested = tx.ask(
        """
        with due as (
          select y.id, y.amount - (y.amount::bigint * p.charge_percent / 100)::integer - y.refunded_amount as amount
          from session_participants p
          join payments y on y.teacher_id = p.teacher_id and y.participant_id = p.id and y.status = 'paid'
          where p.teacher_id = %(teacher_id)s and p.id = any(%(seats)s)
            and p.status in ('cancelled', 'no_show', 'expired')
            and not y.is_contested
            and y.amount - (y.amount::bigint * p.charge_percent / 100)::integer > y.refunded_amount
          for no key update of y),
        requested as (
          insert into refunds (teacher_id, id, payment_id, amount, status, origin, requested_at, updated_at)
          select %(teacher_id)s, new_id(), due.id, due.amount, 'requested', %(origin)s, %(now)s, %(now)s
          from due
          returning payment_id, amount)
        update payments y
        set refunded_amount = y.refunded_amount + requested.amount, updated_at = %(now)s
        from requested
        where y.teacher_id = %(teacher_id)s and y.id = requested.payment_id
        returning y.id, requested.amount
        """,
        _Requested,
        {"seats": seats, "origin": origin, "now": now},
    )
    tell_each(tx, "refund_requested", requested, origin=origin)
