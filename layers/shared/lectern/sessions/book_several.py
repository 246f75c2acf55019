"""A student books several slots of one service at once: all of them or none."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer, moment, read_offer
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Invalid
from lectern.sessions import queries
from lectern.sessions.book import book_for
from lectern.sessions.booked import Booked
from lectern.sessions.paying import WithCredits, pay_with_credits, require_own_credits, require_payment
from lectern.slots import Window
from lectern.students.find_or_add import StudentDetails, find_or_add

MAX_SESSIONS_AT_ONCE = 20


def book_multiple_sessions(
    tx: Transaction,
    service_id: UUID,
    starts: Sequence[datetime],
    student: StudentDetails,
    now: datetime,
    with_credits: WithCredits | None = None,
) -> list[Booked]:
    """Book every start, in UTC, in the order of time. Raises as `book_session`, for the first that cannot be had."""
    if not 1 <= len(starts) <= MAX_SESSIONS_AT_ONCE:
        raise Invalid(
            "too_many_starts", f"Book between 1 and {MAX_SESSIONS_AT_ONCE} times at once, in UTC.", fields=["starts_at"]
        )
    if len(set(starts)) < len(starts):
        raise Invalid("starts_repeat", "Two of the times are the same. Name each time once.", fields=["starts_at"])
    ordered = sorted(starts)
    student_id = find_or_add(tx, student, now).id
    require_own_credits(with_credits, student_id)
    offer = _offer_for(tx, service_id, ordered, now)
    require_payment(offer, with_credits)
    booked = []
    for start in ordered:
        booked.append(book_for(tx, offer, start, student_id, now, with_credits))
        if offer.group_at(start) is None:
            offer = offer.with_booked(start)
    pay_with_credits(tx, offer, booked, student_id, with_credits, now)
    bump_slots_version(tx)
    return booked


def _offer_for(tx: Transaction, service_id: UUID, ordered: Sequence[datetime], now: datetime) -> Offer:
    window = Window(ordered[0], moment(ordered[-1]).end)
    queries.lock_teacher(tx)
    return read_offer(tx, service_id, window, now)
