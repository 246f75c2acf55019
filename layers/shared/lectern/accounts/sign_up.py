"""A new teacher: the account, and the slots version that every change of what is free will move."""

from dataclasses import dataclass, field
from datetime import datetime

from lectern import events
from lectern.accounts import queries
from lectern.accounts.passwords import hash_password, require_good_length
from lectern.accounts.teacher_profile import TeacherProfile
from lectern.database import Transaction
from lectern.zones import known_zone


@dataclass(frozen=True, slots=True)
class SignUp:
    """`slug` is the teacher's address in public links, `time_zone` an IANA name."""

    slug: str
    email: str
    password: str = field(repr=False)
    name: str
    time_zone: str


def sign_up(tx: Transaction, details: SignUp, now: datetime) -> TeacherProfile:
    """Make the teacher of this transaction, whose id is a fresh one. It does not sign them in.

    Raises Invalid `unknown_time_zone` or `password_length` and, at the latest when `tx` commits, Conflict
    `slug_taken` or `email_taken`.
    """
    known_zone(details.time_zone)
    require_good_length(details.password)
    profile = TeacherProfile(
        id=tx.teacher_id,
        slug=details.slug,
        email=details.email.lower(),
        name=details.name,
        bio="",
        time_zone=details.time_zone,
        max_sessions_per_day=None,
        max_sessions_per_week=None,
        updated_at=now,
    )
    queries.insert_teacher(tx, profile, hash_password(details.password))
    queries.insert_slots_version(tx)
    events.record(tx, "teacher.signed_up", tx.teacher_id, {}, now)
    return profile
