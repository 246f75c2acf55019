"""Holds: a slot kept for a student who is still filling in a form or paying."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.availability.offer import Offer, ask_for_offer, moment
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.sessions import group, queries
from lectern.sessions.opening import require_open, settled_offer
from lectern.sessions.placing import Booked, Placement, place

HOLD_DURATION = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat that nobody else can have until `expires_at`; its token, from `tokens.seat_token`, books it."""

    session_id: UUID
    participant_id: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


def hold_slot(tx: Transaction, service_id: UUID, start: datetime, now: datetime) -> Held:
    """Hold a start, or a seat of a group session, for HOLD_DURATION.

    Raises NotFound for the service, Invalid for a start that is not offered, Conflict "slot_taken" or "no_seats".
    """
    offer = settled_offer(tx, ask_for_offer(tx, service_id, moment(start), now), start, now)
    expires_at = now + HOLD_DURATION
    seat = _hold_in_group(tx, offer, start, expires_at, now) or _hold_alone(tx, offer, start, expires_at, now)
    return Held(seat.session_id, seat.participant_id, seat.starts_at, seat.ends_at, expires_at)


def _hold_in_group(
    tx: Transaction, offer: Offer, start: datetime, expires_at: datetime, now: datetime
) -> Booked | None:
    seat = group.join(tx, offer, start, None, expires_at, now)
    if seat:
        queries.extend_hold(tx, seat.session_id, expires_at, now)
        bump_slots_version(tx)
    return seat


def _hold_alone(tx: Transaction, offer: Offer, start: datetime, expires_at: datetime, now: datetime) -> Booked:
    require_open(offer, start, now)
    placement = Placement(start, "public", student_id=None, hold_expires_at=expires_at)
    return place(tx, offer, placement, now)
