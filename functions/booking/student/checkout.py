"""A student pays: for a package of credits or for one lesson, on a page of Stripe's; and looks at what they bought."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, StringConstraints, computed_field

from booking.edge.access import checking_out, payment_id, purchase_holder, teacher_called, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, Instant, InUtc, Shown, Slug, Sum, Token
from booking.edge.idempotent import IdempotencyKey, fingerprint
from booking.student.visitor import browser
from booking.teacher.students import StudentAsked
from lectern import clock, database, idempotency
from lectern.accounts.profile import public_profile
from lectern.accounts.teacher_profile import PublicProfile
from lectern.analytics.visits import Taking
from lectern.identifiers import new_id
from lectern.payments.bought import Purchase, get_purchase
from lectern.sessions.book import Booking
from lectern.settings import token_key
from lectern.tokens import purchase_token, seat_token

if TYPE_CHECKING:
    from lectern.payments.checkout.start import Checkout

router = Router()

ReturnUrl = Annotated[
    str,
    StringConstraints(min_length=8, max_length=2000, pattern=r"^[\x21-\x7e]+$"),
    Field(description="A page of yours, with https."),
]


class Returning(Asked):
    """Where Stripe sends the browser, once paid and when it was given up."""

    success_url: ReturnUrl
    cancel_url: ReturnUrl


class PurchaseAsked(Returning):
    package_id: UUID
    student: StudentAsked


class LessonAsked(Returning):
    service_id: UUID
    starts_at: Instant
    student: StudentAsked
    hold_token: Annotated[Token | None, Field(description="Of your hold on this start.")] = None

    def booking(self) -> Booking:
        return Booking(self.service_id, self.starts_at, self.student.details(), self.hold_token)


class CheckoutStarted(Shown):
    """`checkout_url` is where to pay until `expires_at`; whether the money has come, what the token shows tells."""

    payment_id: UUID
    status: str
    checkout_url: str | None
    expires_at: InUtc


class PurchaseStarted(CheckoutStarted):
    """The token shows the purchase and spends its credits: whoever has it may do so."""

    teacher_id: UUID
    amount: Sum

    @classmethod
    def of(cls, teacher_id: UUID, checkout: "Checkout") -> Self:
        amount = Sum(amount=checkout.amount, currency=checkout.currency)
        fields = {**asdict(checkout), "checkout_url": checkout.url, "teacher_id": teacher_id, "amount": amount}
        return cls.model_validate(fields)

    @computed_field
    def token(self) -> str:
        return purchase_token(token_key(), self.teacher_id, self.payment_id)


class LessonStarted(CheckoutStarted):
    """The token shows, moves and cancels the seat, which is held meanwhile: whoever has it may do so."""

    session_id: UUID
    participant_id: UUID
    price: Sum

    @classmethod
    def of(cls, checkout: "Checkout") -> Self:
        price = Sum(amount=checkout.amount, currency=checkout.currency)
        return cls.model_validate({**asdict(checkout), "checkout_url": checkout.url, "price": price})

    @computed_field
    def token(self) -> str:
        return seat_token(token_key(), self.participant_id)


class PurchaseView(Shown):
    """Of `units`, 100 to a credit, `units_left` can be spent; `units_reserved` are promised to lessons to come."""

    payment_id: UUID
    teacher: str
    slug: str
    status: str
    description: str
    amount: Sum
    refunded: Sum
    units: int
    units_left: int
    units_reserved: int
    credits_expire_at: InUtc | None
    is_frozen: bool
    checkout_url: str | None
    paid_at: InUtc | None

    @classmethod
    def of(cls, teacher: PublicProfile, purchase: Purchase) -> Self:
        return cls(
            payment_id=purchase.payment_id,
            teacher=teacher.name,
            slug=teacher.slug,
            status=purchase.status,
            description=purchase.description,
            amount=Sum(amount=purchase.amount, currency=purchase.currency),
            refunded=Sum(amount=purchase.refunded_amount, currency=purchase.currency),
            units=purchase.units,
            units_left=purchase.units_left,
            units_reserved=purchase.units_reserved,
            credits_expire_at=purchase.credits_expire_at,
            is_frozen=purchase.is_frozen,
            checkout_url=purchase.checkout_url,
            paid_at=purchase.paid_at,
        )


@router.post(
    "/v1/teachers/<slug>/purchases",
    summary="Buy a package of credits",
    tags=["pay"],
    status_code=201,
    **checking_out(),
)
def purchase(
    request: Request, slug: Slug, body: PurchaseAsked, key: IdempotencyKey = None
) -> Response[PurchaseStarted]:
    # What talks to Stripe, for those alone who check out.
    from lectern.payments.checkout.start import PackageOrder, start_package_checkout  # noqa: PLC0415

    teacher = teacher_called(slug)
    order = PackageOrder(body.package_id, body.student.details(), body.success_url, body.cancel_url)
    checkout = start_package_checkout(teacher, _payment_id(teacher, key), order, fingerprint(request), clock.now())
    return _created(PurchaseStarted.of(teacher, checkout), "/v1/purchase")


@router.post(
    "/v1/teachers/<slug>/checkouts",
    summary="Book a slot by paying for it",
    tags=["pay"],
    status_code=201,
    **checking_out(),
)
def check_out(request: Request, slug: Slug, body: LessonAsked, key: IdempotencyKey = None) -> Response[LessonStarted]:
    # As for a purchase.
    from lectern.payments.checkout.start import SessionOrder, start_session_checkout  # noqa: PLC0415

    teacher = teacher_called(slug)
    order = SessionOrder(body.booking(), body.success_url, body.cancel_url)
    checkout = start_session_checkout(teacher, _payment_id(teacher, key), order, fingerprint(request), clock.now())
    started = LessonStarted.of(checkout)
    # Not with the hold, which is committed before Stripe is asked.
    with database.tenant(teacher) as tx:
        Taking.ask(tx, browser(request), clock.now()).note(tx, [started.participant_id])
    return _created(started, "/v1/seat")


@router.get("/v1/purchase", summary="Your purchase", tags=["pay"], **purchase_holder(checked_each_time()))
def my_purchase(request: Request) -> PurchaseView:
    with database.tenant(teacher_id(request)) as tx:
        teacher = public_profile(tx)
        return PurchaseView.of(teacher, get_purchase(tx, payment_id(request)))


def _payment_id(teacher_id: UUID, key: str | None) -> UUID:
    """A repetition finds the payment of the first delivery, wherever that broke off between us and Stripe."""
    return idempotency.derived_id(token_key(), "payment", str(teacher_id), key) if key else new_id()


def _created[View: CheckoutStarted](view: View, location: str) -> Response[View]:
    return Response(201, "application/json", view, {"Cache-Control": "no-store", "Location": location})
