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
    # Only after all of it was read: a calendar that is cleared out must not look like a few deleted events.
    return {**sync(teacher_id, now), **cancel_deleted(teacher_id, now)}
