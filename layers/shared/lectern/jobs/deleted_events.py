"""calendar-sync's last part: for a teacher who wants it so, an event that they deleted in Google cancels its lesson.

As their own cancellation, by the policy of the lesson, with the refunds and credits of its preview. That an event is
deleted, `lectern.calendar.pull` has noted; who has not chosen this is only shown it (AC23).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.database import Answer, Transaction
from lectern.errors import Unavailable
from lectern.sessions.cancel import Cancellation, cancel_session

# Who deletes more within one run has cleared out a calendar rather than a day: that is for them to say.
MOST_AT_ONCE = 3
REASON = "The teacher has deleted the lesson in their calendar."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deleted:
    session_id: UUID


def cancel_deleted(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    """How many lessons were cancelled, by the metric's name.

    One that cannot be stays shown as a conflict, and raises when all the others are; Unavailable is raised at once.
    """
    with database.tenant(teacher_id) as tx:
        deleted = ask_deleted(tx, now).all()
        if len(deleted) > MOST_AT_ONCE:
            leave_to_the_teacher(tx)
            return {}
    cancelled, failures = 0, list[Exception]()
    for event in deleted:
        try:
            cancelled += _cancel(teacher_id, event.session_id, now)
        except Unavailable:
            raise
        except Exception as failure:  # noqa: BLE001 - of any kind, and raised below
            _log.error("a deleted event's lesson cannot be cancelled", extra={"session_id": str(event.session_id)})
            failures.append(failure)
    if failures:
        raise failures[0]
    return {"CalendarLessonsCancelled": cancelled} if cancelled else {}


def _cancel(teacher_id: UUID, session_id: UUID, now: datetime) -> bool:
    with database.tenant(teacher_id) as tx:
        # The teacher may have moved it, or had the event put back, since we looked.
        if Deleted(session_id) not in ask_deleted(tx, now).all():
            return False
        cancel_session(tx, session_id, Cancellation("teacher", None, REASON), now)
        return True


def ask_deleted(tx: Transaction, now: datetime) -> Answer[Deleted]:
    """The lessons ahead whose event was deleted since the teacher wants them cancelled then."""
    return tx.ask(
        """
        select q.session_id
        from session_calendar_sync q
        join teachers t on t.id = q.teacher_id and t.deleted_at is null
        join class_sessions c on c.teacher_id = %(teacher_id)s and c.id = q.session_id and c.deleted_at is null
        where q.teacher_id = %(teacher_id)s and q.conflict = 'deleted' and q.conflict_at >= t.cancels_deleted_since
          and c.status in ('pending', 'scheduled') and c.starts_at > %(now)s
        order by c.starts_at
        """,
        Deleted,
        {"now": now},
    )


def leave_to_the_teacher(tx: Transaction) -> None:
    """For good: solving one of many must not have the rest cancelled."""
    tx.send(
        """
        update session_calendar_sync set conflict_at = null
        where teacher_id = %(teacher_id)s and conflict = 'deleted'
        """
    )
