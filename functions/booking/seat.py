"""A student looks after a seat, by the token that booking it gave: sees it, moves it, cancels it."""

from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.access import seat, seat_holder
from booking.conditional import checked_each_time
from booking.fields import Asked, Instant, InUtc, Money, Remark, Shown
from booking.idempotent import IdempotencyKey, once
from lectern import clock, database
from lectern.accounts.profile import public_profile
from lectern.accounts.teacher_profile import PublicProfile
from lectern.database import Transaction
from lectern.directory import Seat
from lectern.sessions.cancel import Cancellation, cancel_session, preview_cancellation
from lectern.sessions.listing import Participant, SessionSummary, get_session
from lectern.sessions.reschedule import reschedule_session

router = Router()

Percent = Annotated[int, Field(ge=0, le=100, description="Of the price.")]


class SeatView(Shown):
    """The seat's own session, and nothing of who else is in it. `status` is the seat's once it has one of its own."""

    session_id: UUID
    status: str
    teacher: str
    slug: str
    service_id: UUID
    service_name: str
    starts_at: InUtc
    ends_at: InUtc
    time_zone: str
    price: Money

    @classmethod
    def of(cls, status: str, teacher: PublicProfile, session: SessionSummary) -> Self:
        return cls(
            session_id=session.id,
            status=status,
            teacher=teacher.name,
            slug=teacher.slug,
            service_id=session.service_id,
            service_name=session.service_name,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            time_zone=session.time_zone,
            price=Money(amount=session.price_amount, currency=session.price_currency),
        )


class CancellationView(Shown, from_attributes=True):
    """Free until `free_until`; afterwards `charge_percent` of the price is kept."""

    free_until: InUtc
    is_late: bool
    charge_percent: int


class SeatCancellation(Asked):
    expected_charge_percent: Annotated[Percent, Field(description="As the preview said; 409 when it has changed.")]
    reason: Remark = ""


class SeatMove(Asked):
    starts_at: Instant


@router.get("/v1/seat", summary="Your seat", tags=["seat"], **seat_holder(checked_each_time()))
def my_seat(request: Request) -> SeatView:
    mine = seat(request)
    with database.tenant(mine.teacher_id) as tx:
        return _view(tx, mine)


@router.get(
    "/v1/seat/cancellation-preview",
    summary="What cancelling would come to now",
    tags=["seat"],
    **seat_holder(checked_each_time()),
)
def preview_my_cancellation(request: Request) -> CancellationView:
    mine = seat(request)
    with database.tenant(mine.teacher_id) as tx:
        preview = preview_cancellation(tx, mine.session_id, "student", clock.now(), mine.participant_id)
    return CancellationView.model_validate(preview)


@router.post("/v1/seat/cancel", summary="Cancel your seat", tags=["seat"], **seat_holder())
def cancel_my_seat(request: Request, body: SeatCancellation, key: IdempotencyKey = None) -> Response[CancellationView]:
    mine = seat(request)
    cancellation = Cancellation("student", body.expected_charge_percent, body.reason, mine.participant_id)
    return once(
        request,
        mine.teacher_id,
        key,
        lambda tx: CancellationView.model_validate(cancel_session(tx, mine.session_id, cancellation, clock.now())),
        of=CancellationView,
        status=200,
    )


@router.post("/v1/seat/reschedule", summary="Move your session", tags=["seat"], **seat_holder())
def move_my_session(request: Request, body: SeatMove, key: IdempotencyKey = None) -> Response[SeatView]:
    mine = seat(request)

    def move(tx: Transaction) -> SeatView:
        reschedule_session(tx, mine.session_id, body.starts_at, "student", clock.now())
        return _view(tx, mine)

    return once(request, mine.teacher_id, key, move, of=SeatView, status=200)


def _view(tx: Transaction, mine: Seat) -> SeatView:
    session, participants = get_session(tx, mine.session_id)
    return SeatView.of(_status(mine, session, participants), public_profile(tx), session)


def _status(mine: Seat, session: SessionSummary, participants: list[Participant]) -> str:
    own = next((seated.status for seated in participants if seated.id == mine.participant_id), session.status)
    return session.status if own == "booked" else own
