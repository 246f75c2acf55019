"""The statements about items of content, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.content.item import ContentItem
from lectern.database import Answer, Transaction, columns


@dataclass(frozen=True, slots=True)
class Changed:
    id: UUID


_SELECT = """
    select id, kind, title, url, body, session_id, created_at, updated_at
    from content_items
    where teacher_id = %(teacher_id)s and deleted_at is null"""


def ask_insert(tx: Transaction, item: ContentItem) -> Answer[Changed]:
    """No row when it is a note of a session that does not exist."""
    return tx.ask(
        """
        insert into content_items (teacher_id, id, kind, title, url, body, session_id, created_at, updated_at)
        select %(teacher_id)s, %(id)s, %(kind)s, %(title)s, %(url)s, %(body)s, %(session_id)s, %(created_at)s,
          %(updated_at)s
        where %(session_id)s::uuid is null or exists (
          select from class_sessions
          where teacher_id = %(teacher_id)s and id = %(session_id)s and deleted_at is null)
        returning id
        """,
        Changed,
        columns(item),
    )


def ask_item(tx: Transaction, item_id: UUID) -> Answer[ContentItem]:
    return tx.ask(_SELECT + " and id = %(item_id)s", ContentItem, {"item_id": item_id})


def ask_item_to_change(tx: Transaction, item_id: UUID) -> Answer[ContentItem]:
    """As `ask_item`, and nobody else changes it until this transaction ends."""
    return tx.ask(_SELECT + " and id = %(item_id)s for no key update", ContentItem, {"item_id": item_id})


def ask_items(tx: Transaction, after: UUID | None, limit: int) -> Answer[ContentItem]:
    """The newest first, from the first one older than `after`; ids are in the order of time."""
    return tx.ask(
        _SELECT + " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        ContentItem,
        {"after": after, "limit": limit},
    )


def update(tx: Transaction, item: ContentItem) -> None:
    tx.send(
        """
        update content_items set title = %(title)s, url = %(url)s, body = %(body)s, updated_at = %(updated_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and deleted_at is null
        """,
        columns(item),
    )


def ask_delete(tx: Transaction, item_id: UUID, now: datetime) -> Answer[Changed]:
    return tx.ask(
        """
        update content_items set deleted_at = %(now)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(item_id)s and deleted_at is null
        returning id
        """,
        Changed,
        {"item_id": item_id, "now": now},
    )
