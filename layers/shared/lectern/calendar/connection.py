"""The row of a teacher's connected calendar: reading it, and the end of its grant."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.calendar.google_api import Channel
from lectern.database import Answer, Transaction
from lectern.events import record

type ConnectionStatus = Literal["connected", "needs_reauth"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """Tokens are sealed; `account` is Google's id of who has consented, None where that was not asked for yet.

    `read_until` is the end of the time that `sync_token` tells changes of, `time_zone` the calendar's own as of then.
    `refusals` are how often in a row Google was to be left alone: it said so, or a circuit was open.
    """

    teacher_id: UUID
    id: UUID
    status: ConnectionStatus
    calendar_id: str
    account: str | None
    refresh_token: bytes = field(repr=False)
    access_token: bytes | None = field(repr=False)
    access_expires_at: datetime | None
    connected_at: datetime
    sync_token: str | None
    read_until: datetime | None
    time_zone: str | None
    last_synced_at: datetime | None
    pull_requested_at: datetime | None
    channel_id: UUID | None
    channel_resource_id: str | None
    channel_expires_at: datetime | None
    left_alone_until: datetime | None
    refusals: int

    def is_left_alone(self, now: datetime) -> bool:
        """Whether Google is neither to be told nor asked anything of it yet."""
        return self.left_alone_until is not None and now < self.left_alone_until

    @property
    def channel(self) -> Channel | None:
        if self.channel_id is None or self.channel_resource_id is None or self.channel_expires_at is None:
            return None
        return Channel(self.channel_id, self.channel_resource_id, self.channel_expires_at)


@dataclass(frozen=True, slots=True)
class _Changed:
    id: UUID


def ask_connection(tx: Transaction) -> Answer[Connection]:
    return tx.ask(
        """
        select teacher_id, id, status, calendar_id, account, refresh_token, access_token, access_expires_at,
          connected_at, sync_token, read_until, time_zone, last_synced_at, pull_requested_at, channel_id,
          channel_resource_id, channel_expires_at, left_alone_until, refusals
        from calendar_connections
        where teacher_id = %(teacher_id)s
        """,
        Connection,
    )


def end_grant(tx: Transaction, connection: Connection, now: datetime) -> None:
    """The teacher must consent again, and is told so once; what was seen of the calendar stays as it was."""
    ended = tx.ask(
        """
        update calendar_connections
        set status = 'needs_reauth', access_token = null, access_expires_at = null
        where teacher_id = %(teacher_id)s and id = %(id)s and status = 'connected'
        returning id
        """,
        _Changed,
        {"id": connection.id},
    )
    if ended.one_or_none():
        record(tx, "calendar.needs_reauth", connection.id, {"provider": "google"}, now)
        _log.error("A teacher's calendar must be connected again: %s", tx.teacher_id)


def save_access(tx: Transaction, connection: Connection, access_token: bytes, expires_at: datetime) -> None:
    tx.send(
        """
        update calendar_connections
        set access_token = %(access_token)s, access_expires_at = %(expires_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and status = 'connected'
        """,
        {"id": connection.id, "access_token": access_token, "expires_at": expires_at},
    )


def leave_alone(tx: Transaction, connection: Connection, until: datetime) -> None:
    """Its events and its reads wait alike; what refuses both in one run is one refusal."""
    tx.send(
        """
        update calendar_connections
        set left_alone_until = greatest(left_alone_until, %(until)s), refusals = least(%(refusals)s + 1, 100)
        where teacher_id = %(teacher_id)s and id = %(id)s
        """,
        {"id": connection.id, "until": until, "refusals": connection.refusals},
    )


def forget_refusals(tx: Transaction, connection: Connection) -> None:
    tx.send(
        "update calendar_connections set refusals = 0 where teacher_id = %(teacher_id)s and id = %(id)s",
        {"id": connection.id},
    )
