"""Every question that we ask of Stripe, and the one module that imports its SDK.

Each function is one call, or one page after the other of a list, in the name of a teacher's connected account and
through `lectern.outbound`: limited, cut off while Stripe is down, and repeated, as all of them are reads or carry an
idempotency key. The answers are Stripe's objects as plain JSON; what they mean is read in `lectern.payments.facts`.

Besides what `outbound.call` raises there are RefusedByStripe and UnderWay. An API key that Stripe does not know is the
deployment's mistake and nobody else's business: it passes through as the SDK's own AuthenticationError.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lectern.errors import Conflict
from lectern.limits import Limit
from lectern.outbound import CONNECT_SECONDS, READ_SECONDS, Provider, Throttled, Unanswered, Unreachable, call
from lectern.payments.facts import Json
from lectern.settings import StripeSettings, stripe_settings

if TYPE_CHECKING:
    from stripe import ListObject, StripeClient, StripeError, StripeObject
    from stripe._request_options import RequestOptions
    from stripe.params.checkout import SessionCreateParams

    type Listing = Callable[[StripeClient], Callable[..., ListObject[Any]]]

# Under Stripe's own 100 a second, 25 in a sandbox (https://docs.stripe.com/rate-limits), of which no teacher takes all.
STRIPE = Provider(
    "stripe",
    Limit("stripe", rate_per_minute=80 * 60, burst=80),
    Limit("stripe-teacher", rate_per_minute=10 * 60, burst=50),
)

# The most that Stripe gives at once (https://docs.stripe.com/api/pagination).
PAGE = 100

# Stripe forgets a key after 24 hours or more (https://docs.stripe.com/api/idempotent_requests): asked again then, the
# question of a lost answer would be a second one.
KEY_IS_GOOD_FOR = timedelta(hours=23)
# Between our clock and Stripe's, by which its lists are cut.
CLOCKS_DIFFER_BY = timedelta(minutes=5)


# Another question under the same key, and a failure of Stripe's own that the key keeps: it may have been done.
# https://docs.stripe.com/error-low-level#server-errors
UNCERTAIN = ("idempotency_error", "api_error")


class RefusedByStripe(Conflict):
    """Stripe said no; asking again under the same key would get the same answer.

    Unless `stripe_code` is one of UNCERTAIN, nothing has been done.
    """

    def __init__(self, stripe_code: str) -> None:
        super().__init__(
            "payment_refused_by_stripe",
            "Stripe refuses this. `stripe_code` is its reason: https://docs.stripe.com/error-codes.",
            stripe_code=stripe_code,
        )
        self.stripe_code = stripe_code


class UnderWay(Conflict):
    """Another call under the same key is being answered at this moment."""

    def __init__(self) -> None:
        super().__init__(
            "request_in_progress",
            "The same request is being carried out. Ask again in a moment for its answer.",
            retry_after=1,
        )


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """In whose name a call is made."""

    teacher_id: UUID
    stripe_account_id: str


@dataclass(frozen=True, slots=True)
class CheckoutQuestion:
    """What a buyer is asked to pay, in minor units; `currency` in upper case, `only_cards` for money at once.

    Without `customer_email`, Stripe asks the buyer for an address.
    """

    payment_id: UUID
    amount: int
    currency: str
    description: str
    customer_email: str | None
    success_url: str
    cancel_url: str
    expires_at: datetime
    only_cards: bool


def create_account(teacher_id: UUID, payment_account_id: UUID) -> Json:
    """An account with a dashboard of its own, which pays Stripe's fees and bears its own losses.

    https://docs.stripe.com/connect/migrate-to-controller-properties: what used to be called a standard account.
    """
    return _asked(
        teacher_id,
        lambda client: client.v1.accounts.create(
            {
                "controller": {
                    "stripe_dashboard": {"type": "full"},
                    "fees": {"payer": "account"},
                    "losses": {"payments": "stripe"},
                    "requirement_collection": "stripe",
                },
                "metadata": {
                    "lectern_teacher_id": str(teacher_id),
                    "lectern_payment_account_id": str(payment_account_id),
                },
            },
            {"idempotency_key": f"account:{payment_account_id}"},
        ),
    )


def accounts_since(teacher_id: UUID, since: datetime) -> Iterator[Json]:
    """Of all teachers: Stripe lists the platform's accounts by nothing but their age."""
    return _pages(teacher_id, {}, lambda client: client.v1.accounts.list, created=_from(since))


def create_account_link(account: ConnectedAccount, return_url: str, refresh_url: str) -> Json:
    """A page of Stripe's where the teacher says who they are; it opens once, and for some minutes."""
    return _asked(
        account.teacher_id,
        lambda client: client.v1.account_links.create(
            {
                "account": account.stripe_account_id,
                "type": "account_onboarding",
                "return_url": return_url,
                "refresh_url": refresh_url,
            }
        ),
    )


def create_checkout_session(account: ConnectedAccount, question: CheckoutQuestion) -> Json:
    """https://docs.stripe.com/api/checkout/sessions/create; the payment's id is in the session and in its intent."""
    options = _keyed(account, f"payment:{question.payment_id}:checkout")
    return _asked(
        account.teacher_id, lambda client: client.v1.checkout.sessions.create(_checkout_parameters(question), options)
    )


def get_account(account: ConnectedAccount) -> Json:
    return _asked(account.teacher_id, lambda client: client.v1.accounts.retrieve(account.stripe_account_id))


def get_checkout_session(account: ConnectedAccount, checkout_session_id: str) -> Json:
    return _asked(
        account.teacher_id,
        lambda client: client.v1.checkout.sessions.retrieve(checkout_session_id, options=_in_name_of(account)),
    )


def get_payment_intent(account: ConnectedAccount, payment_intent_id: str) -> Json:
    return _asked(
        account.teacher_id,
        lambda client: client.v1.payment_intents.retrieve(payment_intent_id, options=_in_name_of(account)),
    )


def create_refund(account: ConnectedAccount, refund_id: UUID, payment_intent_id: str, amount: int) -> Json:
    return _asked(
        account.teacher_id,
        lambda client: client.v1.refunds.create(
            {
                "payment_intent": payment_intent_id,
                "amount": amount,
                "metadata": {"lectern_refund_id": str(refund_id)},
            },
            _keyed(account, f"refund:{refund_id}"),
        ),
    )


def get_refund(account: ConnectedAccount, stripe_refund_id: str) -> Json:
    return _asked(
        account.teacher_id,
        lambda client: client.v1.refunds.retrieve(stripe_refund_id, options=_in_name_of(account)),
    )


def refunds_of(account: ConnectedAccount, payment_intent_id: str) -> Iterator[Json]:
    return _pages_of(account, lambda client: client.v1.refunds.list, payment_intent=payment_intent_id)


def refunds_since(account: ConnectedAccount, since: datetime) -> Iterator[Json]:
    return _pages_of(account, lambda client: client.v1.refunds.list, created=_from(since))


def payment_intents_since(account: ConnectedAccount, since: datetime) -> Iterator[Json]:
    return _pages_of(account, lambda client: client.v1.payment_intents.list, created=_from(since))


def checkout_sessions_since(account: ConnectedAccount, since: datetime) -> Iterator[Json]:
    return _pages_of(account, lambda client: client.v1.checkout.sessions.list, created=_from(since))


def undelivered_events_since(account: ConnectedAccount, since: datetime) -> Iterator[Json]:
    """Also those whose delivery is still being tried; Stripe keeps events for 30 days.

    https://docs.stripe.com/api/events/list
    """
    return _pages_of(account, lambda client: client.v1.events.list, created=_from(since), delivery_success=False)


def _from(instant: datetime) -> dict[str, int]:
    return {"gte": int(instant.timestamp())}


def _checkout_parameters(question: CheckoutQuestion) -> "SessionCreateParams":
    payment_id = str(question.payment_id)
    parameters: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": question.currency.lower(),
                    "unit_amount": question.amount,
                    "product_data": {"name": question.description},
                },
            }
        ],
        "client_reference_id": payment_id,
        "metadata": {"lectern_payment_id": payment_id},
        "payment_intent_data": {"metadata": {"lectern_payment_id": payment_id}},
        "success_url": question.success_url,
        "cancel_url": question.cancel_url,
        "expires_at": int(question.expires_at.timestamp()),
    }
    if question.customer_email:
        parameters["customer_email"] = question.customer_email
    if question.only_cards:
        # https://docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions
        parameters["allowed_payment_method_types"] = ["card"]
    return parameters


def _in_name_of(account: ConnectedAccount) -> "RequestOptions":
    return {"stripe_account": account.stripe_account_id}


def _keyed(account: ConnectedAccount, key: str) -> "RequestOptions":
    return {"stripe_account": account.stripe_account_id, "idempotency_key": key}


def _pages_of(account: ConnectedAccount, listing: "Listing", **filters: object) -> Iterator[Json]:
    return _pages(account.teacher_id, _in_name_of(account), listing, **filters)


def _pages(teacher_id: UUID, options: "RequestOptions", listing: "Listing", **filters: object) -> Iterator[Json]:
    """Newest first. Page by page, as the SDK's own iterator would ask for the next one past the guarded client."""
    after: dict[str, object] = {}
    while True:
        parameters = {**filters, **after, "limit": PAGE}
        page = _asked(
            teacher_id,
            lambda client, parameters=parameters: listing(client)(parameters, options),  # type: ignore[misc]  # mypy does not infer a default's type
        )
        yield from page["data"]
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


def _asked(teacher_id: UUID, question: "Callable[[StripeClient], StripeObject]") -> Json:
    answer = call(STRIPE, str(teacher_id), partial(_attempt, question), repeatable=True)
    # For JSON, as much of it is kept as such: the SDK makes decimals of some texts.
    return answer.to_dict(for_json=True)


def _attempt(question: "Callable[[StripeClient], StripeObject]") -> "StripeObject":
    # 146 ms that only who asks Stripe pays.
    import stripe  # noqa: PLC0415

    try:
        return question(_client(stripe_settings()))
    except stripe.AuthenticationError:
        raise
    except stripe.StripeError as error:
        raise _meaning(error) from error


def _meaning(error: "StripeError") -> Unanswered | UnderWay | RefusedByStripe:
    """By the status, which is None when no answer came, and Stripe's own error: https://docs.stripe.com/api/errors."""
    status = error.http_status
    if status == HTTPStatus.CONFLICT:
        # No failure of Stripe's: else whoever sends one request many times at once would open the circuit for all.
        return UnderWay()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(type(error).__name__, retry_after=_retry_after(error))
    headers = error.headers or {}
    if status is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR and headers.get("idempotent-replayed"):
        # Not that Stripe is down: it is what the first attempt met, and a new key could do twice what that has done.
        return RefusedByStripe("api_error")
    told = error.error
    is_refusal = status is not None and HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    # Without Stripe's own words it is a proxy's answer, or half of one: what was asked may well have been done.
    if told is None or not is_refusal:
        return Unreachable(type(error).__name__, retry_after=_retry_after(error))
    return RefusedByStripe(told.code or told.type or type(error).__name__)


def _retry_after(error: "StripeError") -> float | None:
    seconds = (error.headers or {}).get("retry-after", "")
    return float(seconds) if seconds.isdecimal() else None


@cache
def _client(settings: StripeSettings) -> "StripeClient":
    """One for the life of the environment, so that a call need not open a connection of its own."""
    from stripe import RequestsClient, StripeClient  # noqa: PLC0415 - as in `_attempt`

    return StripeClient(
        settings.secret_key,
        base_addresses={"api": settings.api_base} if settings.api_base else None,
        http_client=RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        max_network_retries=0,
    )
