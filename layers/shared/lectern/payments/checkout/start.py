"""Checking out: Stripe's page on which a student pays for a package of credits, or for one lesson.

Two short transactions around one call. The first keeps the payment with all that the question to Stripe says, and the
lesson's hold; the second keeps the page's address. Whatever breaks in between is healed by asking the same question
again under the same key: by the caller, who repeats the request, or by `lectern.payments.reconciliation`. That the
money has come, only Stripe says, to `lectern.payments.told`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.credits.packages import get_package
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid, NotFound
from lectern.events import record
from lectern.payments import stripe_api
from lectern.payments.checkout import queries
from lectern.payments.checkout.queries import PaymentToAsk, Terms
from lectern.payments.connect import account_for_charges
from lectern.payments.return_urls import require_return_urls
from lectern.payments.stripe_api import CheckoutQuestion, ConnectedAccount, RefusedByStripe
from lectern.sessions.book import Booking
from lectern.sessions.hold_for_payment import hold_for_payment
from lectern.sessions.paid_seat import release_unpaid_seat
from lectern.sessions.queries import lock_teacher
from lectern.students.find_or_add import StudentDetails, find_or_add

# From 30 minutes to 24 hours after Stripe is asked, by Stripe's clock, so each with a margin, in which a question that
# got no answer can be asked again:
# https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
TO_PAY_FOR_A_LESSON = timedelta(minutes=40)
TO_PAY_FOR_A_PACKAGE = timedelta(hours=23)
# Stripe's 30 minutes, and one for the way there and for clocks that differ.
LEAST_TO_PAY = timedelta(minutes=31)


@dataclass(frozen=True, slots=True)
class PackageOrder:
    package_id: UUID
    student: StudentDetails
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class SessionOrder:
    """The booking may carry the token of a hold; the hold then lasts as long as the checkout."""

    booking: Booking
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """`url` is Stripe's page, to pay until `expires_at` (UTC); a lesson's seat is held until then, too.

    `amount` in minor units of the currency.
    """

    payment_id: UUID
    status: str
    url: str | None
    expires_at: datetime
    amount: int
    currency: str
    session_id: UUID | None
    participant_id: UUID | None


def start_package_checkout(
    teacher_id: UUID, payment_id: UUID, order: PackageOrder, request_hash: bytes, now: datetime
) -> Checkout:
    """A page to pay for a package. The payment's id is the request's own: repeating it finds the same checkout.

    Raises Invalid `unsafe_url`, `unknown_time_zone` and, for another request under that id, `idempotency_key_reused`;
    NotFound `package_not_found`; Conflict `payments_not_set_up`, `checkout_expired`, `payment_refused_by_stripe` and,
    while another delivery of the request is at it, `request_in_progress`; Unavailable `stripe_unavailable`, after
    which the same request may be repeated.
    """
    require_return_urls(success_url=order.success_url, cancel_url=order.cancel_url)
    with database.tenant(teacher_id) as tx:
        payment = _known(tx, payment_id, request_hash) or _sell_package(tx, payment_id, order, request_hash, now)
    return _ask_stripe(teacher_id, payment, now)


def start_session_checkout(
    teacher_id: UUID, payment_id: UUID, order: SessionOrder, request_hash: bytes, now: datetime
) -> Checkout:
    """A page to pay for one lesson, whose seat is held meanwhile.

    Raises as `start_package_checkout` and as `hold_for_payment`, and Conflict `payment_in_progress`, with its
    `checkout_url`, when the held seat has a checkout already.
    """
    require_return_urls(success_url=order.success_url, cancel_url=order.cancel_url)
    with database.tenant(teacher_id) as tx:
        payment = _known(tx, payment_id, request_hash) or _sell_seat(tx, payment_id, order, request_hash, now)
    return _ask_stripe(teacher_id, payment, now)


def question(payment: PaymentToAsk) -> CheckoutQuestion:
    """The same for the same payment, or Stripe would refuse it under the same key."""
    return CheckoutQuestion(
        payment_id=payment.id,
        amount=payment.amount,
        currency=payment.currency,
        description=payment.description,
        customer_email=payment.customer_email,
        success_url=payment.success_url,
        cancel_url=payment.cancel_url,
        expires_at=payment.expires_at,
        # Money that takes days to come would keep the hold waiting for as long.
        only_cards=payment.kind == "session",
    )


def give_up(teacher_id: UUID, payment: PaymentToAsk, status: str, failure_code: str | None, now: datetime) -> bool:
    """End a payment that Stripe has no page for, and its hold; False when it has one by now, or was ended before."""
    with database.tenant(teacher_id) as tx:
        if payment.participant_id:
            lock_teacher(tx)
        if not queries.ask_give_up(tx, payment.id, status, failure_code, now).one_or_none():
            return False
        if payment.participant_id:
            release_unpaid_seat(tx, payment.participant_id, now)
        record(tx, f"payment.{status}", payment.id, {"failure_code": failure_code}, now)
    return True


def _known(tx: Transaction, payment_id: UUID, request_hash: bytes) -> PaymentToAsk | None:
    queries.lock_id(tx, payment_id)
    payment = queries.ask_payment(tx, payment_id).one_or_none()
    if payment and payment.request_hash != request_hash:
        raise Invalid(
            "idempotency_key_reused",
            "This Idempotency-Key was sent with another request. Use a new key for a new request.",
        )
    return payment


def _sell_package(
    tx: Transaction, payment_id: UUID, order: PackageOrder, request_hash: bytes, now: datetime
) -> PaymentToAsk:
    terms = _terms(tx, order, request_hash, now + TO_PAY_FOR_A_PACKAGE)
    package = get_package(tx, order.package_id)
    if not package.is_active:
        raise NotFound("package_not_found", "That package is not sold any more. List the packages.")
    student = find_or_add(tx, order.student, now)
    queries.insert_for_package(tx, payment_id, terms, package.id, student.id, now)
    return queries.ask_payment(tx, payment_id).one()


def _sell_seat(
    tx: Transaction, payment_id: UUID, order: SessionOrder, request_hash: bytes, now: datetime
) -> PaymentToAsk:
    terms = _terms(tx, order, request_hash, now + TO_PAY_FOR_A_LESSON)
    seat = hold_for_payment(tx, order.booking, terms.expires_at, now)
    _require_no_rival(tx, seat.participant_id, payment_id)
    queries.insert_for_seat(tx, payment_id, terms, seat.participant_id, now)
    return queries.ask_payment(tx, payment_id).one()


def _terms(tx: Transaction, order: PackageOrder | SessionOrder, request_hash: bytes, expires_at: datetime) -> Terms:
    account = account_for_charges(tx)
    return Terms(
        request_hash=request_hash,
        success_url=order.success_url,
        cancel_url=order.cancel_url,
        expires_at=expires_at,
        stripe_account_id=account.stripe_account_id,
        livemode=account.livemode,
    )


def _require_no_rival(tx: Transaction, participant_id: UUID, payment_id: UUID) -> None:
    """Two pages for one seat could both be paid."""
    rival = queries.ask_rival(tx, participant_id, payment_id).one_or_none()
    if rival:
        raise Conflict(
            "payment_in_progress",
            "That seat has a checkout already. Go on with it, or wait until it has run out.",
            checkout_url=rival.checkout_url,
        )


def _ask_stripe(teacher_id: UUID, payment: PaymentToAsk, now: datetime) -> Checkout:
    """As often as it is called: under one key Stripe makes one page."""
    if payment.status == "failed" and payment.checkout_session_id is None:
        raise RefusedByStripe(payment.failure_code or "unknown")
    if payment.status == "expired" and payment.checkout_session_id is None:
        raise _expired()
    if payment.status != "created":
        return _checkout(payment, payment.status, payment.checkout_url)
    if payment.expires_at - now < LEAST_TO_PAY:
        give_up(teacher_id, payment, "expired", None, now)
        raise _expired()
    account = ConnectedAccount(teacher_id, payment.stripe_account_id)
    try:
        page = stripe_api.create_checkout_session(account, question(payment))
    except RefusedByStripe as refusal:
        give_up(teacher_id, payment, "failed", refusal.stripe_code, now)
        raise
    with database.tenant(teacher_id) as tx:
        opened = queries.ask_open(tx, payment.id, page["id"], page["url"], now).one()
    return _checkout(payment, opened.status, opened.checkout_url)


def _expired() -> Conflict:
    return Conflict("checkout_expired", "That checkout has run out. Start a new one, under a new key.")


def _checkout(payment: PaymentToAsk, status: str, url: str | None) -> Checkout:
    return Checkout(
        payment_id=payment.id,
        status=status,
        url=url,
        expires_at=payment.expires_at,
        amount=payment.amount,
        currency=payment.currency,
        session_id=payment.session_id,
        participant_id=payment.participant_id,
    )
