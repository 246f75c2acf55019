"""The statements that give a seat its outcome, when its lesson took place or was missed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.sessions.policy import Policy
from lectern.sessions.queries import POLICY_OF_SESSION


@dataclass(frozen=True, slots=True)
class SeatToSettle:
    """A seat whose lesson is over, its status before, and what of its price is kept."""

    id: UUID
    student_id: UUID | None
    before: str
    credit_units: int
    charge_percent: int


# A lesson that took place is charged in full, a missed one by the policy of the seat, and a request not at all.
_CHARGE = """
    case when %(status)s = 'completed' then 100 when %(status)s = 'expired' then 0
      else coalesce((coalesce(p.policy, c.policy) ->> 'no_show_percent')::integer, %(default_percent)s) end"""


def ask_settle_seats(tx: Transaction, session_id: UUID, status: str, now: datetime) -> Answer[SeatToSettle]:
    """Give every seat that is still booked the outcome of its session; one that was only held has none."""
    return tx.ask(
        f"""
        with before as (
          select p.id, p.status, {_CHARGE} as charge_percent
          from session_participants p
          join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
          where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s and p.status in ('booked', 'held')
          for update of p)
        update session_participants p
        set status = case when before.status = 'held' then 'expired' else %(status)s end,
          charge_percent = case when before.status = 'booked' then before.charge_percent end,
          -- A trial that the teacher has never accepted is given back.
          uses_trial = uses_trial and %(status)s <> 'expired', updated_at = %(now)s
        from before
        where p.teacher_id = %(teacher_id)s and p.id = before.id
        returning p.id, p.student_id, before.status, p.credit_units, before.charge_percent
        """,  # noqa: S608  # two of our own statements have this part
        SeatToSettle,
        {"session_id": session_id, "status": status, "default_percent": Policy().no_show_percent, "now": now},
    )


def ask_settle_seat(
    tx: Transaction, session_id: UUID, seat_id: UUID, status: str, now: datetime
) -> Answer[SeatToSettle]:
    """As `ask_settle_seats`, of one seat of a session that is not over.

    The session moves on with it: whoever has read its seats meanwhile, to cancel it, must read them again.
    """
    return tx.ask(
        f"""
        with c as (
          update class_sessions set version = version + 1, updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(session_id)s and status = 'scheduled'
          returning id, policy),
        before as (
          select p.id, p.status, {_CHARGE} as charge_percent
          from session_participants p
          join c on c.id = p.session_id
          where p.teacher_id = %(teacher_id)s and p.id = %(seat_id)s
            and p.status = 'booked'
          for update of p)
        update session_participants p
        set status = %(status)s, charge_percent = before.charge_percent, updated_at = %(now)s
        from before
        where p.teacher_id = %(teacher_id)s and p.id = before.id
        returning p.id, p.student_id, before.status, p.credit_units, before.charge_percent
        """,  # noqa: S608  # two of our own statements have this part
        SeatToSettle,
        {
            "session_id": session_id,
            "seat_id": seat_id,
            "status": status,
            "default_percent": Policy().no_show_percent,
            "now": now,
        },
    )


def note_completed_by_itself(tx: Transaction, session_id: UUID, now: datetime) -> None:
    tx.send(
        """
        update class_sessions set completed_by_itself_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(session_id)s
        """,
        {"session_id": session_id, "now": now},
    )


@dataclass(frozen=True, slots=True)
class Overdue:
    id: UUID


def ask_lock_overdue_request(tx: Transaction, now: datetime, besides: list[UUID]) -> Answer[Overdue]:
    """The earliest that should have begun, and that nobody else is at."""
    return tx.ask(
        """
        select id from class_sessions
        where teacher_id = %(teacher_id)s and deleted_at is null and status = 'pending' and starts_at <= %(now)s
          and id <> all(%(besides)s)
        order by starts_at, id
        limit 1
        for update skip locked
        """,
        Overdue,
        {"now": now, "besides": besides},
    )


def ask_lock_overdue_lesson(tx: Transaction, now: datetime, besides: list[UUID]) -> Answer[Overdue]:
    """The earliest that its policy lets be completed by itself, and that nobody else is at."""
    return tx.ask(
        f"""
        select c.id from class_sessions c
        where c.teacher_id = %(teacher_id)s and c.deleted_at is null and c.status = 'scheduled'
          and c.ends_at <= %(now)s and c.id <> all(%(besides)s)
          and c.ends_at + interval '1 hour' * coalesce(
            ({POLICY_OF_SESSION} ->> 'auto_complete_hours')::integer, %(usual_hours)s) <= %(now)s
        order by c.starts_at, c.id
        limit 1
        for update of c skip locked
        """,  # noqa: S608  # a text of ours
        Overdue,
        {"now": now, "besides": besides, "usual_hours": Policy().auto_complete_hours},
    )
