"""Seats of a group session that exists: the first booking made the session, later ones join it."""

from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer
from lectern.availability.slots import may_join
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions import queries
from lectern.sessions.placing import Booked, booked, new_seat


def join(
    tx: Transaction,
    offer: Offer,
    start: datetime,
    student_id: UUID | None,
    hold_expires_at: datetime | None,
    now: datetime,
) -> Booked | None:
    """Take a seat of the group session that starts then, None when there is no such session.

    The offer must have been read under the teacher's lock. Raises Conflict "no_seats", Invalid "too_soon".
    """
    session = offer.group_at(start)
    if session is None:
        return None
    if not may_join(offer, start, now):
        raise Invalid("too_soon", "That lesson starts too soon to be joined. Choose a later one.")
    if session.seats_left < 1:
        raise Conflict("no_seats", "Every seat of that lesson is taken. Choose another one.")
    seat = new_seat(session.session_id, student_id, hold_expires_at, offer.service.is_trial)
    queries.insert_seat(tx, seat, now)
    ends_at = start + offer.service.timing.duration
    return booked(offer, session.session_id, seat.id, "held", start, ends_at)
