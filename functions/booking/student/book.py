"""A student takes a slot: holds it, books it, books several, or has a trial."""

from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, computed_field

from booking.edge.access import public, teacher_called
from booking.edge.fields import Asked, Instant, InUtc, Money, Shown, Slug, Token
from booking.edge.idempotent import IdempotencyKey, once
from booking.student.credit_token import CreditToken, with_credits
from booking.student.visitor import noting_seats
from booking.teacher.students import StudentAsked
from lectern import clock
from lectern.database import Transaction
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import MAX_SESSIONS_AT_ONCE, book_multiple_sessions
from lectern.sessions.booked import Booked
from lectern.sessions.hold import hold_slot
from lectern.sessions.trial import create_trial_session
from lectern.settings import token_key
from lectern.tokens import seat_token

router = Router()


class SlotAsked(Asked):
    service_id: UUID
    starts_at: Instant


class BookingAsked(SlotAsked):
    student: StudentAsked
    hold_token: Annotated[Token | None, Field(description="Of your hold on this start.")] = None
    credit_token: CreditToken = None

    def book(self, tx: Transaction) -> Booked:
        booking = Booking(
            self.service_id,
            self.starts_at,
            self.student.details(),
            self.hold_token,
            with_credits=with_credits(tx, self.credit_token),
        )
        return book_session(tx, booking, clock.now())


class SeveralAsked(Asked):
    service_id: UUID
    starts_at: Annotated[list[Instant], Field(min_length=1, max_length=MAX_SESSIONS_AT_ONCE)]
    student: StudentAsked
    credit_token: CreditToken = None

    def book(self, tx: Transaction) -> list[Booked]:
        paid = with_credits(tx, self.credit_token)
        return book_multiple_sessions(tx, self.service_id, self.starts_at, self.student.details(), clock.now(), paid)


class TrialAsked(SlotAsked):
    student: StudentAsked

    def booking(self) -> Booking:
        return Booking(self.service_id, self.starts_at, self.student.details())


class SeatGiven(Shown, from_attributes=True):
    """A seat and the token that shows, moves and cancels it: whoever has the token may do so."""

    session_id: UUID
    participant_id: UUID
    starts_at: InUtc
    ends_at: InUtc

    @computed_field
    def token(self) -> str:
        return seat_token(token_key(), self.participant_id)


class SlotHeld(SeatGiven):
    expires_at: InUtc


class SeatBooked(SeatGiven):
    """A `pending` session waits for the teacher to confirm it. `time_zone` is the teacher's."""

    status: str
    time_zone: str
    service_name: str
    price: Money

    @classmethod
    def of(cls, booked: Booked) -> Self:
        return cls(
            session_id=booked.session_id,
            participant_id=booked.participant_id,
            starts_at=booked.starts_at,
            ends_at=booked.ends_at,
            status=booked.status,
            time_zone=booked.time_zone,
            service_name=booked.service_name,
            price=Money(amount=booked.price_amount, currency=booked.price_currency),
        )


class SeatsBooked(Shown):
    sessions: list[SeatBooked]


@router.post(
    "/v1/teachers/<slug>/holds",
    summary="Keep a slot for 10 minutes",
    tags=["book"],
    status_code=201,
    **public(),
)
def hold(request: Request, slug: Slug, body: SlotAsked, key: IdempotencyKey = None) -> Response[SlotHeld]:
    return once(
        request,
        teacher_called(slug),
        key,
        noting_seats(
            request,
            lambda tx: SlotHeld.model_validate(hold_slot(tx, body.service_id, body.starts_at, clock.now())),
            _seat_of,
        ),
        of=SlotHeld,
        location=lambda _: "/v1/seat",
    )


@router.post(
    "/v1/teachers/<slug>/sessions",
    summary="Book a slot",
    tags=["book"],
    status_code=201,
    **public(),
)
def book(request: Request, slug: Slug, body: BookingAsked, key: IdempotencyKey = None) -> Response[SeatBooked]:
    return once(
        request,
        teacher_called(slug),
        key,
        noting_seats(request, lambda tx: SeatBooked.of(body.book(tx)), _seat_of),
        of=SeatBooked,
        location=lambda _: "/v1/seat",
    )


@router.post(
    "/v1/teachers/<slug>/sessions/several",
    summary="Book several slots, all or none",
    tags=["book"],
    status_code=201,
    **public(),
)
def book_several(request: Request, slug: Slug, body: SeveralAsked, key: IdempotencyKey = None) -> Response[SeatsBooked]:
    return once(
        request,
        teacher_called(slug),
        key,
        noting_seats(
            request,
            lambda tx: _seats(body.book(tx)),
            lambda booked: [seat.participant_id for seat in booked.sessions],
        ),
        of=SeatsBooked,
    )


@router.post(
    "/v1/teachers/<slug>/trials",
    summary="Book the one trial lesson that a student has",
    tags=["book"],
    status_code=201,
    **public(),
)
def book_trial(request: Request, slug: Slug, body: TrialAsked, key: IdempotencyKey = None) -> Response[SeatBooked]:
    return once(
        request,
        teacher_called(slug),
        key,
        noting_seats(
            request, lambda tx: SeatBooked.of(create_trial_session(tx, body.booking(), clock.now())), _seat_of
        ),
        of=SeatBooked,
        location=lambda _: "/v1/seat",
    )


def _seats(booked: list[Booked]) -> SeatsBooked:
    return SeatsBooked(sessions=[SeatBooked.of(seat) for seat in booked])


def _seat_of(given: SeatGiven) -> list[UUID]:
    return [given.participant_id]
