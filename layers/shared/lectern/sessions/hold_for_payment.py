"""A slot kept for a student who has gone to pay for it: nobody else gets it, and it is not booked either."""

from datetime import datetime

from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Conflict
from lectern.sessions import group, held_seat_queries, queries
from lectern.sessions.book import AskedFor, Booking, look_up
from lectern.sessions.booked import Booked
from lectern.sessions.hold import Held, held
from lectern.sessions.opening import require_open
from lectern.sessions.placing import Placement, booked, place, students_origin


def hold_for_payment(tx: Transaction, booking: Booking, until: datetime, now: datetime) -> Held:
    """Hold a start, or a seat of a group session, in a student's name until an instant in UTC.

    The hold of the booking's token, if it has one, is made longer. Raises as `book_session`, and Conflict
    "nothing_to_pay" for a lesson that is free.
    """
    asked = look_up(tx, booking, now)
    if asked.offer.service.price_amount == 0:
        raise Conflict("nothing_to_pay", "This lesson costs nothing. Book it.")
    seat = _hold(tx, asked, booking.start, until, now)
    bump_slots_version(tx)
    return held(seat, until)


def _hold(tx: Transaction, asked: AskedFor, start: datetime, until: datetime, now: datetime) -> Booked:
    offer, student_id = asked.offer, asked.student_id
    if asked.seat:
        held_seat_queries.keep_held_seat(tx, asked.seat, student_id, until, now)
        queries.extend_hold(tx, asked.seat.session_id, until, now)
        return booked(offer.service.name, asked.seat.session_id, asked.seat.id, "held", asked.seat)
    joinable = group.group_to_join(offer, start, now)
    if joinable:
        return group.hold_seat(tx, offer, joinable, until, now, student_id)
    require_open(offer, start, now)
    return place(tx, offer, Placement(start, students_origin(offer), student_id, hold_expires_at=until), now)
