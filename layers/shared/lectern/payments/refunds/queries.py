"""The statements of refunds that we make, one function each; those of what Stripe tells of them are in `queries`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns


@dataclass(frozen=True, slots=True)
class PaidSum:
    """A payment as a refund sees it; `unused_units` are those of its package that could still be spent."""

    id: UUID
    kind: str
    status: str
    amount: int
    currency: str
    refunded_amount: int
    payment_intent_id: str | None
    is_contested: bool
    units: int | None
    unused_units: int


@dataclass(frozen=True, slots=True)
class NewRefund:
    id: UUID
    payment_id: UUID
    amount: int
    units: int


@dataclass(frozen=True, slots=True)
class RefundToSend:
    id: UUID
    payment_id: UUID
    amount: int
    units: int
    payment_intent_id: str
    stripe_account_id: str
    requested_at: datetime


def lock_payment(tx: Transaction, payment_id: UUID) -> None:
    """The payment and, as two refunds could want the same credits, then its student's account."""
    tx.send(
        "select from payments where teacher_id = %(teacher_id)s and id = %(payment_id)s for no key update",
        {"payment_id": payment_id},
    )
    tx.send(
        """
        select lock_credit_account(student_id) from payments
        where teacher_id = %(teacher_id)s and id = %(payment_id)s and kind = 'package'
        """,
        {"payment_id": payment_id},
    )


def ask_paid_sum(tx: Transaction, payment_id: UUID, now: datetime) -> Answer[PaidSum]:
    return tx.ask(
        """
        select p.id, p.kind, p.status, p.amount, p.currency, p.refunded_amount, p.payment_intent_id, p.is_contested,
          p.units, coalesce((
            select l.remaining from credit_lots l
            where l.teacher_id = p.teacher_id and l.payment_id = p.id
              and (l.expires_at is null or l.expires_at > %(now)s)), 0)
        from payments p
        where p.teacher_id = %(teacher_id)s and p.id = %(payment_id)s
        """,
        PaidSum,
        {"payment_id": payment_id, "now": now},
    )


def insert(tx: Transaction, refund: NewRefund, now: datetime) -> None:
    tx.send(
        """
        with refund as (
          insert into refunds (teacher_id, id, payment_id, amount, units, status, origin, requested_at, updated_at)
          values (%(teacher_id)s, %(id)s, %(payment_id)s, %(amount)s, %(units)s, 'requested', 'teacher', %(now)s,
            %(now)s))
        update payments set refunded_amount = refunded_amount + %(amount)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment_id)s
        """,
        {**columns(refund), "now": now},
    )


def ask_to_send(tx: Transaction) -> Answer[RefundToSend]:
    """The oldest first; what is sent carries the id of its row, so that sending it twice is sending it once."""
    return tx.ask(
        """
        select r.id, r.payment_id, r.amount, r.units, p.payment_intent_id, p.stripe_account_id, r.requested_at
        from refunds r
        join payments p on p.teacher_id = r.teacher_id and p.id = r.payment_id
        where r.teacher_id = %(teacher_id)s and r.status = 'requested' and p.payment_intent_id is not null
        order by r.requested_at, r.id
        """,
        RefundToSend,
    )
