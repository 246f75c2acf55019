"""The statements that give a seat its outcome, when its lesson took place or was missed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.sessions.policy import Policy


@dataclass(frozen=True, slots=True)
class SettledSeat:
    """A seat whose lesson is over, its status before, and what of its price is kept."""

    id: UUID
    student_id: UUID | None
    before: str
    credit_units: int
    charge_percent: int


# A lesson that took place is charged in full, a missed one by the policy of the seat.
_CHARGE = """
    case when %(status)s = 'completed' then 100
      else coalesce((coalesce(p.policy, c.policy) ->> 'no_show_percent')::integer, %(default_percent)s) end"""


def ask_settle_seats(tx: Transaction, session_id: UUID, status: str, now: datetime) -> Answer[SettledSeat]:
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
          charge_percent = case when before.status = 'booked' then before.charge_percent end, updated_at = %(now)s
        from before
        where p.teacher_id = %(teacher_id)s and p.id = before.id
        returning p.id, p.student_id, before.status, p.credit_units, before.charge_percent
        """,  # noqa: S608  # two of our own statements have this part
        SettledSeat,
        {"session_id": session_id, "status": status, "default_percent": Policy().no_show_percent, "now": now},
    )


def ask_settle_seat(
    tx: Transaction, session_id: UUID, seat_id: UUID, status: str, now: datetime
) -> Answer[SettledSeat]:
    """As `ask_settle_seats`, of one seat; one that was settled as its session was completed may still be corrected.

    The session moves on with it: whoever has read its seats meanwhile, to cancel it, must read them again.
    """
    return tx.ask(
        f"""
        with c as (
          update class_sessions set version = version + 1, updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(session_id)s and status in ('scheduled', 'completed')
          returning id, policy),
        before as (
          select p.id, p.status, {_CHARGE} as charge_percent
          from session_participants p
          join c on c.id = p.session_id
          where p.teacher_id = %(teacher_id)s and p.id = %(seat_id)s
            and p.status in ('booked', 'completed')
          for update of p)
        update session_participants p
        set status = %(status)s, charge_percent = before.charge_percent, updated_at = %(now)s
        from before
        where p.teacher_id = %(teacher_id)s and p.id = before.id
        returning p.id, p.student_id, before.status, p.credit_units, before.charge_percent
        """,  # noqa: S608  # two of our own statements have this part
        SettledSeat,
        {
            "session_id": session_id,
            "seat_id": seat_id,
            "status": status,
            "default_percent": Policy().no_show_percent,
            "now": now,
        },
    )
