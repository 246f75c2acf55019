"""A student reads what their teacher shares with them, by the token that the teacher gave them."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import student, student_id, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, InUtc, Shown
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.content.reading import LEAST_SECONDS, list_shared, record_view

router = Router()

_place = Place(UUID)


class SharedView(Shown, from_attributes=True):
    """A file lies at its `url`; a text is the `body`. One of the two is null. `session_id` is that of a lesson note."""

    id: UUID
    kind: str
    title: str
    url: str | None
    body: str | None
    session_id: UUID | None
    assigned_at: InUtc
    first_opened_at: InUtc | None


class SharedPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    content: list[SharedView]
    next: str | None


class OpeningAsked(Asked):
    seconds: Annotated[
        int,
        Field(strict=True, ge=0, le=86_400, description=f"How long it was open; below {LEAST_SECONDS} does not count."),
    ] = 0
    is_download: bool = False


@router.get(
    "/v1/student/content",
    summary="What your teacher shares with you, the newest first",
    tags=["student"],
    **student(checked_each_time()),
)
def my_content(request: Request, limit: Limit = 50, cursor: Cursor = None) -> SharedPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_shared(tx, student_id(request), _place.after(cursor), limit)
    return SharedPage(content=[SharedView.model_validate(item) for item in page.items], next=_place.cursor(page.next))


@router.post(
    "/v1/student/content/<item_id>/views",
    summary="Tell that you had it open or fetched it; telling it twice within a half hour is telling it once",
    tags=["student"],
    status_code=204,
    **student(),
)
def opened(request: Request, item_id: UUID, body: OpeningAsked) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        record_view(tx, item_id, student_id(request), clock.now(), seconds=body.seconds, is_download=body.is_download)
    return Response(204)
