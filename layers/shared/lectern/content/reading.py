"""A student reads what is shared with them, and what counts as having read it.

A view is an opening of at least LEAST_SECONDS or a download; whatever one student does with one item in a half hour of
the clock is one view.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.content.library import not_found
from lectern.database import Answer, Transaction
from lectern.page import Page, page_of

LEAST_SECONDS = 3


@dataclass(frozen=True, slots=True)
class SharedItem:
    """An item as its reader sees it."""

    id: UUID
    kind: str
    title: str
    url: str | None
    body: str | None
    session_id: UUID | None
    assigned_at: datetime
    first_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Found:
    item_id: UUID


def list_shared(tx: Transaction, student_id: UUID, after: UUID | None, limit: int) -> Page[SharedItem, UUID]:
    """What a student may read, the newest first. `after` is the `next` of the page before, None for the first."""
    return page_of(_ask_shared(tx, student_id, after, limit + 1).all(), limit, lambda item: item.id)


def record_view(
    tx: Transaction, item_id: UUID, student_id: UUID, now: datetime, *, seconds: int, is_download: bool
) -> None:
    """Note that a student had an item open for so long, or fetched it; too short a look is none.

    Raises NotFound `content_not_found` for what is not shared with them.
    """
    if seconds >= LEAST_SECONDS or is_download:
        seen = _ask_view(tx, item_id, student_id, now, is_download=is_download)
    else:
        seen = _ask_is_shared(tx, item_id, student_id)
    if seen.one_or_none() is None:
        raise not_found()


def _ask_shared(tx: Transaction, student_id: UUID, after: UUID | None, limit: int) -> Answer[SharedItem]:
    return tx.ask(
        """
        select i.id, i.kind, i.title, i.url, i.body, i.session_id, a.assigned_at, a.first_opened_at
        from content_assignments a
        join content_items i on i.teacher_id = a.teacher_id and i.id = a.item_id and i.deleted_at is null
        where a.teacher_id = %(teacher_id)s and a.student_id = %(student_id)s
          and (%(after)s::uuid is null or a.item_id < %(after)s)
        order by a.item_id desc
        limit %(limit)s
        """,
        SharedItem,
        {"student_id": student_id, "after": after, "limit": limit},
    )


def _ask_is_shared(tx: Transaction, item_id: UUID, student_id: UUID) -> Answer[_Found]:
    return tx.ask(
        """
        select a.item_id
        from content_assignments a
        join content_items i on i.teacher_id = a.teacher_id and i.id = a.item_id and i.deleted_at is null
        where a.teacher_id = %(teacher_id)s and a.item_id = %(item_id)s and a.student_id = %(student_id)s
        """,
        _Found,
        {"item_id": item_id, "student_id": student_id},
    )


def _ask_view(tx: Transaction, item_id: UUID, student_id: UUID, now: datetime, *, is_download: bool) -> Answer[_Found]:
    """No row for what is not shared. The half hours begin on the hour and half past it in UTC."""
    return tx.ask(
        """
        with opened as (
          update content_assignments a
          set first_opened_at = coalesce(a.first_opened_at, %(now)s),
            last_opened_at = greatest(a.last_opened_at, %(now)s)
          from content_items i
          where a.teacher_id = %(teacher_id)s and a.item_id = %(item_id)s and a.student_id = %(student_id)s
            and i.teacher_id = a.teacher_id and i.id = a.item_id and i.deleted_at is null
          returning a.item_id, a.student_id)
        insert into content_views (teacher_id, item_id, student_id, half_hour, opened_at, is_download)
        select %(teacher_id)s, item_id, student_id, date_bin('30 minutes', %(now)s::timestamptz, 'epoch'), %(now)s,
          %(is_download)s
        from opened
        on conflict (teacher_id, item_id, student_id, half_hour)
          do update set is_download = content_views.is_download or excluded.is_download
        returning item_id
        """,
        _Found,
        {"item_id": item_id, "student_id": student_id, "is_download": is_download, "now": now},
    )
