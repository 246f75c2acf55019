"""Seats of a group session that exists: the first booking made the session, later ones join it."""

from datetime import datetime
from uuid import UUID

from lectern.availability.offer import GroupSession, Offer
from lectern.calendar.outbox import CalendarAction
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions import held_seat_queries, queries, seat_queries
from lectern.sessions.booked import Booked
from lectern.sessions.opening import require_within_horizon
from lectern.sessions.paying import WithCredits
from lectern.sessions.placing import announce, booked, new_seat, status_when_booked
from lectern.sessions.seat_queries import NewSeat


def group_to_join(offer: Offer, start: datetime, now: datetime) -> GroupSession | None:
    """The group session that starts then, for a student to join; None when there is none.

    The offer must have been read under the teacher's lock. Raises Conflict "no_seats", Invalid "too_soon" or
    "beyond_horizon".
    """
    group = offer.group_at(start)
    if group is None or offer.is_joinable(group, now):
        return group
    require_seat(group)
    require_within_horizon(offer, start, now)
    raise Invalid("too_soon", "That lesson starts too soon to be joined. Choose a later one.", fields=["starts_at"])


def require_seat(group: GroupSession) -> None:
    """Raises Conflict "no_seats"."""
    if group.seats_left < 1:
        raise Conflict("no_seats", "Every seat of that lesson is taken. Choose another one.")


def hold_seat(
    tx: Transaction,
    offer: Offer,
    group: GroupSession,
    hold_expires_at: datetime,
    now: datetime,
    student_id: UUID | None = None,
) -> Booked:
    """Hold a seat, for a student or for nobody yet, and the session as long as one of its seats is held."""
    seat = new_seat(offer, group.session_id, student_id, hold_expires_at)
    _insert_seat(tx, offer, seat, now)
    queries.extend_hold(tx, group.session_id, hold_expires_at, now)
    return booked(offer.service.name, group.session_id, seat.id, group.status, group)


def join(
    tx: Transaction,
    offer: Offer,
    group: GroupSession,
    student_id: UUID,
    origin: str,
    now: datetime,
    with_credits: WithCredits | None = None,
) -> Booked:
    """Book a seat; a session that was only held becomes a booked one by it, any other stays as far as it was.

    As `place`, it leaves paying to the caller.
    """
    only_held = group.status == "held"
    status = status_when_booked(offer, origin) if only_held else group.status
    action: CalendarAction = "create" if only_held else "update"
    seat = new_seat(offer, group.session_id, student_id, None, with_credits)
    _insert_seat(tx, offer, seat, now)
    queries.name_joined_session(tx, group.session_id, status, now)
    joined = booked(offer.service.name, group.session_id, seat.id, status, group)
    announce(tx, joined, action, now)
    return joined


def _insert_seat(tx: Transaction, offer: Offer, seat: NewSeat, now: datetime) -> None:
    if seat.student_id:
        # A student who let a hold run out while paying must not stand in their own way.
        held_seat_queries.expire_seat_of(tx, seat.session_id, seat.student_id, now)
    seat_queries.insert_seat(tx, seat, offer.service.id, now, is_trial=offer.service.is_trial)
