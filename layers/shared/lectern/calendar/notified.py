"""What it means to be told by Google that a calendar has changed: nothing is believed, and it is read soon.

A channel's token is derived from its id, so that a forged notification costs no look into the database. It is all that
a notification is known by, and loads nothing that talks to Google.
"""

import hashlib
import hmac
from datetime import datetime
from functools import partial
from uuid import UUID

from lectern import database
from lectern.calendar.outbox import wake_calendar_sync
from lectern.database import Transaction
from lectern.tokens import is_same_token


def channel_token(key: bytes, channel_id: UUID) -> str:
    return hmac.digest(key, b"google channel:" + channel_id.bytes, hashlib.sha256).hex()


def is_channels_token(key: bytes, channel_id: UUID, token: str) -> bool:
    return is_same_token(token, channel_token(key, channel_id))


def request_pull(teacher_id: UUID, now: datetime) -> None:
    with database.tenant(teacher_id) as tx:
        have_it_read(tx, now)


def have_it_read(tx: Transaction, now: datetime) -> None:
    """Noted, so that the schedule finds it; after the commit the job is told at once."""
    tx.send(
        "update calendar_connections set pull_requested_at = %(now)s where teacher_id = %(teacher_id)s", {"now": now}
    )
    tx.after_commit("calendar-sync", partial(wake_calendar_sync, tx.teacher_id, now))
