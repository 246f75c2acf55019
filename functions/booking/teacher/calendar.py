"""A teacher's own calendar: connecting it at Google, whether it works, and what it does not show as it is."""

from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, StringConstraints

from booking.edge.access import bearer_token, teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, InUtc, Shown, Token
from booking.edge.paging import Cursor, Limit, Place
from booking.student.checkout import ReturnUrl
from lectern import clock, database
from lectern.availability.stale import ask_calendars_known
from lectern.page import page_of
from lectern.tokens import token_hash

router = Router()

_place = Place(UUID)


class ConsentAsked(Asked):
    """`return_url` is your page that Google sends the browser to, with `code` and `state` in the query."""

    return_url: ReturnUrl


class Consent(Shown):
    """A page of Google's; come back from it within a quarter of an hour, signed in as you are now."""

    url: str


class Consented(Asked):
    """What Google has put into the query of your page."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[\x21-\x7e]+$")]
    state: Token


class NextAction(Shown):
    """The request by which its teacher puts it right."""

    method: Literal["POST"]
    path: str


class CalendarView(Shown, from_attributes=True):
    """What is known of the calendar is `stale_minutes` old; slots go by it at any age, unless `is_closed`."""

    calendar_stale_since: Annotated[
        InUtc | None,
        Field(description="As of when busy times are known, of imported calendars too; null while all are fresh."),
    ] = None
    is_closed: Annotated[bool, Field(description="Whether nothing is offered for it, as you have chosen.")] = False
    status: Literal["not_connected", "connected", "needs_reauth"] = "not_connected"
    connected_at: InUtc | None = None
    last_synced_at: InUtc | None = None
    stale_minutes: int | None = None
    is_stale: bool = False
    pending: Annotated[int, Field(description="Sessions that the calendar has yet to be told of.")] = 0
    failed: Annotated[int, Field(description="Sessions whose event Google refuses.")] = 0
    conflicts: Annotated[int, Field(description="Sessions whose event you have deleted or moved.")] = 0
    action: Annotated[
        NextAction | None, Field(description="What to do when the calendar needs you: null while it does not.")
    ] = None


class ProblemView(Shown, from_attributes=True):
    """`refused` by Google, whose reason is `code`; or `deleted` or `moved` there, and then the event's own times."""

    session_id: UUID
    kind: Literal["refused", "deleted", "moved"]
    code: str | None
    starts_at: InUtc
    ends_at: InUtc
    event_starts_at: InUtc | None
    event_ends_at: InUtc | None


class ProblemPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    problems: list[ProblemView]
    next: str | None


CONNECT_AGAIN = NextAction(method="POST", path="/v1/calendar-connection/consent")


# What talks to Google is imported by the routes that do, as the others start without it.


@router.post(
    "/v1/calendar-connection/consent",
    summary="Begin to connect your Google Calendar, on Google's page",
    tags=["calendar"],
    **teacher(),
)
def begin(request: Request, body: ConsentAsked) -> Response[Consent]:
    from lectern.calendar import consent  # noqa: PLC0415
    from lectern.payments.return_urls import require_return_urls  # noqa: PLC0415

    require_return_urls(return_url=body.return_url)
    url = consent.start(teacher_id(request), _auth_session(request), body.return_url, clock.now())
    return Response(200, "application/json", Consent(url=url), {"Cache-Control": "no-store"})


@router.put(
    "/v1/calendar-connection",
    summary="Connect the calendar that you have consented to; it takes the place of another",
    tags=["calendar"],
    **teacher(),
)
def connect(request: Request, body: Consented) -> CalendarView:
    from lectern.calendar import consent  # noqa: PLC0415

    consent.finish(teacher_id(request), _auth_session(request), body.code, body.state, clock.now())
    return _calendar(request)


@router.get(
    "/v1/calendar-connection",
    summary="Your connected calendar",
    tags=["calendar"],
    **teacher(checked_each_time()),
)
def my_calendar(request: Request) -> CalendarView:
    return _calendar(request)


@router.delete(
    "/v1/calendar-connection",
    summary="Part from your calendar; events that are in it stay",
    tags=["calendar"],
    status_code=204,
    **teacher(),
)
def part(request: Request) -> Response[None]:
    from lectern.calendar.disconnect import disconnect  # noqa: PLC0415

    disconnect(teacher_id(request), clock.now())
    return Response(204)


@router.get(
    "/v1/calendar-connection/problems",
    summary="The sessions that your calendar does not show as they are",
    tags=["calendar"],
    **teacher(checked_each_time()),
)
def my_problems(request: Request, limit: Limit = 50, cursor: Cursor = None) -> ProblemPage:
    from lectern.calendar.status import ask_problems  # noqa: PLC0415

    with database.tenant(teacher_id(request)) as tx:
        found = ask_problems(tx, _place.after(cursor), limit + 1).all()
    page = page_of(found, limit, lambda problem: problem.session_id)
    problems = [ProblemView.model_validate(problem) for problem in page.items]
    return ProblemPage(problems=problems, next=_place.cursor(page.next))


@router.put(
    "/v1/calendar-connection/events/<session_id>",
    summary="Have your calendar show this session as it is",
    tags=["calendar"],
    status_code=204,
    **teacher(),
)
def show_session_again(request: Request, session_id: UUID) -> Response[None]:
    from lectern.calendar.status import show_again  # noqa: PLC0415

    with database.tenant(teacher_id(request)) as tx:
        show_again(tx, session_id, clock.now())
    return Response(204)


def _auth_session(request: Request) -> bytes:
    return token_hash(bearer_token(request) or "")


def _calendar(request: Request) -> CalendarView:
    from lectern.calendar.status import ask_status  # noqa: PLC0415

    now = clock.now()
    with database.tenant(teacher_id(request)) as tx:
        asked, known = ask_status(tx, now), ask_calendars_known(tx)
        status, calendars = asked.one_or_none(), known.one()
    told = {
        "calendar_stale_since": calendars.stale_since(now),
        "is_closed": calendars.closes_slots(now),
        "action": CONNECT_AGAIN if status and status.status == "needs_reauth" else None,
    }
    return CalendarView.model_validate(told | (asdict(status) if status else {}))
