"""Single dates on which a teacher teaches at other hours than by rule, or not at all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lectern.availability import queries
from lectern.availability.naming import naming
from lectern.availability.queries import StoredOverride
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Invalid, NotFound
from lectern.events import record
from lectern.slots import Hours, Override

# The database holds the same number against a row that would grow without end.
MOST_HOURS = 24
# Three years: the latest that services can be booked is one year ahead.
FURTHEST_AHEAD = timedelta(days=3 * 366)


def list_overrides(tx: Transaction, from_date: date, until_date: date) -> list[Override]:
    """Those of the teacher's local dates in [from_date, until_date), in order."""
    return [_override(stored) for stored in queries.overrides(tx, from_date, until_date).all()]


def put_override(tx: Transaction, local_date: date, hours: Sequence[tuple[int, int]], now: datetime) -> Override:
    """Let one local date have these hours, as (start, end) in minutes since 00:00; none make it a day off.

    Raises Invalid `too_many_hours`, `too_far_ahead` or `impossible`, which name the fields.
    """
    if len(hours) > MOST_HOURS:
        raise Invalid("too_many_hours", f"A date has at most {MOST_HOURS} stretches of time.", fields=["hours"])
    if local_date > now.date() + FURTHEST_AHEAD:
        raise Invalid("too_far_ahead", "That date is more than three years ahead.", fields=["local_date"])
    override = Override(local_date, tuple(_checked(*pair, n) for n, pair in enumerate(hours)))
    queries.put_override(tx, override, now)
    _tell(tx, "availability.override_put", local_date, now)
    return override


def remove_override(tx: Transaction, local_date: date, now: datetime) -> None:
    """Let the date be as the rules have it. Raises NotFound `override_not_found`."""
    if queries.delete_override(tx, local_date).one_or_none() is None:
        raise NotFound("override_not_found", "That date has no hours of its own.")
    _tell(tx, "availability.override_removed", local_date, now)


def _checked(start_minute: int, end_minute: int, position: int) -> Hours:
    with naming(f"hours.{position}.start_minute", f"hours.{position}.end_minute"):
        return Hours(start_minute, end_minute)


def _override(stored: StoredOverride) -> Override:
    return Override(stored.local_date, tuple(Hours(start, end) for start, end in stored.hours))


def _tell(tx: Transaction, event_type: str, local_date: date, now: datetime) -> None:
    record(tx, event_type, tx.teacher_id, {"local_date": local_date.isoformat()}, now)
    bump_slots_version(tx)
