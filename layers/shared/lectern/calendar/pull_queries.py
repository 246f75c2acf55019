"""The statements of the way from the calendar to busy time and conflicts, one function each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.calendar.changes import Changes
from lectern.calendar.connection import Connection
from lectern.calendar.told_event import ToldEvent
from lectern.database import Answer, Transaction

type ConflictKind = Literal["deleted", "moved"]


@dataclass(frozen=True, slots=True)
class Advanced:
    id: UUID


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event that we made, and its session."""

    event_id: str
    session_id: UUID
    is_ahead: bool
    starts_at: datetime
    ends_at: datetime
    event_updated_at: datetime | None
    conflict: ConflictKind | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What has become of our event in the calendar; times for one that was moved."""

    session_id: UUID
    kind: ConflictKind
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """`began_at` is by the database's clock; by ours, it is `now`, and the calendar was read before at `before_at`."""

    began_at: datetime
    before_at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Time:
    now: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Whether Google knows the session as it is, and since the reading began."""

    is_told: bool
    was_told_since: bool


@dataclass(frozen=True, slots=True)
class Written:
    changed: int


def ask_time(tx: Transaction) -> Answer[Time]:
    """The database's, which is the same for all workers."""
    return tx.ask("select clock_timestamp()", Time)


def ask_advance(tx: Transaction, connection: Connection, changes: Changes, now: datetime) -> Answer[Advanced]:
    """No row when somebody else has read it since, or it is connected anew: what we have read is old then."""
    return tx.ask(
        """
        update calendar_connections
        set sync_token = %(sync_token)s, read_until = %(read_until)s, time_zone = %(time_zone)s,
          last_synced_at = %(now)s,
          -- Who has asked since we began may know of more than we have read.
          pull_requested_at = case
            when pull_requested_at is not distinct from %(requested_at)s::timestamptz then null
            else pull_requested_at end
        where teacher_id = %(teacher_id)s and id = %(id)s and status = 'connected'
          and sync_token is not distinct from %(token_before)s::text
        returning id
        """,
        Advanced,
        {
            "id": connection.id,
            "sync_token": changes.sync_token,
            "read_until": changes.read_until,
            "time_zone": changes.time_zone,
            "now": now,
            "requested_at": connection.pull_requested_at,
            "token_before": connection.sync_token,
        },
    )


def ask_own(tx: Transaction, event_ids: list[str], now: datetime) -> Answer[OwnEvent]:
    """Those of the events that are ours."""
    return tx.ask(
        """
        select q.external_event_id, q.session_id,
          c.status in ('pending', 'scheduled') and c.deleted_at is null and c.ends_at > %(now)s,
          c.starts_at, c.ends_at, q.event_updated_at, q.conflict
        from session_calendar_sync q
        join class_sessions c on c.teacher_id = %(teacher_id)s and c.id = q.session_id
        where q.teacher_id = %(teacher_id)s and q.session_id = any (%(session_ids)s)
        """,
        OwnEvent,
        {"session_ids": [UUID(event_id) for event_id in event_ids if _may_be_ours(event_id)], "now": now},
    )


def ask_hold(tx: Transaction, session_id: UUID, reading: Reading) -> Answer[Held]:
    """Keep what is noted of a session from being changed until the commit. No row while somebody is changing it.

    It waits for nobody, as changes of a series lock several of these rows in an order of their own.
    """
    return tx.ask(
        """
        select status = 'done', coalesce(told_at > %(began_at)s, false) from session_calendar_sync
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s
        for update skip locked
        """,
        Held,
        {"session_id": session_id, "began_at": reading.began_at},
    )


def note_conflict(tx: Transaction, conflict: Conflict, reading: Reading) -> None:
    """`conflict_at` is when the event was last found deleted, and stays whatever comes after, as deletions count."""
    is_deleted = conflict.kind == "deleted"
    tx.send(
        """
        update session_calendar_sync
        set conflict = %(kind)s, conflict_starts_at = %(starts_at)s, conflict_ends_at = %(ends_at)s,
          conflict_at = coalesce(%(found_at)s, conflict_at), there_at = %(there_at)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s
        """,
        {
            "session_id": conflict.session_id,
            "kind": conflict.kind,
            "starts_at": conflict.starts_at,
            "ends_at": conflict.ends_at,
            "found_at": reading.now if is_deleted else None,
            "there_at": reading.before_at if is_deleted else None,
        },
    )


def clear_conflict(tx: Transaction, session_id: UUID) -> None:
    tx.send(
        """
        update session_calendar_sync
        set conflict = null, conflict_starts_at = null, conflict_ends_at = null, there_at = null
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s
        """,
        {"session_id": session_id},
    )


def ask_write_busy(tx: Transaction, changes: Changes, busy: list[ToldEvent], now: datetime) -> Answer[Written]:
    """Let what was told replace what was known: all of it when it is the whole, else of the events told of.

    Of those that were told of and could not be read stays what was known.

    An event that is told of as such is no series any more: the instances of a series are called after it, with an
    underscore and the instant that each had at first, and go with it.
    """
    return tx.ask(
        """
        with busy as (
          select id, starts_at, ends_at
          from unnest(%(ids)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) b (id, starts_at, ends_at)),
        gone as (
          delete from external_busy e
          where teacher_id = %(teacher_id)s and source = 'google'
            and (%(whole)s or external_id = any (%(told_ids)s)
              or regexp_replace(external_id, '_[0-9]{8}(T[0-9]{6}Z)?$', '') = any (%(told_ids)s))
            and not external_id = any (%(unread)s)
            and not exists (select from busy where id = e.external_id and starts_at = e.starts_at)
          returning 1),
        written as (
          insert into external_busy as known (teacher_id, id, source, external_id, starts_at, ends_at, seen_at)
          select %(teacher_id)s, new_id(), 'google', id, starts_at, ends_at, %(now)s from busy
          on conflict (teacher_id, source, external_id, starts_at) do update
          set ends_at = excluded.ends_at, seen_at = excluded.seen_at
          where known.ends_at <> excluded.ends_at
          returning 1)
        select (select count(*) from gone) + (select count(*) from written)
        """,
        Written,
        {
            "ids": [event.id for event in busy],
            "starts": [event.starts_at for event in busy],
            "ends": [event.ends_at for event in busy],
            "told_ids": list(changes.events),
            "unread": changes.unread,
            "whole": changes.whole,
            "now": now,
        },
    )


def _may_be_ours(event_id: str) -> bool:
    """Ours are called after their sessions (`lectern.calendar.outbox`)."""
    try:
        return UUID(event_id).hex == event_id
    except ValueError:
        return False
