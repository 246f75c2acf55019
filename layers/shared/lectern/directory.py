"""The whole list of what crosses tenants: finding out which teacher is asked for, before there is one.

Each is one call of a function of the database's schema `directory`, which sees more than the role that calls it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern import database


@dataclass(frozen=True, slots=True)
class SignInRecord:
    teacher_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class AuthSessionRecord:
    teacher_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a session, as the holder of its token finds it."""

    teacher_id: UUID
    session_id: UUID
    participant_id: UUID


def teacher_by_slug(slug: str) -> UUID | None:
    row = database.ask_directory("select directory.teacher_by_slug(%s)", [slug])
    return row[0] if row else None


def teacher_by_email(email: str) -> SignInRecord | None:
    row = database.ask_directory("select teacher_id, password_hash from directory.teacher_by_email(%s)", [email])
    return SignInRecord(*row) if row else None


def auth_session(token_hash: bytes) -> AuthSessionRecord | None:
    row = database.ask_directory("select teacher_id, expires_at from directory.auth_session(%s)", [token_hash])
    return AuthSessionRecord(*row) if row else None


def seat_by_token(token_hash: bytes) -> Seat | None:
    row = database.ask_directory(
        "select teacher_id, session_id, participant_id from directory.seat_by_token(%s)", [token_hash]
    )
    return Seat(*row) if row else None


def teacher_by_stripe_account(stripe_account_id: str) -> UUID | None:
    """None also for an account whose teacher has been deleted."""
    row = database.ask_directory("select directory.teacher_by_stripe_account(%s)", [stripe_account_id])
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class ActiveTeacher:
    teacher_id: UUID
    time_zone: str


def active_teachers(after: UUID | None, limit: int) -> list[ActiveTeacher]:
    """The next of all teachers, in the order of their ids; one who signs up meanwhile comes last."""
    rows = database.list_directory(
        "select teacher_id, time_zone from directory.active_teachers(%s, %s)", [after, limit]
    )
    return [ActiveTeacher(*row) for row in rows]


def teachers_with_calendar_work(after: UUID | None, limit: int) -> list[ActiveTeacher]:
    """The next of those one of whose calendars waits to be told something, or to be read, in the order of their ids."""
    rows = database.list_directory(
        "select teacher_id, time_zone from directory.teachers_with_calendar_work(%s, %s)"
        " union select teacher_id, time_zone from directory.teachers_with_imports_due(%s, %s)"
        " order by teacher_id limit %s",
        [after, limit, after, limit, limit],
    )
    return [ActiveTeacher(*row) for row in rows]


def teacher_by_calendar_channel(channel_id: UUID) -> UUID | None:
    """None also for a channel that has been replaced, and for a calendar that is not connected any more."""
    row = database.ask_directory("select directory.teacher_by_calendar_channel(%s)", [channel_id])
    return row[0] if row else None


def teacher_by_feed_token(token_hash: bytes) -> UUID | None:
    row = database.ask_directory("select directory.teacher_by_feed_token(%s)", [token_hash])
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class UnclaimedEvent:
    """Signed by Stripe, and no teacher's; `body` as it came, for a person to look at. Kept once."""

    digest: bytes
    event_id: str | None
    account: str | None
    reason: str
    body: bytes
    received_at: datetime


def keep_unclaimed_event(event: UnclaimedEvent) -> None:
    database.ask_directory(
        "select directory.keep_unclaimed_event(%s, %s, %s, %s, %s, %s)",
        [event.digest, event.event_id, event.account, event.reason, event.body, event.received_at],
    )


def refresh_retention_cohorts(now: datetime, seconds: float) -> None:
    """Raises Unavailable, with nothing changed, when it takes longer than that."""
    database.carry_out_directory("select directory.refresh_retention_cohorts(%s)", [now], seconds)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be sent, of all teachers: since when, and how many, which is None where that is not counted."""

    name: str
    waiting: int | None
    oldest: datetime | None


def backlogs() -> list[Backlog]:
    rows = database.list_directory("select name, waiting, oldest from directory.backlogs()", [])
    return [Backlog(*row) for row in rows]
