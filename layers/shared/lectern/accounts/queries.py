"""The statements about a teacher's own account and its auth sessions, one function each."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from lectern.accounts.teacher_profile import PublicProfile, TeacherProfile
from lectern.database import Answer, Transaction

_SELECT_PROFILE = """
    select id, slug, email, name, bio, time_zone, max_sessions_per_day, max_sessions_per_week, updated_at
    from teachers
    where id = %(teacher_id)s and deleted_at is null"""


@dataclass(frozen=True, slots=True)
class Expiry:
    expires_at: datetime


def insert_teacher(tx: Transaction, profile: TeacherProfile, password_hash: str) -> None:
    tx.send(
        """
        insert into teachers (id, slug, email, password_hash, name, bio, time_zone, max_sessions_per_day,
          max_sessions_per_week, created_at, updated_at)
        values (%(id)s, %(slug)s, %(email)s, %(password_hash)s, %(name)s, %(bio)s, %(time_zone)s,
          %(max_sessions_per_day)s, %(max_sessions_per_week)s, %(updated_at)s, %(updated_at)s)
        """,
        {**asdict(profile), "password_hash": password_hash},
    )


def insert_slots_version(tx: Transaction) -> None:
    tx.send("insert into slots_versions (teacher_id) values (%(teacher_id)s)")


def profile(tx: Transaction) -> Answer[TeacherProfile]:
    return tx.ask(_SELECT_PROFILE, TeacherProfile)


def profile_to_change(tx: Transaction) -> Answer[TeacherProfile]:
    """As `profile`, and nobody else changes it until this transaction ends; bookings go on."""
    return tx.ask(_SELECT_PROFILE + " for no key update", TeacherProfile)


def public_profile(tx: Transaction) -> Answer[PublicProfile]:
    return tx.ask(
        "select slug, name, bio, time_zone from teachers where id = %(teacher_id)s and deleted_at is null",
        PublicProfile,
    )


def update_profile(tx: Transaction, profile: TeacherProfile) -> None:
    tx.send(
        """
        update teachers set
          name = %(name)s, bio = %(bio)s, time_zone = %(time_zone)s,
          max_sessions_per_day = %(max_sessions_per_day)s, max_sessions_per_week = %(max_sessions_per_week)s,
          updated_at = %(updated_at)s
        where id = %(teacher_id)s and deleted_at is null
        """,
        asdict(profile),
    )


@dataclass(frozen=True, slots=True)
class PasswordHash:
    password_hash: str = field(repr=False)


def password_hash(tx: Transaction) -> Answer[PasswordHash]:
    return tx.ask(
        "select password_hash from teachers where id = %(teacher_id)s and deleted_at is null",
        PasswordHash,
    )


@dataclass(frozen=True, slots=True)
class Unfinished:
    lessons: int
    refunds: int
    calendars: int


def unfinished(tx: Transaction, now: datetime) -> Answer[Unfinished]:
    """What jobs still have to do for the teacher. Holds count for as long as they keep their time."""
    return tx.ask(
        """
        select
          (select count(*)
           from class_sessions
           where teacher_id = %(teacher_id)s and deleted_at is null and ends_at > %(now)s
             and (status in ('pending', 'scheduled') or (status = 'held' and hold_expires_at > %(now)s))),
          (select count(*) from refunds where teacher_id = %(teacher_id)s and status = 'requested'),
          (select count(*) from calendar_connections where teacher_id = %(teacher_id)s)
            + (select count(*) from calendar_imports where teacher_id = %(teacher_id)s)
        """,
        Unfinished,
        {"now": now},
    )


def mark_deleted(tx: Transaction, now: datetime) -> None:
    tx.send(
        """
        update teachers set deleted_at = %(now)s, updated_at = %(now)s
        where id = %(teacher_id)s and deleted_at is null
        """,
        {"now": now},
    )


def delete_auth_sessions(tx: Transaction) -> None:
    tx.send("delete from auth_sessions where teacher_id = %(teacher_id)s")


def replace_password_hash(tx: Transaction, outdated: str, fresh: str) -> None:
    """Does nothing when the password was changed after the outdated hash was read."""
    tx.send(
        """
        update teachers set password_hash = %(fresh)s
        where id = %(teacher_id)s and password_hash = %(outdated)s and deleted_at is null
        """,
        {"outdated": outdated, "fresh": fresh},
    )


def insert_auth_session(
    tx: Transaction, session_id: UUID, token_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    """Does nothing when the token has a session already."""
    tx.send(
        """
        insert into auth_sessions (teacher_id, id, token_hash, created_at, expires_at)
        values (%(teacher_id)s, %(id)s, %(token_hash)s, %(now)s, %(expires_at)s)
        on conflict (token_hash) do nothing
        """,
        {"id": session_id, "token_hash": token_hash, "now": now, "expires_at": expires_at},
    )


def auth_session_expiry(tx: Transaction, token_hash: bytes) -> Answer[Expiry]:
    return tx.ask(
        "select expires_at from auth_sessions where teacher_id = %(teacher_id)s and token_hash = %(token_hash)s",
        Expiry,
        {"token_hash": token_hash},
    )


def delete_auth_session(tx: Transaction, token_hash: bytes) -> None:
    tx.send(
        "delete from auth_sessions where teacher_id = %(teacher_id)s and token_hash = %(token_hash)s",
        {"token_hash": token_hash},
    )


def delete_expired_auth_sessions(tx: Transaction, now: datetime) -> None:
    tx.send("delete from auth_sessions where teacher_id = %(teacher_id)s and expires_at <= %(now)s", {"now": now})
