"""A payment's refunds, and the statements that move them as Stripe tells of them, one function each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.database import Answer, Transaction, columns

type Status = Literal["requested", "pending", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class RefundRow:
    """`units` are those that its money had paid for. What Stripe has begun without us has the origin `stripe`."""

    id: UUID
    amount: int
    units: int
    status: Status
    origin: Literal["teacher", "cancellation", "no_show", "unbookable", "stripe"]
    stripe_refund_id: str | None
    failure_code: str | None = None

    @property
    def is_lost(self) -> bool:
        return self.status in ("failed", "cancelled")

    @property
    def is_unexplained(self) -> bool:
        """Part of a sum that Stripe has told of, without the refunds that it is made of."""
        return self.origin == "stripe" and self.stripe_refund_id is None and not self.is_lost


def ask_of_payment(tx: Transaction, payment_id: UUID) -> Answer[RefundRow]:
    """Whoever asks has locked the payment."""
    return tx.ask(
        """
        select id, amount, units, status, origin, stripe_refund_id, failure_code
        from refunds
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s
        order by id
        """,
        RefundRow,
        {"payment_id": payment_id},
    )


@dataclass(frozen=True, slots=True)
class OfPayment:
    payment_id: UUID


def ask_payment_of(tx: Transaction, refund_id: UUID) -> Answer[OfPayment]:
    return tx.ask(
        "select payment_id from refunds where teacher_id = %(teacher_id)s and id = %(refund_id)s",
        OfPayment,
        {"refund_id": refund_id},
    )


def put(tx: Transaction, payment_id: UUID, refund: RefundRow, now: datetime) -> None:
    """Its origin, and when it was asked for, stay what they are."""
    tx.send(
        """
        insert into refunds (teacher_id, id, payment_id, amount, units, status, origin, stripe_refund_id, failure_code,
          requested_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(payment_id)s, %(amount)s, %(units)s, %(status)s, %(origin)s,
          %(stripe_refund_id)s, %(failure_code)s, %(now)s, %(now)s)
        on conflict (teacher_id, id) do update
        set amount = excluded.amount, units = excluded.units, status = excluded.status,
          stripe_refund_id = excluded.stripe_refund_id, failure_code = excluded.failure_code,
          updated_at = excluded.updated_at
        """,
        {**columns(refund), "payment_id": payment_id, "now": now},
    )


def sum_up(tx: Transaction, payment_id: UUID, now: datetime) -> None:
    """What is back or on its way, at most all of it: one that we asked for may have come second, to be refused."""
    tx.send(
        """
        update payments
        set updated_at = %(now)s, refunded_amount = least(amount, (
          select coalesce(sum(amount), 0) from refunds
          where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s
            and status not in ('failed', 'cancelled')))
        where teacher_id = %(teacher_id)s and id = %(payment_id)s
        """,
        {"payment_id": payment_id, "now": now},
    )
