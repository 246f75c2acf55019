"""A student books a slot, with a hold's token or without."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer, ask_for_offer, moment
from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import queue_calendar_sync
from lectern.database import Answer, Transaction
from lectern.errors import Invalid
from lectern.events import record
from lectern.sessions import group, queries
from lectern.sessions.opening import require_open, settled_offer
from lectern.sessions.placing import Booked, Placement, booked, place, status_when_booked
from lectern.students.find_or_add import StudentDetails, find_or_add
from lectern.tokens import token_hash


@dataclass(frozen=True, slots=True)
class Booking:
    """What a student asks for; the start is in UTC. `hold_token` is that of the hold on this very start, if there is one."""

    service_id: UUID
    start: datetime
    student: StudentDetails
    hold_token: str | None = None
    origin: str = "public"


def book_session(tx: Transaction, booking: Booking, now: datetime) -> Booked:
    """Book a start, or a seat of a group session. The session is pending when the service asks for confirmation.

    Raises NotFound for the service, Invalid for a start that is not offered or a token of another hold, Conflict "slot_taken",
    "no_seats", "already_booked" or "trial_used". A hold that ran out books its slot all the same while it is free.
    """
    asked = ask_for_offer(tx, booking.service_id, moment(booking.start), now)
    held = queries.ask_seat_by_token(tx, token_hash(booking.hold_token)) if booking.hold_token else None
    student = find_or_add(tx, booking.student, now)
    offer = settled_offer(tx, asked, booking.start, now)
    seat = _seat_held_by(held, booking, now) if held else None
    if seat:
        return _book_held_seat(tx, offer, seat, student.id, now)
    return book_for(tx, offer, booking.start, student.id, booking.origin, now)


def book_for(tx: Transaction, offer: Offer, start: datetime, student_id: UUID, origin: str, now: datetime) -> Booked:
    """Book one start of an offer that was read in this transaction, under the teacher's lock where it counts."""
    joined = group.join(tx, offer, start, student_id, None, now)
    if joined:
        return _announce_joined(tx, offer, joined, origin, now)
    require_open(offer, start, now)
    return place(tx, offer, Placement(start, origin, student_id), now)


def _seat_held_by(held: Answer[queries.SeatRow], booking: Booking, now: datetime) -> queries.SeatRow | None:
    seat = held.one_or_none()
    if seat is None or (seat.service_id, seat.starts_at) != (booking.service_id, booking.start):
        raise Invalid("hold_unknown", "That token holds another slot or none. Hold the slot again.")
    still_held = seat.status == "held" and seat.hold_expires_at is not None and seat.hold_expires_at > now
    return seat if still_held else None


def _book_held_seat(tx: Transaction, offer: Offer, seat: queries.SeatRow, student_id: UUID, now: datetime) -> Booked:
    status = status_when_booked(offer, "public")
    queries.name_held_seat(tx, seat.id, student_id, status, offer.service.is_trial, now)
    result = booked(offer, seat.session_id, seat.id, status, seat.starts_at, seat.ends_at)
    _announce(tx, result, now)
    return result


def _announce_joined(tx: Transaction, offer: Offer, joined: Booked, origin: str, now: datetime) -> Booked:
    status = status_when_booked(offer, origin)
    queries.name_joined_session(tx, joined.session_id, status, now)
    result = booked(offer, joined.session_id, joined.participant_id, status, joined.starts_at, joined.ends_at)
    _announce(tx, result, now)
    return result


def _announce(tx: Transaction, seat: Booked, now: datetime) -> None:
    queue_calendar_sync(tx, seat.session_id, "create", now)
    record(
        tx,
        "session.booked",
        seat.session_id,
        {"starts_at": seat.starts_at.isoformat(), "participant_id": str(seat.participant_id)},
        now,
    )
    bump_slots_version(tx)
