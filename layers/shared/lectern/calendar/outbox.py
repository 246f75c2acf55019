"""What the teacher's own calendar must be told about a session, left for the calendar job to carry out."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.job_message import nudge

type CalendarAction = Literal["create", "update", "delete"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Queued:
    somebody_waits: bool


def queue_calendar_sync(tx: Transaction, session_id: UUID, action: CalendarAction, now: datetime) -> None:
    """Leave the wish in the transaction of the change. A later wish for the session replaces one that still waits.

    The event's id is the session's, so that a repeated insert is a conflict that Google reports, and no second event
    (https://developers.google.com/workspace/calendar/api/v3/reference/events/insert: base32hex, 5 to 1024 characters).
    After the commit, the job of a teacher with a calendar is told at once; its schedule finds the row as well.
    """
    queued = tx.ask(
        """
        insert into session_calendar_sync as waiting
          (teacher_id, session_id, action, status, external_event_id, attempts, requested_at, due_at)
        values (%(teacher_id)s, %(session_id)s, %(action)s, 'pending', %(event_id)s, 0, %(now)s, %(now)s)
        on conflict (teacher_id, session_id) do update
        set action = case
              -- Google has never heard of an event whose creation still waits: that one is created as it is now.
              when waiting.action = 'create' and waiting.status <> 'done' and excluded.action = 'update'
              then 'create' else excluded.action end,
            status = 'pending', attempts = 0, requested_at = excluded.requested_at, last_error = null,
            -- Not earlier: somebody may be telling Google the wish before, which must not arrive after this one.
            due_at = greatest(waiting.due_at, excluded.due_at),
            conflict = null, conflict_starts_at = null, conflict_ends_at = null
        returning exists (
          select from calendar_connections where teacher_id = %(teacher_id)s and status = 'connected')
        """,
        _Queued,
        {"session_id": session_id, "action": action, "event_id": session_id.hex, "now": now},
    )
    tx.after_commit("calendar-sync", partial(_tell_at_once, tx.teacher_id, queued, now))


def lock_wish(tx: Transaction, session_id: UUID) -> None:
    """Have whoever would leave another wish for the session, or note what became of its event, come afterwards."""
    tx.send(
        """
        select from session_calendar_sync
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s
        for update
        """,
        {"session_id": session_id},
    )


def wake_calendar_sync(teacher_id: UUID, now: datetime) -> None:
    """Have the job run soon; when SQS is away it runs by its schedule, within five minutes."""
    try:
        nudge("calendar-sync", teacher_id, now)
    except Exception as error:  # noqa: BLE001 - what it follows is committed, and must not be told to have failed
        _log.warning("The calendar job waits for its schedule: %s", type(error).__qualname__)


def _tell_at_once(teacher_id: UUID, queued: Answer[_Queued], now: datetime) -> None:
    if queued.one().somebody_waits:
        wake_calendar_sync(teacher_id, now)
