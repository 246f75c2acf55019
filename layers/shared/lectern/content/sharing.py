"""Who is to read an item: a student sees what is shared with them, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.content.library import get_item
from lectern.database import Answer, Transaction
from lectern.errors import NotFound
from lectern.events import record
from lectern.page import Page, page_of


@dataclass(frozen=True, slots=True)
class Reader:
    """A student with whom an item is shared, and when they opened it; the name is as it is now."""

    student_id: UUID
    name: str
    assigned_at: datetime
    first_opened_at: datetime | None
    last_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Shared:
    student_id: UUID


def share_with(tx: Transaction, item_id: UUID, student_ids: list[UUID], now: datetime) -> None:
    """Let students read it, from now on where they do not already.

    Raises NotFound `content_not_found`, and `student_not_found` if one of them is not, and then shares with nobody.
    """
    get_item(tx, item_id)
    known = {student.student_id for student in _ask_share(tx, item_id, student_ids, now).all()}
    if missing := set(student_ids) - known:
        raise NotFound("student_not_found", f"There are no such students: {len(missing)}.")
    record(tx, "content.shared", item_id, {"students": len(known)}, now)


def stop_sharing(tx: Transaction, item_id: UUID, student_id: UUID, now: datetime) -> None:
    """Also where it was not shared. Raises NotFound `content_not_found`."""
    get_item(tx, item_id)
    if _ask_stop(tx, item_id, student_id).one_or_none():
        record(tx, "content.unshared", item_id, {"student_id": str(student_id)}, now)


def list_readers(tx: Transaction, item_id: UUID, after: UUID | None, limit: int) -> Page[Reader, UUID]:
    """In the order of their ids. Raises NotFound `content_not_found`."""
    asked = _ask_readers(tx, item_id, after, limit + 1)
    get_item(tx, item_id)
    return page_of(asked.all(), limit, lambda reader: reader.student_id)


def _ask_share(tx: Transaction, item_id: UUID, student_ids: list[UUID], now: datetime) -> Answer[_Shared]:
    """The students there are, of those named."""
    return tx.ask(
        """
        with known as (
          select id from students
          where teacher_id = %(teacher_id)s and id = any (%(student_ids)s) and deleted_at is null),
        shared as (
          insert into content_assignments (teacher_id, item_id, student_id, assigned_at)
          select %(teacher_id)s, %(item_id)s, id, %(now)s from known
          on conflict do nothing)
        select id from known
        """,
        _Shared,
        {"item_id": item_id, "student_ids": student_ids, "now": now},
    )


def _ask_stop(tx: Transaction, item_id: UUID, student_id: UUID) -> Answer[_Shared]:
    return tx.ask(
        """
        delete from content_assignments
        where teacher_id = %(teacher_id)s and item_id = %(item_id)s and student_id = %(student_id)s
        returning student_id
        """,
        _Shared,
        {"item_id": item_id, "student_id": student_id},
    )


def _ask_readers(tx: Transaction, item_id: UUID, after: UUID | None, limit: int) -> Answer[Reader]:
    return tx.ask(
        """
        select a.student_id, s.name, a.assigned_at, a.first_opened_at, a.last_opened_at
        from content_assignments a
        join students s on s.teacher_id = a.teacher_id and s.id = a.student_id and s.deleted_at is null
        where a.teacher_id = %(teacher_id)s and a.item_id = %(item_id)s
          and (%(after)s::uuid is null or a.student_id > %(after)s)
        order by a.student_id
        limit %(limit)s
        """,
        Reader,
        {"item_id": item_id, "after": after, "limit": limit},
    )
