"""The calendars of others by which a teacher is busy: naming one, seeing how it fares, and removing it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import wake_calendar_sync
from lectern.database import Transaction
from lectern.errors import Conflict, NotFound
from lectern.events import record
from lectern.ics import import_queries
from lectern.ics.import_queries import CalendarImport
from lectern.ics.url import CalendarUrl
from lectern.identifiers import new_id
from lectern.settings import token_key
from lectern.tokens import token_hash

# Each is asked for every quarter of an hour.
MOST_IMPORTS = 5


def list_imports(tx: Transaction) -> list[CalendarImport]:
    """In the order in which they were added."""
    return import_queries.ask_imports(tx).all()


def add_import(tx: Transaction, url: str, now: datetime) -> CalendarImport:
    """Be busy by the calendar at this address, once the job has read it, which is told after the commit.

    Raises Invalid `ics_url_refused`, and Conflict `import_exists` or `too_many_imports`. The address is not told again.
    """
    # Its ciphers take 40 ms to import, for those alone who add a calendar.
    from lectern.calendar.sealed import seal  # noqa: PLC0415

    parsed = CalendarUrl.parsed(url)
    added = CalendarImport(new_id(), parsed.host, now, None, None, 0)
    # First, as its lock makes the count hold until the commit.
    bump_slots_version(tx)
    if import_queries.ask_count(tx).one().rows >= MOST_IMPORTS:
        raise Conflict("too_many_imports", f"You import {MOST_IMPORTS} calendars already. Remove one first.")
    sealed = seal(token_key(), tx.teacher_id, str(parsed))
    import_queries.insert_import(tx, added, sealed, token_hash(str(parsed)))
    record(tx, "calendar_import.added", added.id, {}, now)
    tx.after_commit("calendar-sync", partial(wake_calendar_sync, tx.teacher_id, now))
    return added


def refresh_import(tx: Transaction, import_id: UUID, now: datetime) -> CalendarImport:
    """Have it read soon, however long it was to wait after failures; as it is known until then.

    Raises NotFound `import_not_found`.
    """
    known = import_queries.ask_make_due(tx, import_id, now).one_or_none()
    if known is None:
        raise _not_found()
    tx.after_commit("calendar-sync", partial(wake_calendar_sync, tx.teacher_id, now))
    return known


def remove_import(tx: Transaction, import_id: UUID, now: datetime) -> None:
    """And be free again when only this calendar said otherwise. Raises NotFound `import_not_found`."""
    if import_queries.ask_delete_import(tx, import_id).one_or_none() is None:
        raise _not_found()
    import_queries.delete_busy(tx, import_id)
    record(tx, "calendar_import.removed", import_id, {}, now)
    bump_slots_version(tx)


def _not_found() -> NotFound:
    return NotFound("import_not_found", "There is no such import. List them first.")
