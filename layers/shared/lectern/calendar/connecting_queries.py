"""The statements of connecting and disconnecting a calendar, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class ConsentBegun:
    return_url: str


@dataclass(frozen=True, slots=True)
class Removed:
    id: UUID


def put_consent(
    tx: Transaction, state_hash: bytes, auth_session_hash: bytes, return_url: str, expires_at: datetime
) -> None:
    tx.send(
        """
        insert into calendar_consents (teacher_id, state_hash, auth_session_hash, return_url, expires_at)
        values (%(teacher_id)s, %(state_hash)s, %(auth_session_hash)s, %(return_url)s, %(expires_at)s)
        on conflict (teacher_id) do update
        set state_hash = excluded.state_hash, auth_session_hash = excluded.auth_session_hash,
          return_url = excluded.return_url, expires_at = excluded.expires_at
        """,
        {
            "state_hash": state_hash,
            "auth_session_hash": auth_session_hash,
            "return_url": return_url,
            "expires_at": expires_at,
        },
    )


def ask_take_consent(
    tx: Transaction, state_hash: bytes, auth_session_hash: bytes, now: datetime
) -> Answer[ConsentBegun]:
    """Whoever takes it has it alone."""
    return tx.ask(
        """
        delete from calendar_consents
        where teacher_id = %(teacher_id)s and state_hash = %(state_hash)s
          and auth_session_hash = %(auth_session_hash)s and expires_at > %(now)s
        returning return_url
        """,
        ConsentBegun,
        {"state_hash": state_hash, "auth_session_hash": auth_session_hash, "now": now},
    )


def put_connection(
    tx: Transaction, connection_id: UUID, calendar_id: str, refresh_token: bytes, account: str | None, now: datetime
) -> None:
    """In place of the one before, of which nothing holds any more: it may have been another account's."""
    tx.send(
        """
        insert into calendar_connections
          (teacher_id, id, provider, status, calendar_id, refresh_token, account, connected_at)
        values (%(teacher_id)s, %(id)s, 'google', 'connected', %(calendar_id)s, %(refresh_token)s, %(account)s, %(now)s)
        on conflict (teacher_id) do update
        set id = excluded.id, status = 'connected', calendar_id = excluded.calendar_id,
          refresh_token = excluded.refresh_token, account = excluded.account, access_token = null,
          access_expires_at = null, connected_at = excluded.connected_at, sync_token = null, read_until = null,
          time_zone = null, last_synced_at = null, pull_requested_at = null, channel_id = null,
          channel_resource_id = null, channel_expires_at = null, left_alone_until = null, refusals = 0
        """,
        {
            "id": connection_id,
            "calendar_id": calendar_id,
            "refresh_token": refresh_token,
            "account": account,
            "now": now,
        },
    )


def let_past_rest(tx: Transaction, now: datetime) -> None:
    """What is over is not put into a calendar that was not connected then."""
    tx.send(
        """
        update session_calendar_sync q
        set status = 'done', last_error = null, conflict = null, conflict_starts_at = null, conflict_ends_at = null
        from class_sessions c
        where q.teacher_id = %(teacher_id)s and c.teacher_id = %(teacher_id)s and c.id = q.session_id
          and c.ends_at <= %(now)s and (q.status <> 'done' or q.conflict is not null)
        """,
        {"now": now},
    )


def queue_what_is_ahead(tx: Transaction, now: datetime) -> None:
    """As `lectern.calendar.outbox` does for one, whether or not the calendar before was told of it."""
    tx.send(
        """
        insert into session_calendar_sync as waiting
          (teacher_id, session_id, action, status, external_event_id, attempts, requested_at, due_at)
        select %(teacher_id)s, id, 'create', 'pending', replace(id::text, '-', ''), 0, %(now)s, %(now)s
        from class_sessions
        where teacher_id = %(teacher_id)s and deleted_at is null and status in ('pending', 'scheduled')
          and ends_at > %(now)s
        order by id
        on conflict (teacher_id, session_id) do update
        set action = 'create', status = 'pending', attempts = 0, requested_at = excluded.requested_at,
          due_at = greatest(waiting.due_at, excluded.due_at), last_error = null, event_updated_at = null,
          conflict = null, conflict_starts_at = null, conflict_ends_at = null
        """,
        {"now": now},
    )


def ask_remove_connection(tx: Transaction, connection_id: UUID) -> Answer[Removed]:
    return tx.ask(
        "delete from calendar_connections where teacher_id = %(teacher_id)s and id = %(id)s returning id",
        Removed,
        {"id": connection_id},
    )


def forget_busy(tx: Transaction) -> None:
    tx.send("delete from external_busy where teacher_id = %(teacher_id)s and source = 'google'")
