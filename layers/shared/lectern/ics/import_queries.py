"""The statements of the imports, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.ics.read import BusyTimes


@dataclass(frozen=True, slots=True)
class CalendarImport:
    """What is busy is as of `fetched_at`; `last_error` is the code of what has gone wrong since.

    `unread_events` are those in which something made no sense.
    """

    id: UUID
    host: str
    created_at: datetime
    fetched_at: datetime | None
    last_error: str | None
    unread_events: int


@dataclass(frozen=True, slots=True)
class DueImport:
    """`url` is sealed; `etag` is None when the file is to be read whether it has changed or not."""

    id: UUID
    url: bytes
    etag: str | None
    failures: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Count:
    rows: int


@dataclass(frozen=True, slots=True)
class _Touched:
    id: UUID


def ask_imports(tx: Transaction) -> Answer[CalendarImport]:
    return tx.ask(
        """
        select id, host, created_at, fetched_at, last_error, unread_events
        from calendar_imports
        where teacher_id = %(teacher_id)s
        order by id
        """,
        CalendarImport,
    )


def ask_count(tx: Transaction) -> Answer[Count]:
    return tx.ask("select count(*) from calendar_imports where teacher_id = %(teacher_id)s", Count)


def insert_import(tx: Transaction, added: CalendarImport, url: bytes, url_hash: bytes) -> None:
    """Due at once."""
    tx.send(
        """
        insert into calendar_imports (teacher_id, id, url, url_hash, host, created_at, due_at)
        values (%(teacher_id)s, %(id)s, %(url)s, %(url_hash)s, %(host)s, %(now)s, %(now)s)
        """,
        {"id": added.id, "url": url, "url_hash": url_hash, "host": added.host, "now": added.created_at},
    )


def ask_delete_import(tx: Transaction, import_id: UUID) -> Answer[_Touched]:
    return tx.ask(
        "delete from calendar_imports where teacher_id = %(teacher_id)s and id = %(id)s returning id",
        _Touched,
        {"id": import_id},
    )


def ask_make_due(tx: Transaction, import_id: UUID, now: datetime) -> Answer[CalendarImport]:
    return tx.ask(
        """
        update calendar_imports set due_at = least(due_at, %(now)s)
        where teacher_id = %(teacher_id)s and id = %(id)s
        returning id, host, created_at, fetched_at, last_error, unread_events
        """,
        CalendarImport,
        {"id": import_id, "now": now},
    )


def ask_claim(tx: Transaction, now: datetime, next_due: datetime, read_since: datetime) -> Answer[DueImport]:
    """The one that has waited longest and that nobody else is at. It is due again at `next_due`, whatever happens."""
    return tx.ask(
        """
        update calendar_imports i set due_at = %(next_due)s
        from teachers t
        where t.id = i.teacher_id and i.teacher_id = %(teacher_id)s and i.id = (
          select id from calendar_imports
          where teacher_id = %(teacher_id)s and due_at <= %(now)s
          order by due_at, id limit 1
          for update skip locked)
        returning i.id, i.url,
          case when i.read_at > %(read_since)s and i.read_in_zone = t.time_zone then i.etag end, i.failures, t.time_zone
        """,
        DueImport,
        {"now": now, "next_due": next_due, "read_since": read_since},
    )


def ask_note_read(
    tx: Transaction, due: DueImport, etag: str | None, unread_events: int, now: datetime
) -> Answer[_Touched]:
    """No row when the import has been removed meanwhile."""
    return tx.ask(
        """
        update calendar_imports
        set etag = %(etag)s, read_at = %(now)s, read_in_zone = %(time_zone)s, unread_events = %(unread_events)s,
          fetched_at = %(now)s, failures = 0, last_error = null
        where teacher_id = %(teacher_id)s and id = %(id)s
        returning id
        """,
        _Touched,
        {"id": due.id, "etag": etag, "time_zone": due.time_zone, "unread_events": unread_events, "now": now},
    )


def note_unchanged(tx: Transaction, due: DueImport, now: datetime) -> None:
    tx.send(
        """
        update calendar_imports set fetched_at = %(now)s, failures = 0, last_error = null
        where teacher_id = %(teacher_id)s and id = %(id)s
        """,
        {"id": due.id, "now": now},
    )


def put_off(tx: Transaction, due: DueImport, next_due: datetime) -> None:
    tx.send(
        "update calendar_imports set due_at = %(next_due)s where teacher_id = %(teacher_id)s and id = %(id)s",
        {"id": due.id, "next_due": next_due},
    )


def ask_note_failure(tx: Transaction, due: DueImport, error: str, next_due: datetime) -> Answer[_Touched]:
    """What is busy stays as it was last seen. No row when the import has been removed meanwhile."""
    return tx.ask(
        """
        update calendar_imports
        set due_at = %(next_due)s, failures = least(failures + 1, 1000), last_error = %(error)s
        where teacher_id = %(teacher_id)s and id = %(id)s
        returning id
        """,
        _Touched,
        {"id": due.id, "error": error, "next_due": next_due},
    )


def ask_replace_busy(tx: Transaction, due: DueImport, busy: BusyTimes, past: datetime, now: datetime) -> Answer[Count]:
    """Let the import's busy times be these; how many came, went or changed.

    Of an event in which something made no sense those that were known until now stay as well, up to what is `past`.
    """
    return tx.ask(
        """
        with given as (
          select %(id)s || ':' || event as external_id, starts_at, ends_at
          from unnest(%(events)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
            as g (event, starts_at, ends_at)),
        gone as (
          delete from external_busy e
          where e.teacher_id = %(teacher_id)s and e.source = 'ics' and split_part(e.external_id, ':', 1) = %(id)s
            and not exists (select from given g where g.external_id = e.external_id and g.starts_at = e.starts_at)
            and not (split_part(e.external_id, ':', 2) = any(%(unread)s) and e.ends_at > %(past)s)
          returning 1),
        come as (
          insert into external_busy as e (teacher_id, id, source, external_id, starts_at, ends_at, seen_at)
          select %(teacher_id)s, gen_random_uuid(), 'ics', g.external_id, g.starts_at, g.ends_at, %(now)s
          from given g
          on conflict (teacher_id, source, external_id, starts_at) do update
          set ends_at = excluded.ends_at, seen_at = excluded.seen_at
          where e.ends_at <> excluded.ends_at
          returning 1)
        select (select count(*) from gone) + (select count(*) from come)
        """,
        Count,
        {
            "id": str(due.id),
            "events": busy.events,
            "starts": busy.starts,
            "ends": busy.ends,
            "unread": busy.unread,
            "past": past,
            "now": now,
        },
    )


def delete_busy(tx: Transaction, import_id: UUID) -> None:
    tx.send(
        "delete from external_busy"
        " where teacher_id = %(teacher_id)s and source = 'ics' and split_part(external_id, ':', 1) = %(id)s",
        {"id": str(import_id)},
    )
