"""A teacher moves or cancels a session: it alone, with those that follow in its series, or all to come."""

from typing import Annotated, Literal, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, Instant, InUtc, Remark, Shown
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.requested_refunds import send_what_was_requested
from booking.student.seat import CancellationView, Percent
from lectern import clock, database
from lectern.database import Transaction
from lectern.errors import Invalid
from lectern.sessions.cancel import Cancellation, cancel_series, cancel_session, preview_cancellation
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.reschedule_series import reschedule_series
from lectern.sessions.session_row import SessionRow

router = Router()

Scope = Literal["this", "this_and_following", "all"]


class MoveAsked(Asked):
    starts_at: Annotated[Instant, Field(description="The new start of this session; others move by the same step.")]
    scope: Scope = "this"

    def move(self, tx: Transaction, session_id: UUID) -> list[SessionRow]:
        if self.scope == "this":
            return [reschedule_session(tx, session_id, self.starts_at, "teacher", clock.now())]
        return reschedule_series(tx, session_id, self.starts_at, self.scope, clock.now())


class CancelAsked(Asked):
    scope: Scope = "this"
    reason: Remark = ""
    expected_charge_percent: Annotated[
        Percent | None, Field(description="As the preview said; 409 when it has changed.")
    ] = None
    make_up: Annotated[
        bool, Field(description="Give each student a credit for it, on top of what comes back; for this session alone.")
    ] = False

    def cancel(self, tx: Transaction, session_id: UUID) -> list[UUID]:
        if self.scope == "this":
            cancellation = Cancellation("teacher", self.expected_charge_percent, self.reason, make_up=self.make_up)
            cancel_session(tx, session_id, cancellation, clock.now())
            return [session_id]
        if self.make_up:
            raise Invalid(
                "make_up_of_one", "A make-up is for one session: cancel with the scope 'this'.", fields=["make_up"]
            )
        return cancel_series(tx, session_id, self.scope, self.reason, clock.now())


class Moved(Shown, from_attributes=True):
    id: UUID
    status: str
    starts_at: InUtc
    ends_at: InUtc
    time_zone: str


class SessionsMoved(Shown):
    sessions: list[Moved]

    @classmethod
    def of(cls, moved: list[SessionRow]) -> Self:
        return cls(sessions=[Moved.model_validate(session) for session in moved])


class SessionsCancelled(Shown):
    session_ids: list[UUID]


@router.post("/v1/sessions/<session_id>/reschedule", summary="Move a session", tags=["sessions"], **teacher())
def reschedule(
    request: Request, session_id: UUID, body: MoveAsked, key: IdempotencyKey = None
) -> Response[SessionsMoved]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: SessionsMoved.of(body.move(tx, session_id)),
        of=SessionsMoved,
        status=200,
    )


@router.get(
    "/v1/sessions/<session_id>/cancellation-preview",
    summary="What cancelling would come to now",
    tags=["sessions"],
    **teacher(checked_each_time()),
)
def preview(request: Request, session_id: UUID) -> CancellationView:
    with database.tenant(teacher_id(request)) as tx:
        return CancellationView.of(preview_cancellation(tx, session_id, "teacher", clock.now()))


@router.post("/v1/sessions/<session_id>/cancel", summary="Cancel a session", tags=["sessions"], **teacher())
def cancel(
    request: Request, session_id: UUID, body: CancelAsked, key: IdempotencyKey = None
) -> Response[SessionsCancelled]:
    answer = once(
        request,
        teacher_id(request),
        key,
        lambda tx: SessionsCancelled(session_ids=body.cancel(tx, session_id)),
        of=SessionsCancelled,
        status=200,
    )
    send_what_was_requested(teacher_id(request))
    return answer
