"""The statements of the feed, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Feed:
    id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FeedSession:
    """`revised_at` is when it last changed, or its service or one of its students, whose names it tells."""

    id: UUID
    version: int
    status: str
    starts_at: datetime
    ends_at: datetime
    revised_at: datetime
    service_name: str
    student_names: list[str]


def ask_feed(tx: Transaction) -> Answer[Feed]:
    return tx.ask("select id, created_at from calendar_feeds where teacher_id = %(teacher_id)s", Feed)


def put_feed(tx: Transaction, feed: Feed, token_hash: bytes) -> None:
    """In the place of the one before."""
    tx.send(
        """
        insert into calendar_feeds (teacher_id, id, token_hash, created_at)
        values (%(teacher_id)s, %(id)s, %(token_hash)s, %(created_at)s)
        on conflict (teacher_id) do update
        set id = excluded.id, token_hash = excluded.token_hash, created_at = excluded.created_at
        """,
        {"id": feed.id, "token_hash": token_hash, "created_at": feed.created_at},
    )


def ask_delete_feed(tx: Transaction) -> Answer[Feed]:
    return tx.ask("delete from calendar_feeds where teacher_id = %(teacher_id)s returning id, created_at", Feed)


def ask_sessions(tx: Transaction, starts_from: datetime, starts_before: datetime) -> Answer[FeedSession]:
    """Those that start in [from, before), the cancelled ones with who would have come; no holds."""
    return tx.ask(
        """
        select c.id, c.version, c.status, c.starts_at, c.ends_at,
          greatest(c.updated_at, s.updated_at, p.updated_at), s.name, p.names
        from class_sessions c
        join services s on s.teacher_id = c.teacher_id and s.id = c.service_id
        cross join lateral (
          select coalesce(array_agg(t.name order by p.id), '{}') as names, max(t.updated_at) as updated_at
          from session_participants p
          join students t on t.teacher_id = p.teacher_id and t.id = p.student_id
          where p.teacher_id = c.teacher_id and p.session_id = c.id
            and (p.status in ('booked', 'completed', 'no_show') or p.status = c.status)) p
        where c.teacher_id = %(teacher_id)s and c.deleted_at is null
          and c.starts_at >= %(from)s and c.starts_at < %(before)s
          and c.status in ('pending', 'scheduled', 'completed', 'no_show', 'cancelled')
        order by c.starts_at, c.id
        """,
        FeedSession,
        {"from": starts_from, "before": starts_before},
    )
