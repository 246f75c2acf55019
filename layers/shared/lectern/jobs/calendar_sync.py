"""calendar-sync: all of a teacher's calendars, connected or read as files, and the lessons deleted in one."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lectern.calendar.sync import sync
from lectern.ics.import_due import import_due
from lectern.jobs.deleted_events import cancel_deleted


def sync_calendars(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    """What both have counted. One that fails is no reason for the other not to run, and raises after it."""
    try:
        counts = _sync_connected(teacher_id, now)
    except Exception:
        import_due(teacher_id, now)
        raise
    return {**counts, **import_due(teacher_id, now)}


def _sync_connected(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    # After the reading, which may find that the few events deleted until now are some of many, or back again.
    return {**sync(teacher_id, now), **cancel_deleted(teacher_id, now)}
