"""What passed between a teacher and a student, in either direction: added to and read, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.errors import Invalid, NotFound
from lectern.identifiers import new_id
from lectern.page import Page, page_of
from lectern.students.roster import get_student

type Direction = Literal["in", "out"]
type Channel = Literal["email", "phone", "message", "in_person", "other"]
type ContactKey = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """`in` is from the student, `out` from the teacher."""

    direction: Direction
    channel: Channel
    sent_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    id: UUID
    student_id: UUID
    direction: str
    channel: str
    note: str
    sent_at: datetime
    created_at: datetime


def add_contact(tx: Transaction, student_id: UUID, details: ContactDetails, now: datetime) -> Contact:
    """Raises NotFound `student_not_found`, Invalid `in_the_future` for what has not been said yet."""
    if details.sent_at > now:
        raise Invalid("in_the_future", "That has not happened yet. Note it when it has.", fields=["sent_at"])
    contact = _ask_add(tx, student_id, details, now).one_or_none()
    if contact is None:
        raise NotFound("student_not_found", "There is no such student.")
    return contact


def list_contacts(tx: Transaction, student_id: UUID, after: ContactKey | None, limit: int) -> Page[Contact, ContactKey]:
    """The newest first. `after` is the `next` of the page before, None for the first. Raises NotFound."""
    asked = _ask_contacts(tx, student_id, after, limit + 1)
    get_student(tx, student_id)
    return page_of(asked.all(), limit, lambda contact: (contact.sent_at, contact.id))


def _ask_add(tx: Transaction, student_id: UUID, details: ContactDetails, now: datetime) -> Answer[Contact]:
    return tx.ask(
        """
        insert into contact_log (teacher_id, id, student_id, direction, channel, note, sent_at, created_at)
        select %(teacher_id)s, %(id)s, s.id, %(direction)s, %(channel)s, %(note)s, %(sent_at)s, %(now)s
        from students s
        where s.teacher_id = %(teacher_id)s and s.id = %(student_id)s and s.deleted_at is null
        returning id, student_id, direction, channel, note, sent_at, created_at
        """,
        Contact,
        {**columns(details), "id": new_id(), "student_id": student_id, "now": now},
    )


def _ask_contacts(tx: Transaction, student_id: UUID, after: ContactKey | None, limit: int) -> Answer[Contact]:
    after_time, after_id = after or (None, None)
    return tx.ask(
        """
        select id, student_id, direction, channel, note, sent_at, created_at
        from contact_log
        where teacher_id = %(teacher_id)s and student_id = %(student_id)s
          and (%(after_time)s::timestamptz is null
            or (sent_at, id) < (%(after_time)s::timestamptz, %(after_id)s::uuid))
        order by sent_at desc, id desc
        limit %(limit)s
        """,
        Contact,
        {"student_id": student_id, "after_time": after_time, "after_id": after_id, "limit": limit},
    )
