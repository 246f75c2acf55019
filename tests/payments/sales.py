"""What selling needs to exist, and what is asked for in most tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lectern import database
from lectern.credits.package import PackageDetails
from lectern.credits.packages import create_package
from lectern.identifiers import new_id
from lectern.payments.checkout.start import (
    Checkout,
    PackageOrder,
    SessionOrder,
    start_package_checkout,
    start_session_checkout,
)
from lectern.payments.facts import read_event
from lectern.payments.told.receive import receive
from lectern.sessions.book import Booking
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, a_service, a_teacher, in_days, rows_of, student_details

SUCCESS, CANCEL = "https://studio.example/paid", "https://studio.example/back"


class Clock:
    """Stripe's, in seconds since 1970: the time that the tests live in, until one of them waits."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now.timestamp()

    def reset(self) -> None:
        self.now = NOW

    def wait(self, duration: timedelta) -> datetime:
        self.now += duration
        return self.now


CLOCK = Clock()


def a_seller(stripe: LocalStripe) -> Teacher:
    """A teacher whose account at Stripe is ready to take money."""
    teacher, account = a_teacher(), stripe.open_account()
    forget_events(stripe)
    with database.tenant(teacher.id) as tx:
        tx.send(
            """
            insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, charges_enabled,
              details_submitted, created_at, updated_at)
            values (%(teacher_id)s, %(id)s, %(account)s, false, true, true, %(now)s, %(now)s)
            """,
            {"id": new_id(), "account": account, "now": NOW},
        )
    return teacher


def a_package(teacher: Teacher, **details: Any) -> UUID:  # noqa: ANN401 - any field of PackageDetails
    """Ten lessons for 360 euros, unless the details say otherwise."""
    fields: dict[str, Any] = {"name": f"Package {new_id().hex}", "units": 1000, "price_amount": 36000} | details
    with database.tenant(teacher.id) as tx:
        return create_package(tx, PackageDetails(**fields), NOW).id


def a_lesson(teacher: Teacher, **details: Any) -> UUID:  # noqa: ANN401 - any field of ServiceDetails
    """An hour for 50 euros, unless the details say otherwise."""
    return a_service(teacher, **{"price_amount": 5000, **details})


def buy_package(
    teacher: Teacher, package_id: UUID, payment_id: UUID | None = None, now: datetime = NOW, request: bytes = b"a"
) -> Checkout:
    """As far as Stripe's page: nobody has paid yet."""
    order = PackageOrder(package_id, student_details(), SUCCESS, CANCEL)
    return start_package_checkout(teacher.id, payment_id or new_id(), order, request, now)


def buy_lesson(
    teacher: Teacher,
    service_id: UUID,
    payment_id: UUID | None = None,
    start: datetime | None = None,
    now: datetime = NOW,
    hold_token: str | None = None,
) -> Checkout:
    """As far as Stripe's page; of tomorrow's first lesson, unless another start is given."""
    booking = Booking(service_id, start or in_days(1), student_details(), hold_token)
    return start_session_checkout(teacher.id, payment_id or new_id(), SessionOrder(booking, SUCCESS, CANCEL), b"a", now)


def payment_of(teacher: Teacher, payment_id: UUID) -> dict[str, Any]:
    """Its row."""
    [row] = [row for row in rows_of(teacher, "payments") if row["id"] == str(payment_id)]
    return row


def hear(stripe: LocalStripe, teacher: Teacher, now: datetime = NOW) -> None:
    """Take whatever Stripe has to tell of the teacher, as the webhook does."""
    [account] = rows_of(teacher, "payment_accounts")
    for event in stripe.happened:
        if event["pending_webhooks"] and event.get("account") == account["stripe_account_id"]:
            receive(teacher.id, read_event(event), now)
            event["pending_webhooks"] = 0


def forget_events(stripe: LocalStripe) -> None:
    """Stripe counts them as delivered, or has them no more, and we have not heard of them."""
    for event in stripe.happened:
        event["pending_webhooks"] = 0


def page_of(teacher: Teacher, payment_id: UUID) -> str:
    """The id of its checkout session."""
    return str(payment_of(teacher, payment_id)["checkout_session_id"])


def a_paid_package(stripe: LocalStripe, teacher: Teacher, **details: Any) -> UUID:  # noqa: ANN401 - as `a_package`
    """The payment; its credits are there."""
    payment = buy_package(teacher, a_package(teacher, **details)).payment_id
    stripe.pay(page_of(teacher, payment))
    hear(stripe, teacher)
    return payment


def a_paid_lesson(stripe: LocalStripe, teacher: Teacher) -> UUID:
    """The payment; its session is booked."""
    payment = buy_lesson(teacher, a_lesson(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))
    hear(stripe, teacher)
    return payment


def credits_of(teacher: Teacher) -> int:
    """What the teacher's students can spend, in units."""
    return sum(row["balance"] for row in rows_of(teacher, "credit_accounts"))


def refunds_of(teacher: Teacher) -> list[tuple[int, int, str]]:
    """Amount, units and status of each, in order."""
    return [(row["amount"], row["units"], row["status"]) for row in rows_of(teacher, "refunds")]


def pages(stripe: LocalStripe, teacher: Teacher) -> list[dict[str, object]]:
    """The checkout sessions that Stripe has of the teacher."""
    [account] = rows_of(teacher, "payment_accounts")
    return stripe.books_of(account["stripe_account_id"]).all("checkout.session")
