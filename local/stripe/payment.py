"""A buyer pays for a checkout session: what becomes of it, its intent and the charge, and the events of that."""

from typing import Literal

from local.stripe.errors import ApiError
from local.stripe.objects import charges, checkout_sessions, events, payment_intents
from local.stripe.platform import Books, Resource

# `processing`: by bank debit, which the bank settles days later.
type Outcome = Literal["paid", "declined", "processing"]


def pay(books: Books, session: Resource, outcome: Outcome) -> Resource:
    """Raises `ApiError` when the session is not open, and for an outcome that there is not."""
    if session["status"] != "open":
        raise ApiError(f"This Checkout Session has a status of `{session['status']}`, and cannot be paid.")
    if outcome not in PAYING:
        raise ApiError(f"There is no outcome {outcome!r}: it is one of {', '.join(PAYING)}.")
    if session["payment_status"] == "no_payment_required":
        checkout_sessions.complete(session, "no_payment_required")
        events.record(books, "checkout.session.completed", session)
        return session
    intent = _intent(books, session)
    charge = charges.attempt(books, intent, "sepa_debit" if outcome == "processing" else "card")
    PAYING[outcome](books, session, intent, charge)
    return session


def settle(books: Books, session: Resource, *, succeeded: bool) -> Resource:
    """The bank's answer to a debit; raises `ApiError` when none is under way."""
    if (session["status"], session["payment_status"]) != ("complete", "unpaid"):
        raise ApiError("No payment of this Checkout Session is being processed.")
    intent = books.get("payment_intent", session["payment_intent"])
    if intent["status"] != "processing":
        raise ApiError("The payment of this Checkout Session has failed already.")
    charge = books.get("charge", intent["latest_charge"])
    if succeeded:
        session["payment_status"] = "paid"
        _succeed(books, intent, charge)
    else:
        _fail(books, intent, charge)
    told = "succeeded" if succeeded else "failed"
    events.record(books, f"checkout.session.async_payment_{told}", session)
    return session


def _intent(books: Books, session: Resource) -> Resource:
    if session["payment_intent"]:
        return books.get("payment_intent", session["payment_intent"])
    return payment_intents.create(books, session)


def _paid(books: Books, session: Resource, intent: Resource, charge: Resource) -> None:
    checkout_sessions.complete(session, "paid")
    _succeed(books, intent, charge)
    events.record(books, "checkout.session.completed", session)


def _declined(books: Books, _: Resource, intent: Resource, charge: Resource) -> None:
    _fail(books, intent, charge)


def _processing(books: Books, session: Resource, intent: Resource, charge: Resource) -> None:
    checkout_sessions.complete(session, "unpaid")
    payment_intents.process(intent, charge)
    events.record(books, "payment_intent.processing", intent)
    events.record(books, "checkout.session.completed", session)


def _succeed(books: Books, intent: Resource, charge: Resource) -> None:
    charges.succeed(charge)
    payment_intents.succeed(intent, charge)
    events.record(books, "charge.succeeded", charge)
    events.record(books, "payment_intent.succeeded", intent)


def _fail(books: Books, intent: Resource, charge: Resource) -> None:
    charges.fail(charge)
    payment_intents.fail(intent, charge)
    events.record(books, "charge.failed", charge)
    events.record(books, "payment_intent.payment_failed", intent)


PAYING = {"paid": _paid, "declined": _declined, "processing": _processing}
