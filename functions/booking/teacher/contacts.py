"""The contact log: what passed between a teacher and a student."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Asked, Instant, InUtc, Remark, Shown
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.database import Transaction
from lectern.students.contact_log import Channel, ContactDetails, Direction, add_contact, list_contacts

router = Router()

_place = Place(tuple[Instant, UUID])


class ContactAsked(Asked):
    direction: Annotated[Direction, Field(description="`in` from the student, `out` from you.")]
    channel: Channel
    note: Remark = ""
    sent_at: Annotated[Instant | None, Field(description="Now if null.")] = None

    def add(self, tx: Transaction, student_id: UUID) -> "ContactView":
        now = clock.now()
        details = ContactDetails(self.direction, self.channel, self.sent_at or now, self.note)
        return ContactView.model_validate(add_contact(tx, student_id, details, now))


class ContactView(Shown, from_attributes=True):
    id: UUID
    student_id: UUID
    direction: str
    channel: str
    note: str
    sent_at: InUtc
    created_at: InUtc


class ContactPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    contacts: list[ContactView]
    next: str | None


@router.get(
    "/v1/students/<student_id>/contacts",
    summary="What passed between you and a student, the newest first",
    tags=["students"],
    **teacher(for_caller(minutes=2)),
)
def contacts_of_student(request: Request, student_id: UUID, limit: Limit = 50, cursor: Cursor = None) -> ContactPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_contacts(tx, student_id, _place.after(cursor), limit)
    contacts = [ContactView.model_validate(contact) for contact in page.items]
    return ContactPage(contacts=contacts, next=_place.cursor(page.next))


@router.post(
    "/v1/students/<student_id>/contacts",
    summary="Note that you were in touch",
    tags=["students"],
    status_code=201,
    **teacher(),
)
def note_contact(
    request: Request, student_id: UUID, body: ContactAsked, key: IdempotencyKey = None
) -> Response[ContactView]:
    return once(request, teacher_id(request), key, lambda tx: body.add(tx, student_id), of=ContactView)
