"""The statements that take, move and free a teacher's time: one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.sessions.seat_queries import Changed, NewSeat
from lectern.sessions.session_row import SessionRow
from lectern.sessions.usual_policy import usual_policy


@dataclass(frozen=True, slots=True)
class NewSession:
    id: UUID
    service_id: UUID
    series_id: UUID | None
    status: str
    origin: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    time_zone: str
    seats: int
    price_amount: int
    price_currency: str
    is_trial: bool
    overlap_allowed: bool
    hold_expires_at: datetime | None


def lock_teacher(tx: Transaction) -> None:
    """Make what counts sessions or seats of this teacher, or writes several, take turns.

    Only a student's row may be locked before; then come sessions, seats, calendar rows and, last, the slots version.
    """
    tx.send("select from teachers where id = %(teacher_id)s for no key update")


def insert_session(tx: Transaction, session: NewSession, seat: NewSeat, now: datetime) -> None:
    """The session and its first seat, or the error of a lost race.

    `on conflict do nothing` waits for a competitor without holding anything that the competitor waits for, where a
    plain insert against an exclusion constraint can deadlock.
    """
    parameters = {f"session_{name}": value for name, value in columns(session).items()}
    parameters |= {f"seat_{name}": value for name, value in columns(seat).items()}
    tx.send(
        """
        with session as (
          insert into class_sessions (
            teacher_id, id, service_id, series_id, status, origin, starts_at, ends_at, blocked, time_zone, seats,
            price_amount, price_currency, policy, overlap_allowed, hold_expires_at, created_at, updated_at)
          values (
            %(teacher_id)s, %(session_id)s, %(session_service_id)s, %(session_series_id)s, %(session_status)s,
            %(session_origin)s, %(session_starts_at)s, %(session_ends_at)s,
            tstzrange(%(session_blocked_from)s, %(session_blocked_until)s), %(session_time_zone)s,
            %(session_seats)s, %(session_price_amount)s, %(session_price_currency)s,
            coalesce(policy_for(%(session_service_id)s, null, %(session_is_trial)s), %(usual_policy)s),
            %(session_overlap_allowed)s, %(session_hold_expires_at)s, %(now)s, %(now)s)
          on conflict do nothing returning id),
        seat as (
          insert into session_participants (
            teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at, uses_trial, policy,
            credit_units, created_at, updated_at)
          select %(teacher_id)s, %(seat_id)s, session.id, %(seat_student_id)s, %(seat_status)s, %(seat_token_hash)s,
            %(seat_hold_expires_at)s, %(seat_uses_trial)s,
            coalesce(
              policy_for(%(session_service_id)s, %(seat_student_id)s, %(session_is_trial)s), %(usual_policy)s),
            %(seat_credit_units)s, %(now)s, %(now)s
          from session)
        select lost_race('class_sessions_no_overlap') where not exists (select from session)
        """,
        {**parameters, "usual_policy": usual_policy(is_trial=session.is_trial), "now": now},
    )


def expire_holds(tx: Transaction, blocked_from: datetime, blocked_until: datetime, now: datetime) -> None:
    """Free the time of holds that have run out; waits for whoever is booking one of them at this moment.

    The teacher's lock must be held: two that each free some of the holds in the other's way would be a deadlock.
    """
    tx.send(
        """
        with expired as (
          update class_sessions set status = 'expired', updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id in (
            select id from class_sessions
            where teacher_id = %(teacher_id)s and deleted_at is null and status = 'held'
              and hold_expires_at <= %(now)s and blocked && tstzrange(%(from)s, %(until)s)
            order by id for update)
          and status = 'held'
          returning id)
        update session_participants set status = 'expired', updated_at = %(now)s
        where teacher_id = %(teacher_id)s and status = 'held' and session_id in (select id from expired)
        """,
        {"from": blocked_from, "until": blocked_until, "now": now},
    )


def extend_hold(tx: Transaction, session_id: UUID, until: datetime, now: datetime) -> None:
    """Keep a session that is only held alive as long as the last hold on one of its seats."""
    tx.send(
        """
        update class_sessions
        set hold_expires_at = greatest(hold_expires_at, %(until)s), updated_at = %(now)s, version = version + 1
        where teacher_id = %(teacher_id)s and id = %(session_id)s and status = 'held'
        """,
        {"session_id": session_id, "until": until, "now": now},
    )


# A one-to-one lesson is judged by what holds for its student.
POLICY_OF_SESSION = """
    case when c.seats = 1 then coalesce((
      select p.policy from session_participants p
      where p.teacher_id = c.teacher_id and p.session_id = c.id and p.student_id is not null
      order by p.id desc limit 1), c.policy) else c.policy end"""

_SESSION = f"""
    select c.id, c.service_id, c.series_id, c.status, c.starts_at, c.ends_at, lower(c.blocked), upper(c.blocked),
      c.time_zone, c.seats, {POLICY_OF_SESSION}, c.overlap_allowed, c.reschedules, c.version, c.promised_at
    from class_sessions c"""  # noqa: S608  # the text above


def ask_session(tx: Transaction, session_id: UUID) -> Answer[SessionRow]:
    return tx.ask(
        _SESSION
        + """
        where c.teacher_id = %(teacher_id)s and c.id = %(session_id)s and c.deleted_at is null
        """,
        SessionRow,
        {"session_id": session_id},
    )


def ask_series_from(tx: Transaction, series_id: UUID, starts_from: datetime, now: datetime) -> Answer[SessionRow]:
    """The live sessions of a series that start at or after an instant and not before now, in order."""
    return tx.ask(
        _SESSION
        + """
        where c.teacher_id = %(teacher_id)s and c.series_id = %(series_id)s and c.deleted_at is null
          and c.status in ('pending', 'scheduled') and c.starts_at >= %(from)s and c.starts_at >= %(now)s
        order by c.starts_at, c.id
        """,
        SessionRow,
        {"series_id": series_id, "from": starts_from, "now": now},
    )


def name_joined_session(tx: Transaction, session_id: UUID, status: str, now: datetime) -> None:
    """A group session that was only held becomes a booked one with its first named seat."""
    tx.send(
        """
        update class_sessions
        set status = %(status)s, hold_expires_at = null, updated_at = %(now)s, version = version + 1
        where teacher_id = %(teacher_id)s and id = %(session_id)s and status = 'held'
        """,
        {"session_id": session_id, "status": status, "now": now},
    )


def ask_swap_status(
    tx: Transaction, session_id: UUID, from_status: str, to_status: str, now: datetime
) -> Answer[Changed]:
    """Compare and swap: no row when the session was not, or is no longer, in that status."""
    return tx.ask(
        """
        update class_sessions set status = %(to)s, updated_at = %(now)s, version = version + 1
        where teacher_id = %(teacher_id)s and id = %(session_id)s and deleted_at is null
          and status = %(from)s
        returning id
        """,
        Changed,
        {"session_id": session_id, "from": from_status, "to": to_status, "now": now},
    )
