"""What a teacher gives students to read or fetch, and who is to read it."""

from typing import Annotated, TypedDict
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.request import Request
from pydantic import ConfigDict, Field, StringConstraints, with_config

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import IfMatch, change_unless_stale, for_caller, tagged, version_wanted
from booking.edge.fields import Asked, InUtc, Line, Shown, Versioned
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.content.item import ContentDetails, Kind
from lectern.content.library import add_item, change_item, delete_item, get_item, list_items
from lectern.content.sharing import list_readers, share_with, stop_sharing
from lectern.database import Transaction

router = Router()

MOST_STUDENTS_AT_ONCE = 200

HttpsUrl = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=r"^https://[\x21-\x7e]+$"),
    Field(description="Where the file lies."),
]
NoteText = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]

_place = Place(UUID)


class NewContent(Asked):
    """A file by its `url`, or a text as `body`. A lesson note is of a session."""

    kind: Kind
    title: Line
    url: HttpsUrl | None = None
    body: NoteText | None = None
    session_id: UUID | None = None

    def details(self) -> ContentDetails:
        return ContentDetails(**self.model_dump())


@with_config(ConfigDict(extra="forbid"))
class ContentChange(TypedDict, total=False):
    """What is left out stays as it is; a `url` takes the place of a `body`, and the other way round."""

    title: Line
    url: HttpsUrl
    body: NoteText


class ContentView(Versioned, from_attributes=True):
    id: UUID
    kind: str
    title: str
    url: str | None
    body: str | None
    session_id: UUID | None
    created_at: InUtc


class ContentPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    content: list[ContentView]
    next: str | None


class SharingAsked(Asked):
    student_ids: Annotated[list[UUID], Field(max_length=MOST_STUDENTS_AT_ONCE)]

    def share(self, tx: Transaction, item_id: UUID) -> "SharedWith":
        share_with(tx, item_id, self.student_ids, clock.now())
        return SharedWith(student_ids=self.student_ids)


class SharedWith(Shown):
    student_ids: list[UUID]


class ReaderView(Shown, from_attributes=True):
    student_id: UUID
    name: str
    assigned_at: InUtc
    first_opened_at: InUtc | None
    last_opened_at: InUtc | None


class ReaderPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    students: list[ReaderView]
    next: str | None


@router.get("/v1/content", summary="Your content, the newest first", tags=["content"], **teacher(for_caller(minutes=2)))
def my_items(request: Request, limit: Limit = 50, cursor: Cursor = None) -> ContentPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_items(tx, _place.after(cursor), limit)
    return ContentPage(content=[ContentView.model_validate(item) for item in page.items], next=_place.cursor(page.next))


@router.post("/v1/content", summary="Add a material or a lesson note", tags=["content"], status_code=201, **teacher())
def add_my_item(request: Request, body: NewContent, key: IdempotencyKey = None) -> Response[ContentView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: ContentView.model_validate(add_item(tx, body.details(), clock.now())),
        of=ContentView,
        location=lambda item: f"/v1/content/{item.id}",
    )


@router.get("/v1/content/<item_id>", summary="An item", tags=["content"], **teacher(for_caller(minutes=2)))
def my_item(request: Request, item_id: UUID) -> Response[ContentView]:
    with database.tenant(teacher_id(request)) as tx:
        return tagged(ContentView.model_validate(get_item(tx, item_id)))


@router.patch("/v1/content/<item_id>", summary="Change an item", tags=["content"], **teacher())
def change_my_item(
    request: Request, item_id: UUID, body: Annotated[ContentChange, Body()], if_match: IfMatch = None
) -> Response[ContentView]:
    return change_unless_stale(
        teacher_id(request),
        lambda tx: ContentView.model_validate(change_item(tx, item_id, body, clock.now(), version_wanted(if_match))),
        lambda tx: ContentView.model_validate(get_item(tx, item_id)),
    )


@router.delete(
    "/v1/content/<item_id>",
    summary="Take an item away; what was counted stays",
    tags=["content"],
    status_code=204,
    **teacher(),
)
def delete_my_item(request: Request, item_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        delete_item(tx, item_id, clock.now())
    return Response(204)


@router.get(
    "/v1/content/<item_id>/students",
    summary="Who is to read it, and who has",
    tags=["content"],
    **teacher(for_caller(minutes=2)),
)
def readers(request: Request, item_id: UUID, limit: Limit = 50, cursor: Cursor = None) -> ReaderPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_readers(tx, item_id, _place.after(cursor), limit)
    return ReaderPage(students=[ReaderView.model_validate(each) for each in page.items], next=_place.cursor(page.next))


@router.post("/v1/content/<item_id>/students", summary="Share it with students", tags=["content"], **teacher())
def share(request: Request, item_id: UUID, body: SharingAsked, key: IdempotencyKey = None) -> Response[SharedWith]:
    return once(request, teacher_id(request), key, lambda tx: body.share(tx, item_id), of=SharedWith, status=200)


@router.delete(
    "/v1/content/<item_id>/students/<student_id>",
    summary="Share it with a student no more",
    tags=["content"],
    status_code=204,
    **teacher(),
)
def unshare(request: Request, item_id: UUID, student_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        stop_sharing(tx, item_id, student_id, clock.now())
    return Response(204)
