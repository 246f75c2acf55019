"""The statements about the seats of a session.

What changes a seat that exists locks its session first, as whatever changes a session goes on to its seats.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns


@dataclass(frozen=True, slots=True)
class Changed:
    id: UUID


@dataclass(frozen=True, slots=True)
class NewSeat:
    id: UUID
    session_id: UUID
    student_id: UUID | None
    status: str
    token_hash: bytes
    hold_expires_at: datetime | None
    uses_trial: bool


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat and the session it is in, with what that was booked with."""

    id: UUID
    session_id: UUID
    student_id: UUID | None
    status: str
    hold_expires_at: datetime | None
    service_id: UUID
    session_status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    price_amount: int
    price_currency: str


@dataclass(frozen=True, slots=True)
class LiveSeat:
    """A seat that is booked, or held by a hold that has not run out."""

    id: UUID
    status: str


def insert_seat(tx: Transaction, seat: NewSeat, now: datetime) -> None:
    tx.send(
        """
        insert into session_participants (
          teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at, uses_trial,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(session_id)s, %(student_id)s, %(status)s, %(token_hash)s,
          %(hold_expires_at)s, %(uses_trial)s, %(now)s, %(now)s)
        """,
        {**columns(seat), "now": now},
    )


def ask_seat_by_token(tx: Transaction, token_hash: bytes) -> Answer[SeatRow]:
    return tx.ask(
        """
        select p.id, p.session_id, p.student_id, p.status, p.hold_expires_at,
          c.service_id, c.status, c.starts_at, c.ends_at, c.time_zone, c.price_amount, c.price_currency
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
        where p.teacher_id = %(teacher_id)s and p.token_hash = %(token_hash)s
        """,
        SeatRow,
        {"token_hash": token_hash},
    )


def ask_live_seats(tx: Transaction, session_id: UUID, now: datetime) -> Answer[LiveSeat]:
    return tx.ask(
        """
        select id, status from session_participants
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s
          and (status = 'booked' or status = 'held' and hold_expires_at > %(now)s)
        """,
        LiveSeat,
        {"session_id": session_id, "now": now},
    )


def name_held_seat(
    tx: Transaction, seat: SeatRow, student_id: UUID, session_status: str, now: datetime, *, uses_trial: bool
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
          set student_id = %(student_id)s, status = 'booked', hold_expires_at = null, uses_trial = %(uses_trial)s,
            updated_at = %(now)s
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
            "session_status": session_status,
            "uses_trial": uses_trial,
            "now": now,
        },
    )


def settle_seats(tx: Transaction, session_id: UUID, status: str, now: datetime) -> None:
    """Give every seat that is still booked the outcome of its session; one that was only held has none."""
    tx.send(
        """
        update session_participants
        set status = case when status = 'held' then 'expired' else %(status)s end, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and status in ('booked', 'held')
        """,
        {"session_id": session_id, "status": status, "now": now},
    )


def ask_settle_seat(tx: Transaction, session_id: UUID, seat_id: UUID, status: str, now: datetime) -> Answer[Changed]:
    """Compare and swap on one seat; one that was settled as its session was completed may still be corrected."""
    return tx.ask(
        """
        update session_participants set status = %(status)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(seat_id)s and session_id = %(session_id)s
          and status in ('booked', 'completed')
        returning id
        """,
        Changed,
        {"session_id": session_id, "seat_id": seat_id, "status": status, "now": now},
    )
