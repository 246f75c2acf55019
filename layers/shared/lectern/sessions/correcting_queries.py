"""The statements that put right what a lesson, or a seat in it, was said to have been."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.sessions.seat_queries import MONEY_OF_SEAT, Changed
from lectern.sessions.session_row import SessionRow
from lectern.sessions.statuses import Settled


@dataclass(frozen=True, slots=True)
class SettledSeat:
    """A seat that has had an outcome, and what it has come to; `disputed_at` while that is not decided.

    `policy` is the one that it is judged by; the money as in `LiveSeat`.
    """

    id: UUID
    student_id: UUID | None
    status: str
    policy: dict[str, int | None]
    credit_units: int
    charge_percent: int
    uses_free_pass: bool
    disputed_at: datetime | None
    paid_amount: int | None
    refunded_amount: int | None
    currency: str | None


def ask_settled_seats(tx: Transaction, session_id: UUID) -> Answer[SettledSeat]:
    """In the order in which the accounts of their students are locked."""
    return tx.ask(
        f"""
        select p.id, p.student_id, p.status, coalesce(p.policy, c.policy), p.credit_units,
          coalesce(p.charge_percent, 0), p.free_pass_used_at is not null,
          case when p.dispute_decided_at is null then p.disputed_at end,
          paid.amount, paid.refunded_amount, paid.currency
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
        {MONEY_OF_SEAT}
        where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s
          and p.status in ('completed', 'no_show', 'cancelled')
        order by p.student_id
        """,  # noqa: S608  # a text of ours
        SettledSeat,
        {"session_id": session_id},
    )


def ask_correct_session(tx: Transaction, session: SessionRow, to: str, now: datetime) -> Answer[Changed]:
    """Compare and swap on the version that was read; who has cancelled it, and when, stays."""
    return tx.ask(
        """
        update class_sessions
        set status = %(to)s, updated_at = %(now)s, version = version + 1,
          cancelled_at = case when %(to)s = 'cancelled' then coalesce(cancelled_at, %(now)s) end,
          cancelled_by = case when %(to)s = 'cancelled' then coalesce(cancelled_by, 'teacher') end
        where teacher_id = %(teacher_id)s and id = %(session_id)s and version = %(version)s
        returning id
        """,
        Changed,
        {"session_id": session.id, "version": session.version, "to": to, "now": now},
    )


def correct_seat(tx: Transaction, seat_id: UUID, to: Settled, charge_percent: int, now: datetime) -> None:
    """A free pass is only used by who cancels late, and a trial that the teacher cancels is given back."""
    tx.send(
        """
        update session_participants
        set status = %(to)s, charge_percent = %(charge_percent)s, free_pass_used_at = null,
          uses_trial = uses_trial and %(to)s <> 'cancelled', updated_at = %(now)s,
          cancelled_at = case when %(to)s = 'cancelled' then coalesce(cancelled_at, %(now)s) end,
          cancelled_by = case when %(to)s = 'cancelled' then coalesce(cancelled_by, 'teacher') end,
          cancelled_late = cancelled_late and %(to)s = 'cancelled',
          corrected_at = %(now)s,
          dispute_decided_at = case when disputed_at is not null then coalesce(dispute_decided_at, %(now)s) end
        where teacher_id = %(teacher_id)s and id = %(seat_id)s
        """,
        {"seat_id": seat_id, "to": to, "charge_percent": charge_percent, "now": now},
    )
