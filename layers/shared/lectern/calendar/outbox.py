"""What the teacher's own calendar must be told about a session, left for the calendar job to carry out."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.database import Transaction

type CalendarAction = Literal["create", "update", "delete"]


def queue_calendar_sync(tx: Transaction, session_id: UUID, action: CalendarAction, now: datetime) -> None:
    """Leave the wish in the transaction of the change. A later wish for the session replaces one that still waits.

    The event's id is the session's, so that a repeated insert is a conflict that Google reports, and no second event
    (https://developers.google.com/workspace/calendar/api/v3/reference/events/insert: base32hex, 5 to 1024 characters).
    """
    tx.send(
        """
        insert into session_calendar_sync as waiting
          (teacher_id, session_id, action, status, external_event_id, attempts, requested_at)
        values (%(teacher_id)s, %(session_id)s, %(action)s, 'pending', %(event_id)s, 0, %(now)s)
        on conflict (teacher_id, session_id) do update
        set action = case
              -- Google has never heard of an event whose creation still waits: that one is created as it is now.
              when waiting.action = 'create' and waiting.status <> 'done' and excluded.action = 'update'
              then 'create' else excluded.action end,
            status = 'pending', attempts = 0, requested_at = excluded.requested_at, last_error = null
        """,
        {"session_id": session_id, "action": action, "event_id": session_id.hex, "now": now},
    )
