"""calendar-sync's last part: for a teacher who wants it so, an event that they deleted in Google cancels its lesson.

As their own cancellation, by the policy of the lesson, with the refunds and credits of its preview. That an event is
deleted, `lectern.calendar.pull` has noted; who has not chosen this is only shown it (AC23). As a cancellation cannot be
taken back, a deletion must stand for a while, and who deletes many has cleared out a calendar rather than a day.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.calendar.outbox import lock_wish
from lectern.database import Answer, Transaction
from lectern.errors import Unavailable
from lectern.events import record
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.queries import lock_teacher

# Google tells of each change by itself, so a calendar that is cleared out comes in pieces, over minutes.
MOST = 3
WITHIN = timedelta(hours=1)
# From the read that found it to one that finds it still: time for the other pieces, and for a slip to be undone.
STANDS_FOR = timedelta(minutes=10)
REASON = "The teacher has deleted the lesson in their calendar."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deleted:
    """`found_lately` are all events of lessons that were found deleted `WITHIN` the last hour."""

    session_id: UUID
    has_stood: bool
    found_lately: int

    @property
    def is_one_of_many(self) -> bool:
        return self.found_lately > MOST

    @property
    def is_meant(self) -> bool:
        return self.has_stood and not self.is_one_of_many


def cancel_deleted(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    """How many lessons were cancelled, could not be, or are left to their teacher, by the metrics' names.

    One that cannot be stays shown as a conflict, and keeps no other from it. Raises Unavailable.
    """
    with database.tenant(teacher_id) as tx:
        deleted = ask_deleted(tx, now).all()
    if any(event.is_one_of_many for event in deleted):
        return _leave_to_the_teacher(teacher_id, now)
    outcomes = [_outcome(teacher_id, event.session_id, now) for event in deleted if event.is_meant]
    return Counter(outcome for outcome in outcomes if outcome)


def _outcome(teacher_id: UUID, session_id: UUID, now: datetime) -> str | None:
    try:
        return "CalendarLessonsCancelled" if _cancel(teacher_id, session_id, now) else None
    except Unavailable:
        raise
    except Exception as failure:  # noqa: BLE001 - of any kind: it is counted, and an alarm tells of it
        # Not its own words, which may quote a person's data.
        told = {"session_id": str(session_id), "error": type(failure).__qualname__}
        _log.error(
            "a deleted event's lesson cannot be cancelled",
            extra=told | {"stack": traceback.format_tb(failure.__traceback__)},
        )
        return "CalendarLessonsNotCancelled"


def _cancel(teacher_id: UUID, session_id: UUID, now: datetime) -> bool:
    with database.tenant(teacher_id) as tx:
        # Since we looked the teacher may have moved it or had the event put back, and more may have been found deleted.
        # Whoever has an event put back takes the second of these locks alone.
        lock_teacher(tx)
        lock_wish(tx, session_id)
        if not any(event.session_id == session_id and event.is_meant for event in ask_deleted(tx, now).all()):
            return False
        cancel_session(tx, session_id, Cancellation("teacher", None, REASON), now)
        return True


def _leave_to_the_teacher(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    """For good: that an hour goes by, or one of many is solved, must not have the rest cancelled."""
    with database.tenant(teacher_id) as tx:
        # Who changes a series locks several of these rows as well; and another worker may have been here since.
        lock_teacher(tx)
        deleted = ask_deleted(tx, now).all()
        if not deleted:
            return {}
        tx.send(
            """
            update session_calendar_sync set there_at = null
            where teacher_id = %(teacher_id)s and conflict = 'deleted'
            """
        )
        record(tx, "calendar.deletions_left", teacher_id, {"lessons": len(deleted)}, now)
    _log.warning("So many events were deleted in the calendar of %s that none counts: %d", teacher_id, len(deleted))
    return {"CalendarDeletionsLeft": len(deleted)}


def ask_deleted(tx: Transaction, now: datetime) -> Answer[Deleted]:
    """The lessons ahead whose event was deleted since the teacher wants them cancelled then."""
    return tx.ask(
        """
        select q.session_id, k.last_synced_at >= q.conflict_at + %(stands_for)s,
          (select count(*) from session_calendar_sync
            where teacher_id = %(teacher_id)s and conflict_at > %(lately)s)
        from session_calendar_sync q
        join teachers t on t.id = q.teacher_id and t.deleted_at is null
        join calendar_connections k on k.teacher_id = %(teacher_id)s
        join class_sessions c on c.teacher_id = %(teacher_id)s and c.id = q.session_id and c.deleted_at is null
        where q.teacher_id = %(teacher_id)s and q.conflict = 'deleted' and q.there_at >= t.cancels_deleted_since
          and c.status in ('pending', 'scheduled') and c.starts_at > %(now)s
        order by c.starts_at
        """,
        Deleted,
        {"now": now, "lately": now - WITHIN, "stands_for": STANDS_FOR},
    )
