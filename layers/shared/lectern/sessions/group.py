"""Seats of a group session that exists: the first booking made the session, later ones join it."""

from datetime import datetime
from uuid import UUID

from lectern.availability.offer import GroupSession, Offer
from lectern.calendar.outbox import CalendarAction
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions import queries, seat_queries
from lectern.sessions.opening import require_within_horizon
from lectern.sessions.placing import Booked, announce, booked, new_seat, status_when_booked


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


def hold_seat(tx: Transaction, offer: Offer, group: GroupSession, hold_expires_at: datetime, now: datetime) -> Booked:
    """Hold a seat, and the session as long as one of its seats is held."""
    seat = new_seat(group.session_id, None, hold_expires_at, is_trial=offer.service.is_trial)
    seat_queries.insert_seat(tx, seat, now)
    queries.extend_hold(tx, group.session_id, hold_expires_at, now)
    return booked(offer.service.name, group.session_id, seat.id, group.status, group)


def join(tx: Transaction, offer: Offer, group: GroupSession, student_id: UUID, origin: str, now: datetime) -> Booked:
    """Book a seat; a session that was only held becomes a booked one by it, any other stays as far as it was."""
    only_held = group.status == "held"
    status = status_when_booked(offer, origin) if only_held else group.status
    action: CalendarAction = "create" if only_held else "update"
    seat = new_seat(group.session_id, student_id, None, is_trial=offer.service.is_trial)
    seat_queries.insert_seat(tx, seat, now)
    queries.name_joined_session(tx, group.session_id, status, now)
    joined = booked(offer.service.name, group.session_id, seat.id, status, group)
    announce(tx, joined, action, now)
    return joined
