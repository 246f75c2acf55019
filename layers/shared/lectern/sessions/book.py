"""A student books a slot, with a hold's token or without."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer, ask_for_offer, moment, not_offered
from lectern.availability.version import bump_slots_version
from lectern.database import Answer, Transaction
from lectern.errors import Invalid
from lectern.sessions import group, held_seat_queries, seat_queries
from lectern.sessions.booked import Booked
from lectern.sessions.opening import require_open, settled_offer
from lectern.sessions.paying import WithCredits, pay_with_credits, require_own_credits, require_payment, units_due
from lectern.sessions.placing import Placement, announce, booked, place, status_when_booked, students_origin
from lectern.sessions.seat_queries import SeatRow
from lectern.students.find_or_add import StudentDetails, find_or_add
from lectern.tokens import token_hash


@dataclass(frozen=True, slots=True)
class Booking:
    """What a student asks for; the start is in UTC. `hold_token` is that of the hold on this very start, if any."""

    service_id: UUID
    start: datetime
    student: StudentDetails
    hold_token: str | None = None
    only_a_trial: bool = False
    with_credits: WithCredits | None = None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A booking as it was found: the offer, the student, and the seat that is still held for it, if one is."""

    offer: Offer
    student_id: UUID
    seat: SeatRow | None


def book_session(tx: Transaction, booking: Booking, now: datetime) -> Booked:
    """Book a start, or a seat of a group session. The session is pending when the service asks for confirmation.

    Raises NotFound for the service, Invalid for a start that is not offered or a token of another, Conflict
    "slot_taken", "no_seats", "already_booked", "trial_used", "payment_required" or "insufficient_credits". A hold that
    ran out books its slot while it is free; one that has not is honoured though the service is offered no more.
    """
    asked = look_up(tx, booking, now)
    if booking.only_a_trial and not asked.offer.service.is_trial:
        raise Invalid("not_a_trial", "That service is no trial lesson. Book it as a session.", fields=["service_id"])
    require_payment(asked.offer, booking.with_credits)
    if asked.seat:
        seated = book_held_seat(tx, asked.offer, asked.seat, asked.student_id, now, booking.with_credits)
    else:
        seated = book_for(tx, asked.offer, booking.start, asked.student_id, now, booking.with_credits)
    pay_with_credits(tx, asked.offer, [seated], asked.student_id, booking.with_credits, now)
    bump_slots_version(tx)
    return seated


def look_up(tx: Transaction, booking: Booking, now: datetime) -> AskedFor:
    """Read what a booking is about, under the teacher's lock where it depends on a count.

    Raises NotFound for the service, Invalid "hold_unknown" for a token of another hold or none, and
    "credit_token_of_another".
    """
    window = moment(booking.start)
    asked = ask_for_offer(tx, booking.service_id, window, now, even_withdrawn=booking.hold_token is not None)
    held = seat_queries.ask_seat_by_token(tx, token_hash(booking.hold_token)) if booking.hold_token else None
    student = find_or_add(tx, booking.student, now)
    require_own_credits(booking.with_credits, student.id)
    offer = settled_offer(tx, asked, window, now)
    if booking.hold_token and offer.depends_on_a_count:
        # Under the teacher's lock by now, and what was read before it may have moved or been confirmed.
        held = seat_queries.ask_seat_by_token(tx, token_hash(booking.hold_token))
    seat = _seat_held_by(held, booking, now) if held else None
    if seat is None and not offer.service.is_offered:
        raise not_offered()
    return AskedFor(offer, student.id, seat)


def book_for(
    tx: Transaction,
    offer: Offer,
    start: datetime,
    student_id: UUID,
    now: datetime,
    with_credits: WithCredits | None = None,
) -> Booked:
    """Book one start of an offer that was read in this transaction, under the teacher's lock where it counts.

    As `place`, it leaves paying and the slots version to the caller.
    """
    origin = students_origin(offer)
    joinable = group.group_to_join(offer, start, now)
    if joinable:
        return group.join(tx, offer, joinable, student_id, origin, now, with_credits)
    require_open(offer, start, now)
    return place(tx, offer, Placement(start, origin, student_id, with_credits=with_credits), now)


def book_held_seat(
    tx: Transaction,
    offer: Offer,
    seat: SeatRow,
    student_id: UUID,
    now: datetime,
    with_credits: WithCredits | None = None,
) -> Booked:
    """Give a held seat its student; paying and the slots version are left to the caller."""
    only_held = seat.session_status == "held"
    status = status_when_booked(offer, students_origin(offer)) if only_held else seat.session_status
    units = units_due(offer, with_credits)
    is_trial = offer.service.is_trial
    held_seat_queries.name_held_seat(tx, seat, student_id, status, units, now, is_trial=is_trial)
    seated = booked(offer.service.name, seat.session_id, seat.id, status, seat)
    announce(tx, seated, "create" if only_held else "update", now)
    return seated


def _seat_held_by(held: Answer[SeatRow], booking: Booking, now: datetime) -> SeatRow | None:
    seat = held.one_or_none()
    if seat is None or (seat.service_id, seat.starts_at) != (booking.service_id, booking.start):
        raise Invalid(
            "hold_unknown", "That token holds another slot or none. Hold the slot again.", fields=["hold_token"]
        )
    still_held = seat.status == "held" and seat.hold_expires_at is not None and seat.hold_expires_at > now
    return seat if still_held else None
