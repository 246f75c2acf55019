"""How a student pays for a seat as it is booked: with credits, or not yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer
from lectern.credits.reserve import reserve
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions.booked import Booked


@dataclass(frozen=True, slots=True)
class WithCredits:
    """With any of the student's credits, or only with those that came with one payment.

    `student_id` is who has shown that the credits are theirs; None when it is the teacher who spends them.
    """

    only_of: UUID | None = None
    student_id: UUID | None = None


def require_payment(offer: Offer, with_credits: WithCredits | None) -> None:
    """Raises Conflict "payment_required" for a lesson that nobody may have on trust."""
    service = offer.service
    is_paid = with_credits is not None and service.credit_units > 0
    if service.requires_payment and service.price_amount > 0 and not is_paid:
        raise Conflict("payment_required", "This lesson is paid for when it is booked. Use credits, or check out.")


def require_own_credits(with_credits: WithCredits | None, student_id: UUID) -> None:
    """Raises Invalid "credit_token_of_another" when the student who is booked for is not the one who pays."""
    if with_credits and with_credits.student_id not in (None, student_id):
        raise Invalid(
            "credit_token_of_another",
            "Those credits are another student's. Book in the name, and with the e-mail address, of whose they are.",
            fields=["credit_token"],
        )


def units_due(offer: Offer, with_credits: WithCredits | None) -> int:
    return offer.service.credit_units if with_credits else 0


def pay_with_credits(
    tx: Transaction,
    offer: Offer,
    booked: Iterable[Booked],
    student_id: UUID,
    with_credits: WithCredits | None,
    now: datetime,
) -> None:
    """Reserve what the seats cost. Too few are Conflict "insufficient_credits", at the next read or the commit.

    After the last of them is placed: who holds an account and waits for a time could be waited for by whoever takes it.
    """
    if with_credits is None:
        return
    for seat in booked:
        reserve(tx, student_id, units_due(offer, with_credits), seat.participant_id, now, only_of=with_credits.only_of)
