"""A teacher's items of content: adding, changing and taking away. Who is to read them is `sharing`."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from lectern.content import queries
from lectern.content.item import ContentChanges, ContentDetails, ContentItem, refuse_senseless, url_or_body
from lectern.database import Transaction
from lectern.errors import NotFound, Stale
from lectern.events import record
from lectern.identifiers import new_id
from lectern.page import Page, page_of


def add_item(tx: Transaction, details: ContentDetails, now: datetime) -> ContentItem:
    """Nobody reads it yet. Raises Invalid `url_or_body` or `session_of_note`, NotFound `session_not_found`."""
    refuse_senseless(details)
    item = ContentItem(
        id=new_id(),
        kind=details.kind,
        title=details.title,
        url=details.url,
        body=details.body,
        session_id=details.session_id,
        created_at=now,
        updated_at=now,
    )
    if queries.ask_insert(tx, item).one_or_none() is None:
        raise NotFound("session_not_found", "There is no such session. List the sessions.")
    record(tx, "content.added", item.id, {"kind": item.kind}, now)
    return item


def get_item(tx: Transaction, item_id: UUID) -> ContentItem:
    """Raises NotFound `content_not_found`."""
    return found(queries.ask_item(tx, item_id).one_or_none())


def list_items(tx: Transaction, after: UUID | None, limit: int) -> Page[ContentItem, UUID]:
    """The newest first. `after` is the `next` of the page before, None for the first."""
    return page_of(queries.ask_items(tx, after, limit + 1).all(), limit, lambda item: item.id)


def change_item(
    tx: Transaction, item_id: UUID, changes: ContentChanges, now: datetime, if_updated_at: datetime | None = None
) -> ContentItem:
    """Change what is given; `if_updated_at` is the `updated_at` that the caller has read, None not to care.

    Raises NotFound `content_not_found`, Invalid `url_or_body` for both at once, and Stale `content_changed`.
    """
    if "url" in changes and "body" in changes:
        raise url_or_body()
    current = found(queries.ask_item_to_change(tx, item_id).one_or_none())
    if if_updated_at not in (None, current.updated_at):
        raise Stale("content_changed", "It was changed after you read it.")
    # Never twice the same, or a second change within one tick of the clock would pass for unseen.
    changed = replace(current, updated_at=max(now, current.updated_at + timedelta(microseconds=1)))
    if "url" in changes or "body" in changes:
        changed = replace(changed, url=changes.get("url"), body=changes.get("body"))
    changed = replace(changed, title=changes.get("title", current.title))
    queries.update(tx, changed)
    record(tx, "content.changed", item_id, {"fields": sorted(changes)}, now)
    return changed


def delete_item(tx: Transaction, item_id: UUID, now: datetime) -> None:
    """Nobody reads it any more; what was counted stays. Raises NotFound `content_not_found`."""
    if queries.ask_delete(tx, item_id, now).one_or_none() is None:
        raise not_found()
    record(tx, "content.deleted", item_id, {}, now)


def found(item: ContentItem | None) -> ContentItem:
    if item is None:
        raise not_found()
    return item


def not_found() -> NotFound:
    return NotFound("content_not_found", "There is no such item of content.")
