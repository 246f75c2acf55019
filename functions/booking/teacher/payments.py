"""A teacher's payments: the list, one in full, giving money back, and the sums of a range of dates."""

from dataclasses import asdict
from typing import Annotated, Literal, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, Strict

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time, for_caller
from booking.edge.fields import Asked, Day, Instant, InUtc, Shown, Sum
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.paging import Cursor, Limit, Place
from booking.edge.requested_refunds import send_what_was_requested
from lectern import clock, database, limits
from lectern.database import Transaction
from lectern.errors import Conflict
from lectern.payments.kpis import money_kpis
from lectern.payments.listing import PaymentSummary, get_payment, list_payments
from lectern.payments.refunds.ask import preview_refund, refund_payment

router = Router()

Status = Literal["created", "open", "processing", "paid", "failed", "expired"]
Amount = Annotated[int, Field(ge=1, le=2_147_483_647, description="Minor units.")]
# A query has nothing but text; in a body a number is a number.
AmountInBody = Annotated[Amount, Strict()]

# Each asks Stripe for all that happened in a month.
RECONCILIATIONS = limits.Limit("reconcile", rate_per_minute=1, burst=2)

_place = Place(tuple[Instant, UUID])


class PaymentView(Shown):
    """By a student's checkout or by an invoice of your own; one for a lesson moves with it to another `session_id`."""

    id: UUID
    kind: str
    status: str
    description: str
    amount: Sum
    refunded: Sum
    student_id: UUID | None
    student_name: str | None
    package_id: UUID | None
    session_id: UUID | None
    failure_code: str | None
    dispute_status: str | None
    created_at: InUtc
    paid_at: InUtc | None

    @classmethod
    def of(cls, payment: PaymentSummary) -> Self:
        return cls.model_validate(_fields(payment))


class PaymentPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    payments: list[PaymentView]
    next: str | None


class RefundView(Shown, from_attributes=True):
    """In the currency of the payment; `units` of credits go with it: those in use, as their lessons give them back."""

    id: UUID
    amount: int
    units: int
    status: str
    origin: str
    failure_code: str | None
    requested_at: InUtc


class PaymentDetail(PaymentView):
    refunds: list[RefundView]

    @classmethod
    def read(cls, tx: Transaction, payment_id: UUID) -> Self:
        payment, refunds = get_payment(tx, payment_id)
        return cls.model_validate({**_fields(payment), "refunds": refunds})


class RefundPreviewView(Shown):
    """`amount` would go back and `units` would be taken for it; `refundable` is the most that could go back."""

    amount: Sum
    units: int
    refundable: Sum


class RefundAsked(Asked):
    amount: Annotated[AmountInBody | None, Field(description="All that can be given back if null.")] = None
    expected_amount: Annotated[
        AmountInBody | None, Field(description="As the preview said; 409 when it has changed.")
    ] = None

    def refund(self, tx: Transaction, payment_id: UUID) -> "RefundRequested":
        refund = refund_payment(tx, payment_id, self.amount, clock.now())
        if self.expected_amount not in (None, refund.amount):
            raise Conflict(
                "outcome_changed",
                f"{refund.amount} would go back now. Look at the preview again.",
                amount=refund.amount,
            )
        return RefundRequested(
            id=refund.id,
            payment_id=refund.payment_id,
            amount=Sum(amount=refund.amount, currency=refund.currency),
            units=refund.units,
            status=refund.status,
        )


class RefundRequested(Shown):
    """It is on its way to Stripe; what became of it shows with the payment."""

    id: UUID
    payment_id: UUID
    amount: Sum
    units: int
    status: str


class CurrencyKpis(Shown, from_attributes=True):
    """In minor units. `revenue` is what was paid, before refunds; `outstanding` was asked for and not paid, or failed.

    `disputed` is what banks hold or took back. `previous_…` are those of as many days before.
    """

    currency: str
    revenue: int
    refunds: int
    outstanding: int
    disputed: int
    previous_revenue: int
    previous_refunds: int
    previous_outstanding: int
    previous_disputed: int


class Kpis(Shown):
    currencies: list[CurrencyKpis]


class Finding(Shown, from_attributes=True):
    """`subject` is an id, ours or else Stripe's; `code` says what was different about it."""

    code: str
    subject: str


class Reconciliation(Shown, from_attributes=True):
    """What was put right, and what a person must look at: no money is moved to make two numbers agree."""

    repaired: list[Finding]
    reported: list[Finding]


@router.get("/v1/payments", summary="Payments, the newest first", tags=["payments"], **teacher(for_caller(minutes=1)))
def my_payments(
    request: Request,
    status: Annotated[Status | None, Query()] = None,
    student_id: Annotated[UUID | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PaymentPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_payments(tx, status, student_id, _place.after(cursor), limit)
    payments = [PaymentView.of(payment) for payment in page.items]
    return PaymentPage(payments=payments, next=_place.cursor(page.next))


@router.get(
    "/v1/payments/kpis",
    summary="What you earn in a range of your dates",
    tags=["payments"],
    **teacher(for_caller(minutes=1)),
)
def my_kpis(
    request: Request,
    first: Annotated[Day, Query(alias="from")],
    end: Annotated[Day, Query(alias="to", description="Not included.")],
) -> Kpis:
    with database.tenant(teacher_id(request)) as tx:
        found = money_kpis(tx, first, end)
    return Kpis(currencies=[CurrencyKpis.model_validate(kpis) for kpis in found])


@router.post(
    "/v1/payments/reconcile",
    summary="Compare your payments with Stripe's now, and put right what can be; asking again does no harm",
    tags=["payments"],
    **teacher(),
)
def reconcile_mine(request: Request) -> Response[Reconciliation]:
    # What talks to Stripe, for this route alone.
    from lectern.payments.reconciliation.reconcile import reconcile  # noqa: PLC0415

    limits.check(RECONCILIATIONS, str(teacher_id(request)))
    report = reconcile(teacher_id(request), clock.now())
    view = Reconciliation.model_validate(report)
    return Response(200, "application/json", view, {"Cache-Control": "no-store"})


@router.get(
    "/v1/payments/<payment_id>",
    summary="A payment and what was given back of it",
    tags=["payments"],
    **teacher(for_caller(minutes=1)),
)
def my_payment(request: Request, payment_id: UUID) -> PaymentDetail:
    with database.tenant(teacher_id(request)) as tx:
        return PaymentDetail.read(tx, payment_id)


@router.get(
    "/v1/payments/<payment_id>/refund-preview",
    summary="What giving money back would come to now",
    tags=["payments"],
    **teacher(checked_each_time()),
)
def preview(
    request: Request,
    payment_id: UUID,
    amount: Annotated[Amount | None, Query(description="All that can be given back if left out.")] = None,
) -> RefundPreviewView:
    with database.tenant(teacher_id(request)) as tx:
        outcome = preview_refund(tx, payment_id, amount, clock.now())
    return RefundPreviewView(
        amount=Sum(amount=outcome.amount, currency=outcome.currency),
        units=outcome.units,
        refundable=Sum(amount=outcome.refundable, currency=outcome.currency),
    )


@router.post("/v1/payments/<payment_id>/refund", summary="Give money back", tags=["payments"], **teacher())
def refund(
    request: Request, payment_id: UUID, body: RefundAsked, key: IdempotencyKey = None
) -> Response[RefundRequested]:
    answer = once(
        request, teacher_id(request), key, lambda tx: body.refund(tx, payment_id), of=RefundRequested, status=200
    )
    send_what_was_requested(teacher_id(request))
    return answer


def _fields(payment: PaymentSummary) -> dict[str, object]:
    return {
        **asdict(payment),
        "amount": Sum(amount=payment.amount, currency=payment.currency),
        "refunded": Sum(amount=payment.refunded_amount, currency=payment.currency),
    }
