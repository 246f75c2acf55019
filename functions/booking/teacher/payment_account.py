"""A teacher's account at Stripe, into which students pay: opening it, and whether it is ready."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, Shown
from booking.student.checkout import ReturnUrl
from lectern import clock, database

router = Router()


class OnboardingAsked(Asked):
    """Where Stripe sends the browser: when it is done with, and when its page cannot be opened any more."""

    return_url: ReturnUrl
    refresh_url: ReturnUrl


class Onboarding(Shown):
    """A page of Stripe's that opens once, and for some minutes."""

    url: str


class PaymentAccountView(Shown):
    """No id: there is none yet. Students can pay once `charges_enabled`."""

    stripe_account_id: str | None = None
    charges_enabled: bool = False
    details_submitted: bool = False


@router.post(
    "/v1/payment-account/onboarding",
    summary="Go on with your account at Stripe; it is opened if there is none",
    tags=["payments"],
    **teacher(),
)
def go_on(request: Request, body: OnboardingAsked) -> Response[Onboarding]:
    # What talks to Stripe, for this route alone.
    from lectern.payments.connect import start_onboarding  # noqa: PLC0415

    url = start_onboarding(teacher_id(request), body.return_url, body.refresh_url, clock.now())
    return Response(200, "application/json", Onboarding(url=url), {"Cache-Control": "no-store"})


@router.get(
    "/v1/payment-account",
    summary="Your account at Stripe",
    tags=["payments"],
    **teacher(checked_each_time()),
)
def my_account(request: Request) -> PaymentAccountView:
    from lectern.payments.connect import payment_account  # noqa: PLC0415 - as above

    with database.tenant(teacher_id(request)) as tx:
        account = payment_account(tx)
    return PaymentAccountView.model_validate(account, from_attributes=True) if account else PaymentAccountView()
