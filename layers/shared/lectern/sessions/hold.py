"""Holds: a slot kept for a student who is still filling in a form or paying."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.availability.offer import ask_for_offer, moment
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.sessions import group
from lectern.sessions.booked import Booked
from lectern.sessions.opening import require_open, settled_offer
from lectern.sessions.placing import Placement, place, students_origin

HOLD_DURATION = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat that nobody else can have until `expires_at`; its token, from `tokens.seat_token`, books it.

    The price is in minor units of the currency.
    """

    session_id: UUID
    participant_id: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    service_name: str
    price_amount: int
    price_currency: str


def hold_slot(tx: Transaction, service_id: UUID, start: datetime, now: datetime) -> Held:
    """Hold a start, or a seat of a group session, for HOLD_DURATION.

    Raises NotFound for the service, Invalid for a start that is not offered, Conflict "slot_taken" or "no_seats".
    """
    window = moment(start)
    offer = settled_offer(tx, ask_for_offer(tx, service_id, window, now), window, now)
    expires_at = now + HOLD_DURATION
    joinable = group.group_to_join(offer, start, now)
    if joinable:
        seat = group.hold_seat(tx, offer, joinable, expires_at, now)
    else:
        require_open(offer, start, now)
        seat = place(tx, offer, Placement(start, students_origin(offer), None, expires_at), now)
    bump_slots_version(tx)
    return held(seat, expires_at)


def held(seat: Booked, expires_at: datetime) -> Held:
    return Held(
        session_id=seat.session_id,
        participant_id=seat.participant_id,
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
        expires_at=expires_at,
        service_name=seat.service_name,
        price_amount=seat.price_amount,
        price_currency=seat.price_currency,
    )
