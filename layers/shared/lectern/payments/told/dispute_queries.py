"""The statements about disputes, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns


@dataclass(frozen=True, slots=True)
class DisputeRow:
    id: str
    status: str
    opened_at: datetime


def ask_disputes(tx: Transaction, payment_id: UUID) -> Answer[DisputeRow]:
    return tx.ask(
        """
        select id, status, opened_at from disputes
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s
        """,
        DisputeRow,
        {"payment_id": payment_id},
    )


def put_dispute(tx: Transaction, payment_id: UUID, dispute: DisputeRow, now: datetime) -> None:
    tx.send(
        """
        insert into disputes (teacher_id, id, payment_id, status, opened_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(payment_id)s, %(status)s, %(opened_at)s, %(now)s)
        on conflict (teacher_id, id) do update set status = excluded.status, updated_at = excluded.updated_at
        """,
        {**columns(dispute), "payment_id": payment_id, "now": now},
    )


def set_worst_dispute(tx: Transaction, payment_id: UUID, dispute: DisputeRow, now: datetime) -> None:
    """Which says whether the payment is contested."""
    tx.send(
        """
        update payments
        set dispute_id = %(id)s, dispute_status = %(status)s, disputed_at = %(opened_at)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment_id)s
        """,
        {**columns(dispute), "payment_id": payment_id, "now": now},
    )
