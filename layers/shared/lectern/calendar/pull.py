"""Taking from the calendar when the teacher is busy, and what has become of the events that we made there.

Slots read what is written here and never ask Google. An event of ours that the teacher has deleted or moved changes no
session here, which may be paid and promised: it is noted as a conflict, for the teacher to move or cancel the session,
or to have the event put back, and for `lectern.jobs.deleted_events`.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern import database
from lectern.availability.version import bump_slots_version
from lectern.calendar import pull_queries
from lectern.calendar.access import Access
from lectern.calendar.changes import Changes, read_changes
from lectern.calendar.connection import Connection
from lectern.calendar.pull_queries import Conflict, OwnEvent, Reading
from lectern.calendar.told_event import ToldEvent
from lectern.database import Transaction
from lectern.events import record

# As directory.teachers_with_calendar_work says it; Google's push makes it sooner.
PULL_EVERY = timedelta(minutes=15)

_log = logging.getLogger(__name__)


class Overtaken(Exception):
    """One of our events has changed in the calendar, and its session is being changed here, or was told since.

    Which of the two came later, nobody can say. Google tells of a change once, so nothing of this reading may be kept,
    its sync token least of all: the next one begins where it did.
    """


@dataclass(frozen=True, slots=True)
class Pulled:
    """How many busy times have come, gone or changed, and how many events could not be read and were passed over."""

    changed: int
    unread: int


def is_pull_due(connection: Connection, now: datetime) -> bool:
    last = connection.last_synced_at
    return last is None or last + PULL_EVERY <= now or connection.pull_requested_at is not None


def pull(access: Access, now: datetime) -> Pulled:
    """Raises what `access.ask` raises, and Overtaken; then all is as it was."""
    connection = access.connection
    with database.tenant(connection.teacher_id) as tx:
        began_at = pull_queries.ask_time(tx).one().now
    reading = Reading(began_at, connection.last_synced_at, now)
    changes = read_changes(access, now)
    if changes.unread:
        _log.warning("Events of %s are at no time that we know: %s", connection.teacher_id, changes.unread)
    with database.tenant(connection.teacher_id) as tx:
        if pull_queries.ask_advance(tx, connection, changes, now).one_or_none() is None:
            return Pulled(0, len(changes.unread))
        return Pulled(_write(tx, changes, reading), len(changes.unread))


def _write(tx: Transaction, changes: Changes, reading: Reading) -> int:
    own = pull_queries.ask_own(tx, list(changes.events), reading.now).all()
    _note_conflicts(tx, own, changes.events, reading)
    ours = {event.event_id for event in own}
    busy = [event for event in changes.events.values() if event.is_busy and event.id not in ours]
    changed = pull_queries.ask_write_busy(tx, changes, busy, reading.now).one().changed
    if changed:
        bump_slots_version(tx)
    return changed


def _note_conflicts(tx: Transaction, own: Iterable[OwnEvent], events: dict[str, ToldEvent], reading: Reading) -> None:
    for event in own:
        told = events[event.event_id]
        if _is_news(event, told):
            _note(tx, event, conflict_of(event, told), reading)


def _is_news(event: OwnEvent, told: ToldEvent) -> bool:
    """Not of a lesson that is over or off, nor of what the event was before Google last heard from us."""
    is_old = event.event_updated_at and told.updated_at and told.updated_at < event.event_updated_at
    return event.is_ahead and not is_old


def conflict_of(event: OwnEvent, told: ToldEvent) -> Conflict | None:
    """None when the event is where its session is."""
    if told.is_gone:
        return Conflict(event.session_id, "deleted", None, None)
    if (told.starts_at, told.ends_at) != (event.starts_at, event.ends_at):
        return Conflict(event.session_id, "moved", told.starts_at, told.ends_at)
    return None


def _note(tx: Transaction, event: OwnEvent, conflict: Conflict | None, reading: Reading) -> None:
    kind = conflict.kind if conflict else None
    # What is deleted still was found at another read, which says since when.
    if kind == event.conflict and kind != "moved":
        return
    held = pull_queries.ask_hold(tx, event.session_id, reading).one_or_none()
    if held is None or held.was_told_since:
        raise Overtaken
    if not held.is_told:
        # Google is told of the session, whatever has become of its event.
        return
    if conflict is None:
        pull_queries.clear_conflict(tx, event.session_id)
        return
    pull_queries.note_conflict(tx, conflict, reading)
    if kind != event.conflict:
        record(tx, "calendar.conflict", event.session_id, {"kind": kind}, reading.now)
