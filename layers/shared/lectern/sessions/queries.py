"""The statements that take, move and free a teacher's time: one function each."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from lectern.database import Answer, Transaction


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
    policy: dict[str, int]
    overlap_allowed: bool
    hold_expires_at: datetime | None


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
class SessionRow:
    """A session as the rules about changing it need to see it."""

    id: UUID
    service_id: UUID
    series_id: UUID | None
    status: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    time_zone: str
    seats: int
    policy: dict[str, int]
    overlap_allowed: bool
    reschedules: int
    version: int


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat and the session it is in."""

    id: UUID
    session_id: UUID
    student_id: UUID | None
    status: str
    hold_expires_at: datetime | None
    service_id: UUID
    session_status: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    id: UUID


def lock_teacher(tx: Transaction) -> None:
    """Make what counts sessions or seats of this teacher take turns. Take it before any other lock."""
    tx.send("select from teachers where id = %(teacher_id)s for no key update")


def insert_session(tx: Transaction, session: NewSession, seat: NewSeat, now: datetime) -> None:
    """The session and its first seat, or nothing and the error of a lost race.

    `on conflict do nothing` waits for a competitor without holding anything that the competitor waits for, where a plain
    insert against an exclusion constraint can deadlock.
    """
    parameters = {f"session_{name}": value for name, value in _fields(session).items()}
    parameters |= {f"seat_{name}": value for name, value in asdict(seat).items()}
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
            %(session_seats)s, %(session_price_amount)s, %(session_price_currency)s, %(session_policy)s,
            %(session_overlap_allowed)s, %(session_hold_expires_at)s, %(now)s, %(now)s)
          on conflict do nothing returning id),
        seat as (
          insert into session_participants (
            teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at, uses_trial,
            created_at, updated_at)
          select %(teacher_id)s, %(seat_id)s, session.id, %(seat_student_id)s, %(seat_status)s, %(seat_token_hash)s,
            %(seat_hold_expires_at)s, %(seat_uses_trial)s, %(now)s, %(now)s
          from session)
        select lost_race('class_sessions_no_overlap') where not exists (select from session)
        """,
        {**parameters, "now": now},
    )


def insert_seat(tx: Transaction, seat: NewSeat, now: datetime) -> None:
    tx.send(
        """
        insert into session_participants (
          teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at, uses_trial,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(session_id)s, %(student_id)s, %(status)s, %(token_hash)s,
          %(hold_expires_at)s, %(uses_trial)s, %(now)s, %(now)s)
        """,
        {**asdict(seat), "now": now},
    )


def expire_holds(tx: Transaction, blocked_from: datetime, blocked_until: datetime, now: datetime) -> None:
    """Free the time of holds that have run out. One that somebody else is freeing or booking is left to them."""
    tx.send(
        """
        with expired as (
          update class_sessions set status = 'expired', updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id in (
            select id from class_sessions
            where teacher_id = %(teacher_id)s and deleted_at is null and status = 'held'
              and hold_expires_at <= %(now)s and blocked && tstzrange(%(from)s, %(until)s)
            order by id for update skip locked)
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


def ask_session(tx: Transaction, session_id: UUID) -> Answer[SessionRow]:
    return tx.ask(
        """
        select id, service_id, series_id, status, starts_at, ends_at, lower(blocked), upper(blocked), time_zone, seats,
          policy, overlap_allowed, reschedules, version
        from class_sessions
        where teacher_id = %(teacher_id)s and id = %(session_id)s and deleted_at is null
        """,
        SessionRow,
        {"session_id": session_id},
    )


def ask_series_from(tx: Transaction, series_id: UUID, starts_from: datetime, now: datetime) -> Answer[SessionRow]:
    """The live sessions of a series that start at or after an instant and not before now, in order."""
    return tx.ask(
        """
        select id, service_id, series_id, status, starts_at, ends_at, lower(blocked), upper(blocked), time_zone, seats,
          policy, overlap_allowed, reschedules, version
        from class_sessions
        where teacher_id = %(teacher_id)s and series_id = %(series_id)s and deleted_at is null
          and status in ('pending', 'scheduled') and starts_at >= %(from)s and starts_at >= %(now)s
        order by starts_at, id
        """,
        SessionRow,
        {"series_id": series_id, "from": starts_from, "now": now},
    )


def ask_seat_by_token(tx: Transaction, token_hash: bytes) -> Answer[SeatRow]:
    return tx.ask(
        """
        select p.id, p.session_id, p.student_id, p.status, p.hold_expires_at,
          c.service_id, c.status, c.starts_at, c.ends_at
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
        where p.teacher_id = %(teacher_id)s and p.token_hash = %(token_hash)s
        """,
        SeatRow,
        {"token_hash": token_hash},
    )


def name_held_seat(
    tx: Transaction, seat_id: UUID, student_id: UUID, session_status: str, uses_trial: bool, now: datetime
) -> None:
    """Turn a held seat into a booked one, and a session that is only held into a booked one; or lose the race."""
    tx.send(
        """
        with seat as (
          update session_participants
          set student_id = %(student_id)s, status = 'booked', hold_expires_at = null, uses_trial = %(uses_trial)s,
            updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
          returning session_id),
        session as (
          update class_sessions
          set status = %(session_status)s, hold_expires_at = null, updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id in (select session_id from seat) and status = 'held'
          returning id)
        select lost_race('class_sessions_no_overlap') where not exists (select from seat)
        """,
        {
            "seat_id": seat_id,
            "student_id": student_id,
            "session_status": session_status,
            "uses_trial": uses_trial,
            "now": now,
        },
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


def ask_move_status(
    tx: Transaction, session_id: UUID, from_statuses: list[str], to_status: str, now: datetime
) -> Answer[Changed]:
    """Compare and swap: no row when the session was not, or is no longer, in one of those statuses."""
    return tx.ask(
        """
        update class_sessions set status = %(to)s, updated_at = %(now)s, version = version + 1
        where teacher_id = %(teacher_id)s and id = %(session_id)s and deleted_at is null
          and status = any (%(from)s)
        returning id
        """,
        Changed,
        {"session_id": session_id, "from": from_statuses, "to": to_status, "now": now},
    )


def settle_seats(tx: Transaction, session_id: UUID, status: str, now: datetime) -> None:
    """Give every seat that is still booked the outcome of its session."""
    tx.send(
        """
        update session_participants set status = %(status)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and status = 'booked'
        """,
        {"session_id": session_id, "status": status, "now": now},
    )


def ask_settle_seat(tx: Transaction, session_id: UUID, seat_id: UUID, status: str, now: datetime) -> Answer[Changed]:
    """Compare and swap on one seat of a session."""
    return tx.ask(
        """
        update session_participants set status = %(status)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(seat_id)s and session_id = %(session_id)s
          and status = 'booked'
        returning id
        """,
        Changed,
        {"session_id": session_id, "seat_id": seat_id, "status": status, "now": now},
    )


def _fields(session: NewSession) -> dict[str, object]:
    return {**asdict(session), "id": session.id, "policy": Jsonb(session.policy)}
