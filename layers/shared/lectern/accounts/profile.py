"""A teacher's own account: who they are, their zone, and how much they teach in a day and a week."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

from lectern import events
from lectern.accounts import queries
from lectern.accounts.teacher_profile import PublicProfile, TeacherProfile
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import NotFound, Stale
from lectern.zones import known_zone


class ProfileChanges(TypedDict, total=False):
    """What to change; what is left out stays. A limit of None takes the limit away."""

    name: str
    bio: str
    time_zone: str
    max_sessions_per_day: int | None
    max_sessions_per_week: int | None


def get_profile(tx: Transaction) -> TeacherProfile:
    return _found(queries.profile(tx).one_or_none())


def public_profile(tx: Transaction) -> PublicProfile:
    return _found(queries.public_profile(tx).one_or_none())


def change_profile(
    tx: Transaction, changes: ProfileChanges, now: datetime, if_updated_at: datetime | None = None
) -> TeacherProfile:
    """Change what is given; `if_updated_at` is the `updated_at` that the caller has read, None not to care.

    Raises Stale `profile_changed`, with the `current` profile in its facts, when it has changed since, and
    Invalid `unknown_time_zone`.
    """
    if "time_zone" in changes:
        known_zone(changes["time_zone"])
    current = _found(queries.profile_to_change(tx).one_or_none())
    if if_updated_at not in (None, current.updated_at):
        raise Stale("profile_changed", "The profile was changed after you read it.", current=current)
    # Never twice the same, or a second change within one tick of the clock would pass for unseen.
    updated_at = max(now, current.updated_at + timedelta(microseconds=1))
    changed = replace(current, **changes, updated_at=updated_at)
    queries.update_profile(tx, changed)
    events.record(tx, "teacher.changed", tx.teacher_id, {"fields": sorted(changes)}, now)
    if _offer(changed) != _offer(current):
        bump_slots_version(tx)
    return changed


def _offer(profile: TeacherProfile) -> tuple[str, int | None, int | None]:
    """What of a profile decides which slots are free."""
    return profile.time_zone, profile.max_sessions_per_day, profile.max_sessions_per_week


def _found[T](profile: T | None) -> T:
    if profile is None:
        raise NotFound("teacher_not_found", "There is no such teacher.")
    return profile
