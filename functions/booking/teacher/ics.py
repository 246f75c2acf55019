"""Calendars as files: the address at which a teacher's own can be read, and those by which they are busy."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, StringConstraints, computed_field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, InUtc, Shown
from booking.edge.idempotent import IdempotencyKey, once
from lectern import clock, database
from lectern.database import Transaction
from lectern.ics.feed import end_feed, get_feed, renew_feed
from lectern.ics.import_queries import CalendarImport
from lectern.ics.imports import add_import, list_imports, refresh_import, remove_import
from lectern.ics.url import LONGEST_URL
from lectern.settings import token_key
from lectern.tokens import feed_token

router = Router()


class FeedView(Shown, from_attributes=True):
    id: UUID
    created_at: InUtc


class FeedGiven(FeedView):
    """Whoever has the path reads your sessions there: paste it, behind this API's host, into your calendar program."""

    @computed_field
    def path(self) -> str:
        return f"/v1/calendars/{feed_token(token_key(), self.id)}.ics"


class ImportAsked(Asked):
    url: Annotated[
        str,
        StringConstraints(min_length=8, max_length=LONGEST_URL, pattern=r"^[\x21-\x7e]+$"),
        Field(description="Of a calendar in the iCalendar format, with https:// or webcal://. It is not shown again."),
    ]

    def add(self, tx: Transaction) -> "ImportView":
        return ImportView.of(add_import(tx, self.url, clock.now()))


class ImportView(Shown):
    """Your busy times are those of `fetched_at`, null until the calendar has been read for the first time.

    `error` is the code of what went wrong since then. `unread_events` are those of which something made
    no sense: what could be read of them is busy, and so is what was known of them before.
    """

    id: UUID
    host: str
    created_at: InUtc
    fetched_at: InUtc | None
    error: str | None
    unread_events: int

    @classmethod
    def of(cls, entry: CalendarImport) -> "ImportView":
        return cls(
            id=entry.id,
            host=entry.host,
            created_at=entry.created_at,
            fetched_at=entry.fetched_at,
            error=entry.last_error,
            unread_events=entry.unread_events,
        )


class ImportList(Shown):
    imports: list[ImportView]


@router.get(
    "/v1/calendar-feed",
    summary="Whether your sessions can be read as a calendar",
    tags=["calendar"],
    **teacher(checked_each_time()),
)
def my_feed(request: Request) -> FeedView:
    with database.tenant(teacher_id(request)) as tx:
        return FeedView.model_validate(get_feed(tx))


@router.post(
    "/v1/calendar-feed",
    summary="Get an address for your calendar; the one before ends",
    tags=["calendar"],
    status_code=201,
    **teacher(),
)
def renew_my_feed(request: Request, key: IdempotencyKey = None) -> Response[FeedGiven]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: FeedGiven.model_validate(renew_feed(tx, clock.now())),
        of=FeedGiven,
    )


@router.delete(
    "/v1/calendar-feed",
    summary="Let nobody read your calendar",
    tags=["calendar"],
    status_code=204,
    **teacher(),
)
def end_my_feed(request: Request) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        end_feed(tx, clock.now())
    return Response(204)


@router.get(
    "/v1/calendar-imports",
    summary="The calendars by which you are busy",
    tags=["calendar"],
    **teacher(checked_each_time()),
)
def my_imports(request: Request) -> ImportList:
    with database.tenant(teacher_id(request)) as tx:
        return ImportList(imports=[ImportView.of(entry) for entry in list_imports(tx)])


@router.post(
    "/v1/calendar-imports",
    summary="Be busy by a calendar; it is read within minutes",
    tags=["calendar"],
    status_code=201,
    **teacher(),
)
def add_my_import(request: Request, body: ImportAsked, key: IdempotencyKey = None) -> Response[ImportView]:
    return once(request, teacher_id(request), key, body.add, of=ImportView)


@router.post(
    "/v1/calendar-imports/<import_id>/refresh",
    summary="Have a calendar read now, also one that has failed",
    tags=["calendar"],
    status_code=202,
    **teacher(),
)
def refresh_my_import(request: Request, import_id: UUID, key: IdempotencyKey = None) -> Response[ImportView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: ImportView.of(refresh_import(tx, import_id, clock.now())),
        of=ImportView,
        status=202,
    )


@router.delete(
    "/v1/calendar-imports/<import_id>",
    summary="Be busy by a calendar no more",
    tags=["calendar"],
    status_code=204,
    **teacher(),
)
def remove_my_import(request: Request, import_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        remove_import(tx, import_id, clock.now())
    return Response(204)
