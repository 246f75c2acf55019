"""Money to give back, left in the transaction of whatever makes it due; sending it to Stripe is payments' business."""

from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from lectern.database import Transaction


def request_refunds(
    tx: Transaction, session_id: UUID, origin: Literal["cancellation", "no_show"], now: datetime
) -> None:
    """Ask for what the seats of a session that were cancelled or missed have paid beyond what they are charged.

    Asking twice asks for nothing more. Money that its owner has disputed is the bank's to give back.
    """
    _request(tx, "p.session_id = %(of)s", session_id, origin, now)


def request_refund_of_seat(tx: Transaction, participant_id: UUID, now: datetime) -> None:
    """As `request_refunds`, of one seat whose money could not go back before."""
    _request(tx, "p.id = %(of)s", participant_id, "cancellation", now)


def _request(tx: Transaction, which: LiteralString, of: UUID, origin: str, now: datetime) -> None:
    tx.send(
        f"""
        with due as (
          select y.id, y.amount - (y.amount::bigint * p.charge_percent / 100)::integer - y.refunded_amount as amount
          from session_participants p
          join payments y on y.teacher_id = p.teacher_id and y.participant_id = p.id and y.status = 'paid'
          where p.teacher_id = %(teacher_id)s and {which}
            and p.status in ('cancelled', 'no_show')
            and not y.is_contested
            and y.amount - (y.amount::bigint * p.charge_percent / 100)::integer > y.refunded_amount
          for update of y),
        requested as (
          insert into refunds (teacher_id, id, payment_id, amount, status, origin, requested_at, updated_at)
          select %(teacher_id)s, new_id(), due.id, due.amount, 'requested', %(origin)s, %(now)s, %(now)s
          from due
          returning payment_id, amount)
        update payments y
        set refunded_amount = y.refunded_amount + requested.amount, updated_at = %(now)s
        from requested
        where y.teacher_id = %(teacher_id)s and y.id = requested.payment_id
        """,  # noqa: S608  # one of the two texts above
        {"of": of, "origin": origin, "now": now},
    )
