"""A teacher's sessions: the list, the calendar, one in full, and what may be done to one."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Asked, Instant, InUtc, Money, Shown
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.paging import Cursor, Limit, Place
from booking.edge.requested_refunds import send_what_was_requested
from booking.edge.window import From, To, window
from lectern import clock, database
from lectern.database import Transaction
from lectern.sessions.listing import SessionSummary, calendar, get_session, list_sessions
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.sessions.paying import WithCredits
from lectern.sessions.transitions import complete_session, confirm_session, mark_no_show

router = Router()

Status = Literal["held", "pending", "scheduled", "completed", "no_show", "cancelled", "expired"]
EVERY_STATUS: tuple[Status, ...] = (
    "held",
    "pending",
    "scheduled",
    "completed",
    "no_show",
    "cancelled",
    "expired",
)

CALENDAR_DAYS = timedelta(days=92)

_place = Place(tuple[Instant, UUID])


class SessionView(Shown):
    """`time_zone` is yours when it was booked; `students` are the names in its seats."""

    id: UUID
    service_id: UUID
    service_name: str
    series_id: UUID | None
    status: str
    starts_at: InUtc
    ends_at: InUtc
    time_zone: str
    seats: int
    price: Money
    overlap_allowed: bool
    updated_at: InUtc
    students: list[str]

    @classmethod
    def of(cls, session: SessionSummary) -> Self:
        price = Money(amount=session.price_amount, currency=session.price_currency)
        return cls.model_validate({**asdict(session), "price": price})


class SessionPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    sessions: list[SessionView]
    next: str | None


class Calendar(Shown):
    sessions: list[SessionView]


class ParticipantView(Shown, from_attributes=True):
    """Who disputes that a lesson took place, which completed by itself, waits for your correction."""

    id: UUID
    student_id: UUID
    name: str
    status: str
    disputed_at: InUtc | None
    dispute_reason: str | None
    dispute_decided_at: InUtc | None


class SessionDetail(SessionView):
    participants: list[ParticipantView]

    @classmethod
    def read(cls, tx: Transaction, session_id: UUID) -> Self:
        session, participants = get_session(tx, session_id)
        summary = SessionView.of(session)
        return cls.model_validate({**dict(summary), "participants": participants})


class ManualAsked(Asked):
    service_id: UUID
    student_id: UUID
    starts_at: Instant
    duration_minutes: Annotated[
        Annotated[int, Field(ge=5, le=720)] | None, Field(description="The service's own if null.")
    ] = None
    allow_overlap: Annotated[bool, Field(description="Even over another session.")] = False
    with_credits: Annotated[bool, Field(description="The student's; if false, it is on trust.")] = False

    def session(self) -> ManualSession:
        duration = timedelta(minutes=self.duration_minutes) if self.duration_minutes else None
        return ManualSession(
            self.service_id,
            self.student_id,
            self.starts_at,
            duration,
            self.allow_overlap,
            WithCredits() if self.with_credits else None,
        )


class NoShowAsked(Asked):
    participant_id: Annotated[UUID | None, Field(description="One student of a group; null for nobody at all.")] = None


@router.get(
    "/v1/sessions",
    summary="Sessions by start",
    tags=["sessions"],
    **teacher(for_caller(minutes=2)),
)
def my_sessions(
    request: Request,
    start: From,
    end: To,
    status: Annotated[list[Status] | None, Query(description="Any of these; every one if left out.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SessionPage:
    asked = window(start, end)
    statuses: list[str] = [*(status or EVERY_STATUS)]
    with database.tenant(teacher_id(request)) as tx:
        page = list_sessions(tx, asked.start, asked.end, statuses, _place.after(cursor), limit)
    sessions = [SessionView.of(session) for session in page.items]
    return SessionPage(sessions=sessions, next=_place.cursor(page.next))


@router.get(
    "/v1/calendar",
    summary="Every session that takes place in a range",
    tags=["sessions"],
    **teacher(for_caller(minutes=2)),
)
def my_calendar(request: Request, start: From, end: To) -> Calendar:
    asked = window(start, end, CALENDAR_DAYS)
    with database.tenant(teacher_id(request)) as tx:
        sessions = calendar(tx, asked.start, asked.end)
    return Calendar(sessions=[SessionView.of(session) for session in sessions])


@router.post(
    "/v1/sessions",
    summary="Enter a session, outside your hours if you like",
    tags=["sessions"],
    status_code=201,
    **teacher(),
)
def enter_session(request: Request, body: ManualAsked, key: IdempotencyKey = None) -> Response[SessionDetail]:
    def enter(tx: Transaction) -> SessionDetail:
        booked = schedule_manual_session(tx, body.session(), clock.now())
        return SessionDetail.read(tx, booked.session_id)

    return once(
        request,
        teacher_id(request),
        key,
        enter,
        of=SessionDetail,
        location=lambda session: f"/v1/sessions/{session.id}",
    )


@router.get(
    "/v1/sessions/<session_id>",
    summary="A session and who is in it",
    tags=["sessions"],
    **teacher(for_caller(minutes=2)),
)
def my_session(request: Request, session_id: UUID) -> SessionDetail:
    with database.tenant(teacher_id(request)) as tx:
        return SessionDetail.read(tx, session_id)


@router.post("/v1/sessions/<session_id>/confirm", summary="Accept a request", tags=["sessions"], **teacher())
def confirm(request: Request, session_id: UUID, key: IdempotencyKey = None) -> Response[SessionDetail]:
    def accept(tx: Transaction) -> SessionDetail:
        confirm_session(tx, session_id, clock.now())
        return SessionDetail.read(tx, session_id)

    return once(request, teacher_id(request), key, accept, of=SessionDetail, status=200)


@router.post("/v1/sessions/<session_id>/complete", summary="It took place", tags=["sessions"], **teacher())
def complete(request: Request, session_id: UUID, key: IdempotencyKey = None) -> Response[SessionDetail]:
    def close(tx: Transaction) -> SessionDetail:
        complete_session(tx, session_id, clock.now())
        return SessionDetail.read(tx, session_id)

    return once(request, teacher_id(request), key, close, of=SessionDetail, status=200)


@router.post(
    "/v1/sessions/<session_id>/no-show",
    summary="Nobody came, or one student did not",
    tags=["sessions"],
    **teacher(),
)
def no_show(
    request: Request, session_id: UUID, body: NoShowAsked, key: IdempotencyKey = None
) -> Response[SessionDetail]:
    def mark(tx: Transaction) -> SessionDetail:
        mark_no_show(tx, session_id, clock.now(), body.participant_id)
        return SessionDetail.read(tx, session_id)

    answer = once(request, teacher_id(request), key, mark, of=SessionDetail, status=200)
    send_what_was_requested(teacher_id(request))
    return answer
