"""A checkout and what Stripe tells of it: the local Stripe makes the events, each test delivers them as it wishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lectern import database
from lectern.credits.account import audit
from lectern.identifiers import new_id
from local.stripe import LocalStripe
from tests.builders import Teacher, rows_of, run
from tests.payments.sales import a_lesson, a_package, buy_lesson, buy_package, payment_of
from tests.webhooks.delivery import deliver

type Told = dict[str, Any]


@dataclass(frozen=True)
class Sale:
    """One payment, as far as Stripe's page, and all that can happen to it there."""

    stripe: LocalStripe
    teacher: Teacher
    payment_id: UUID
    checkout_session_id: str
    account: str

    @property
    def payment(self) -> dict[str, Any]:
        return payment_of(self.teacher, self.payment_id)

    @property
    def intent_id(self) -> str:
        """As Stripe knows it, whether or not we do."""
        [intent] = self.stripe.books_of(self.account).all("payment_intent")
        return str(intent["id"])

    def told(self, *kinds: str) -> list[Told]:
        """What Stripe has told of the account so far, in order: of these types, or everything."""
        events = [event for event in self.stripe.events() if event.get("account") == self.account]
        return [event for event in events if not kinds or event["type"] in kinds]

    def pay(self) -> list[Told]:
        """The buyer pays; nothing is delivered yet."""
        self.stripe.pay(self.checkout_session_id)
        return self.told("checkout.session.completed", "payment_intent.succeeded")

    def pay_and_tell(self) -> None:
        tell(self.pay())

    def copied_as_given_up(self) -> UUID:
        """Another payment for the same, whose page we gave up and Stripe did not."""
        copy = new_id()
        with database.tenant(self.teacher.id) as tx:
            tx.send(
                """
                insert into payments (teacher_id, id, kind, student_id, participant_id, description, amount, currency,
                  status, stripe_account_id, livemode, created_at, updated_at)
                select teacher_id, %(copy)s, kind, student_id, participant_id, description, amount, currency,
                  'expired', stripe_account_id, livemode, created_at, updated_at
                from payments where teacher_id = %(teacher_id)s and id = %(id)s
                """,
                {"copy": copy, "id": self.payment_id},
            )
        return copy

    def refunds(self) -> list[dict[str, Any]]:
        return rows_of(self.teacher, "refunds")

    def lots(self) -> list[dict[str, Any]]:
        return rows_of(self.teacher, "credit_lots")

    def units_left(self) -> int:
        return sum(lot["remaining"] for lot in self.lots())

    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        """What became of the events, by type."""
        return {row["type"]: (row["outcome"], row["reason"]) for row in rows_of(self.teacher, "stripe_events")}

    def happened(self) -> list[str]:
        """Our own events of the payment, in order."""
        events = sorted(rows_of(self.teacher, "domain_events"), key=lambda event: str(event["id"]))
        return [event["type"] for event in events if event["subject_id"] == str(self.payment_id)]


def tell(events: Iterable[Told]) -> None:
    for event in events:
        assert deliver(event).status == 200


def a_package_sale(stripe: LocalStripe, teacher: Teacher, **details: Any) -> Sale:  # noqa: ANN401
    """Ten lessons for 360 euros, unless the details say otherwise."""
    return _sale(stripe, teacher, buy_package(teacher, a_package(teacher, **details)).payment_id)


def a_lesson_sale(stripe: LocalStripe, teacher: Teacher, **details: Any) -> Sale:  # noqa: ANN401
    """Tomorrow's first lesson for 50 euros, held until it is paid."""
    return _sale(stripe, teacher, buy_lesson(teacher, a_lesson(teacher, **details)).payment_id)


def _sale(stripe: LocalStripe, teacher: Teacher, payment_id: UUID) -> Sale:
    row = payment_of(teacher, payment_id)
    return Sale(stripe, teacher, payment_id, row["checkout_session_id"], row["stripe_account_id"])


def no_drift(teacher: Teacher) -> bool:
    return run(teacher, audit) == []
