"""The statements about a seat that is held: it gets a name, more time, or an end.

Each locks the seat's session first, as whatever changes a session goes on to its seats.
"""

from datetime import datetime
from uuid import UUID

from lectern.database import Transaction
from lectern.sessions.seat_queries import SeatRow
from lectern.sessions.usual_policy import usual_policy


def name_held_seat(
    tx: Transaction,
    seat: SeatRow,
    student_id: UUID,
    session_status: str,
    credit_units: int,
    now: datetime,
    *,
    is_trial: bool,
) -> None:
    """Turn a held seat into a booked one, and a session that is only held into a booked one; or lose the race."""
    tx.send(
        """
        with locked as (
          select id from class_sessions
          where teacher_id = %(teacher_id)s and id = %(session_id)s and starts_at = %(starts_at)s
            and status in ('held', 'pending', 'scheduled') and deleted_at is null
          for update),
        seat as (
          update session_participants
          set student_id = %(student_id)s, status = 'booked', hold_expires_at = null, uses_trial = %(is_trial)s,
            policy = coalesce(policy_for(%(service_id)s, %(student_id)s, %(is_trial)s), %(usual_policy)s),
            credit_units = %(credit_units)s, updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
            and session_id in (select id from locked)
          returning session_id),
        session as (
          update class_sessions
          set status = %(session_status)s, hold_expires_at = null, updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id in (select session_id from seat) and status = 'held'
          returning id)
        select lost_race('class_sessions_no_overlap') where not exists (select from seat)
        """,
        {
            "session_id": seat.session_id,
            "starts_at": seat.starts_at,
            "seat_id": seat.id,
            "student_id": student_id,
            "service_id": seat.service_id,
            "session_status": session_status,
            "credit_units": credit_units,
            "is_trial": is_trial,
            "usual_policy": usual_policy(is_trial=is_trial),
            "now": now,
        },
    )


def keep_held_seat(tx: Transaction, seat: SeatRow, student_id: UUID, until: datetime, now: datetime) -> None:
    """Give a held seat a name and more time, or lose the race."""
    tx.send(
        """
        with locked as (
          select id from class_sessions
          where teacher_id = %(teacher_id)s and id = %(session_id)s and starts_at = %(starts_at)s
            and status in ('held', 'pending', 'scheduled') and deleted_at is null
          for update),
        seat as (
          update session_participants
          set student_id = %(student_id)s, hold_expires_at = greatest(hold_expires_at, %(until)s), updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
            and session_id in (select id from locked)
          returning id)
        select lost_race('class_sessions_no_overlap') where not exists (select from seat)
        """,
        {
            "session_id": seat.session_id,
            "starts_at": seat.starts_at,
            "seat_id": seat.id,
            "student_id": student_id,
            "until": until,
            "now": now,
        },
    )


def release_held_seat(tx: Transaction, seat_id: UUID, now: datetime) -> None:
    """End the hold of a seat, and that of a session that was held for nobody else."""
    tx.send(
        """
        with locked as (
          select c.id from class_sessions c
          where c.teacher_id = %(teacher_id)s and c.id = (
            select session_id from session_participants where teacher_id = %(teacher_id)s and id = %(seat_id)s)
          for update),
        seat as (
          update session_participants set status = 'expired', updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
            and session_id in (select id from locked)
          returning session_id)
        update class_sessions c set status = 'expired', updated_at = %(now)s, version = version + 1
        where c.teacher_id = %(teacher_id)s and c.id in (select session_id from seat) and c.status = 'held'
          and not exists (
            select from session_participants other
            where other.teacher_id = %(teacher_id)s and other.session_id = c.id and other.id <> %(seat_id)s
              and other.status = 'held' and other.hold_expires_at > %(now)s)
        """,
        {"seat_id": seat_id, "now": now},
    )


def expire_seat_of(tx: Transaction, session_id: UUID, student_id: UUID, now: datetime) -> None:
    """End a student's hold on a seat of this session that has run out."""
    tx.send(
        """
        update session_participants set status = 'expired', updated_at = %(now)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and student_id = %(student_id)s
          and status = 'held' and hold_expires_at <= %(now)s
        """,
        {"session_id": session_id, "student_id": student_id, "now": now},
    )
