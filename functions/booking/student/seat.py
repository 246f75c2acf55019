"""A student looks after a seat, by the token that booking it gave: sees it, moves it, cancels it."""

from dataclasses import asdict
from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import seat, seat_holder
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, Instant, InUtc, Money, Remark, Shown, Sum
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.requested_refunds import send_what_was_requested
from lectern import clock, database
from lectern.accounts.profile import public_profile
from lectern.accounts.teacher_profile import PublicProfile
from lectern.database import Transaction
from lectern.directory import Seat
from lectern.payments.bought import SeatPayment, get_seat_payment
from lectern.sessions.cancel import Cancellation, CancellationPreview, cancel_session, preview_cancellation
from lectern.sessions.dispute import Dispute, dispute_completion, get_dispute
from lectern.sessions.listing import Participant, SessionSummary, get_session
from lectern.sessions.reschedule import reschedule_session

router = Router()

Percent = Annotated[int, Field(ge=0, le=100, description="Of the price.")]


class PaymentOfSeat(Shown):
    """The seat is booked once it is `paid`; until then there may be a `checkout_url` to pay at."""

    status: str
    amount: Sum
    refunded: Sum
    checkout_url: str | None
    paid_at: InUtc | None

    @classmethod
    def of(cls, paid: SeatPayment) -> Self | None:
        """None for a seat without one."""
        if paid.status is None:
            return None
        return cls.model_validate(
            {
                **asdict(paid),
                "amount": {"amount": paid.amount, "currency": paid.currency},
                "refunded": {"amount": paid.refunded_amount, "currency": paid.currency},
            }
        )


class SeatView(Shown):
    """The seat's own session, and nothing of who else is in it. `status` is the seat's once it has one of its own.

    `credit_units` is what it has cost in credits, 100 to a credit, before anything came back. A lesson that completed
    by itself may be disputed up to `disputable_until`.
    """

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
    credit_units: int
    payment: PaymentOfSeat | None
    disputable_until: InUtc | None
    disputed_at: InUtc | None

    @classmethod
    def of(
        cls, status: str, teacher: PublicProfile, session: SessionSummary, paid: SeatPayment, dispute: Dispute
    ) -> Self:
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
            credit_units=paid.credit_units,
            payment=PaymentOfSeat.of(paid),
            disputable_until=dispute.until,
            disputed_at=dispute.disputed_at,
        )


class CancellationView(Shown):
    """Free until `free_until`; afterwards `charge_percent` of the price is kept, none if it `uses_free_pass`.

    Of the credits, in units of which 100 are one, some are kept and the rest comes back; of money, `refund` does.
    """

    free_until: InUtc
    is_late: bool
    charge_percent: int
    uses_free_pass: bool
    units_kept: int
    units_returned: int
    refund: Annotated[Sum | None, Field(description="Null where no money was paid.")]

    @classmethod
    def of(cls, preview: CancellationPreview) -> Self:
        refund = Sum(amount=preview.refund_amount, currency=preview.currency) if preview.currency else None
        return cls.model_validate({**asdict(preview), "refund": refund})


class SeatCancellation(Asked):
    expected_charge_percent: Annotated[Percent, Field(description="As the preview said; 409 when it has changed.")]
    expected_uses_free_pass: Annotated[bool, Field(description="As the preview said; compared as the percent is.")] = (
        False
    )
    reason: Remark = ""


class SeatMove(Asked):
    starts_at: Instant


class SeatDispute(Asked):
    reason: Annotated[Remark, Field(description="What your teacher is to know.")] = ""


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
    return CancellationView.of(preview)


@router.post("/v1/seat/cancel", summary="Cancel your seat", tags=["seat"], **seat_holder())
def cancel_my_seat(request: Request, body: SeatCancellation, key: IdempotencyKey = None) -> Response[CancellationView]:
    mine = seat(request)
    cancellation = Cancellation(
        "student",
        body.expected_charge_percent,
        body.reason,
        mine.participant_id,
        expected_uses_free_pass=body.expected_uses_free_pass,
    )
    answer = once(
        request,
        mine.teacher_id,
        key,
        lambda tx: CancellationView.of(cancel_session(tx, mine.session_id, cancellation, clock.now())),
        of=CancellationView,
        status=200,
    )
    send_what_was_requested(mine.teacher_id)
    return answer


@router.post("/v1/seat/reschedule", summary="Move your session", tags=["seat"], **seat_holder())
def move_my_session(request: Request, body: SeatMove, key: IdempotencyKey = None) -> Response[SeatView]:
    mine = seat(request)

    def move(tx: Transaction) -> SeatView:
        reschedule_session(tx, mine.session_id, body.starts_at, "student", clock.now())
        return _view(tx, mine)

    return once(request, mine.teacher_id, key, move, of=SeatView, status=200)


@router.post(
    "/v1/seat/dispute",
    summary="Say that a lesson which completed by itself was otherwise",
    tags=["seat"],
    **seat_holder(),
)
def dispute_my_lesson(request: Request, body: SeatDispute, key: IdempotencyKey = None) -> Response[SeatView]:
    mine = seat(request)

    def dispute(tx: Transaction) -> SeatView:
        dispute_completion(tx, mine.participant_id, body.reason, clock.now())
        return _view(tx, mine)

    return once(request, mine.teacher_id, key, dispute, of=SeatView, status=200)


def _view(tx: Transaction, mine: Seat) -> SeatView:
    session, participants = get_session(tx, mine.session_id)
    paid, dispute = get_seat_payment(tx, mine.participant_id), get_dispute(tx, mine.participant_id)
    return SeatView.of(_status(mine, session, participants), public_profile(tx), session, paid, dispute)


def _status(mine: Seat, session: SessionSummary, participants: list[Participant]) -> str:
    own = next((seated.status for seated in participants if seated.id == mine.participant_id), session.status)
    return session.status if own == "booked" else own
