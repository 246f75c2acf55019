"""What whoever pays may see of it: a package by the purchase's token, a lesson by its seat's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import NotFound


@dataclass(frozen=True, slots=True)
class Purchase:
    """Money in minor units; `units` were bought, `units_left` are free to spend until `credits_expire_at`.

    `checkout_url` is there while it can still be paid.
    """

    payment_id: UUID
    student_id: UUID
    status: str
    description: str
    amount: int
    currency: str
    refunded_amount: int
    units: int
    units_left: int
    units_reserved: int
    credits_expire_at: datetime | None
    is_frozen: bool
    checkout_url: str | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeatPayment:
    """How a seat is paid for: `credit_units` of the student's, money, or neither yet; the latest payment counts."""

    credit_units: int
    status: str | None
    amount: int | None
    currency: str | None
    refunded_amount: int | None
    checkout_url: str | None
    paid_at: datetime | None


def get_purchase(tx: Transaction, payment_id: UUID) -> Purchase:
    """Raises NotFound `payment_not_found`, also for a payment that did not buy a package."""
    purchase = _ask_purchase(tx, payment_id).one_or_none()
    if purchase is None:
        raise NotFound("payment_not_found", "There is no such payment.")
    return purchase


def get_seat_payment(tx: Transaction, participant_id: UUID) -> SeatPayment:
    """Of a seat that there is."""
    return _ask_seat_payment(tx, participant_id).one()


def _ask_purchase(tx: Transaction, payment_id: UUID) -> Answer[Purchase]:
    return tx.ask(
        """
        select p.id, p.student_id, p.status, p.description, p.amount, p.currency, p.refunded_amount, p.units,
          coalesce(l.remaining, 0), coalesce(l.reserved, 0), l.expires_at, l.frozen_at is not null,
          case when p.status = 'open' then p.checkout_url end, p.paid_at
        from payments p
        left join credit_lots l on l.teacher_id = p.teacher_id and l.payment_id = p.id
        where p.teacher_id = %(teacher_id)s and p.id = %(payment_id)s and p.kind = 'package'
        """,
        Purchase,
        {"payment_id": payment_id},
    )


def _ask_seat_payment(tx: Transaction, participant_id: UUID) -> Answer[SeatPayment]:
    return tx.ask(
        """
        select s.credit_units, p.status, p.amount, p.currency, p.refunded_amount,
          case when p.status = 'open' then p.checkout_url end, p.paid_at
        from session_participants s
        left join payments p on p.teacher_id = s.teacher_id and p.participant_id = s.id
        where s.teacher_id = %(teacher_id)s and s.id = %(participant_id)s
        order by p.created_at desc
        limit 1
        """,
        SeatPayment,
        {"participant_id": participant_id},
    )
