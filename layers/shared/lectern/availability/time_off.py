"""Time in which a teacher is away, whatever their week says. Sessions in it stay until they are moved."""

from datetime import datetime, timedelta
from uuid import UUID

from lectern.availability import queries
from lectern.availability.queries import TimeOff
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Invalid, NotFound
from lectern.events import record
from lectern.identifiers import new_id

LONGEST = timedelta(days=366)


def list_time_off(tx: Transaction, window_from: datetime, window_to: datetime) -> list[TimeOff]:
    """Whatever reaches into [window_from, window_to), by its start; instants in UTC."""
    return queries.time_off(tx, window_from, window_to).all()


def add_time_off(tx: Transaction, starts_at: datetime, ends_at: datetime, reason: str, now: datetime) -> TimeOff:
    """Be away in [starts_at, ends_at), in UTC. Raises Invalid `ends_too_soon` or `too_long` for `ends_at`."""
    if ends_at <= starts_at:
        raise Invalid("ends_too_soon", "ends_at must be after starts_at.", fields=["ends_at"])
    if ends_at - starts_at > LONGEST:
        raise Invalid("too_long", f"ends_at is more than {LONGEST.days} days after the start.", fields=["ends_at"])
    added = TimeOff(new_id(), starts_at, ends_at, reason)
    queries.insert_time_off(tx, added, now)
    _tell(tx, "time_off.added", added.id, now)
    return added


def remove_time_off(tx: Transaction, time_off_id: UUID, now: datetime) -> None:
    """Be there after all. Raises NotFound `time_off_not_found`."""
    if queries.delete_time_off(tx, time_off_id).one_or_none() is None:
        raise NotFound("time_off_not_found", "There is no such time off. List it first.")
    _tell(tx, "time_off.removed", time_off_id, now)


def _tell(tx: Transaction, event_type: str, time_off_id: UUID, now: datetime) -> None:
    record(tx, event_type, time_off_id, {}, now)
    bump_slots_version(tx)
