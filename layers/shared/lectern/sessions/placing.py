"""The one guarded way to take a teacher's time: every session that comes to be, comes to be here.

The caller has checked the rules, and says why a start is refused; the database's exclusion constraint decides races.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from lectern.availability.offer import Offer
from lectern.calendar.outbox import CalendarAction, queue_calendar_sync
from lectern.database import Transaction
from lectern.events import record
from lectern.identifiers import new_id
from lectern.sessions import queries
from lectern.sessions.booked import Booked
from lectern.sessions.paying import WithCredits, units_due
from lectern.sessions.seat_queries import NewSeat
from lectern.settings import token_key
from lectern.tokens import seat_token, token_hash


@dataclass(frozen=True, slots=True)
class Placement:
    """How a session comes to be. With `hold_expires_at` it is a hold until then, for a student or for nobody yet.

    `duration` is the service's own unless the teacher gave another. `with_credits`, the caller has it paid afterwards.
    """

    start: datetime
    origin: str
    student_id: UUID | None
    hold_expires_at: datetime | None = None
    duration: timedelta | None = None
    series_id: UUID | None = None
    overlap_allowed: bool = False
    with_credits: WithCredits | None = None


class Terms(Protocol):
    """What a session was booked with and keeps, whatever its service is like today."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def price_amount(self) -> int: ...
    @property
    def price_currency(self) -> str: ...


def place(tx: Transaction, offer: Offer, placement: Placement, now: datetime) -> Booked:
    """Take the time. A lost race is Conflict "slot_taken", raised by the next read of the transaction or its commit.

    Whoever places several must hold the teacher's lock. Paying with credits and bumping the slots version are the
    caller's, after the last of them: who holds a lock of those and waits for a time could be waited for by whoever
    takes that time.
    """
    session = _new_session(offer, placement)
    seat = new_seat(offer, session.id, placement.student_id, placement.hold_expires_at, placement.with_credits)
    if offer.has_expired_holds:
        queries.lock_teacher(tx)
        queries.expire_holds(tx, session.blocked_from, session.blocked_until, now)
    placed = booked(offer.service.name, session.id, seat.id, session.status, session)
    queries.insert_session(tx, session, seat, now)
    if seat.status == "booked":
        announce(tx, placed, "create", now)
    return placed


def new_seat(
    offer: Offer,
    session_id: UUID,
    student_id: UUID | None,
    hold_expires_at: datetime | None,
    with_credits: WithCredits | None = None,
) -> NewSeat:
    """A seat with an id of its own, and so a token of its own: booked, or held until `hold_expires_at`."""
    seat_id = new_id()
    status = "held" if hold_expires_at else "booked"
    return NewSeat(
        id=seat_id,
        session_id=session_id,
        student_id=student_id,
        status=status,
        token_hash=token_hash(seat_token(token_key(), seat_id)),
        hold_expires_at=hold_expires_at,
        uses_trial=offer.service.is_trial and status == "booked",
        credit_units=units_due(offer, with_credits),
    )


def announce(tx: Transaction, seat: Booked, action: CalendarAction, now: datetime) -> None:
    """Tell of a seat that has a name from now on: the teacher's calendar, and whoever reads events."""
    queue_calendar_sync(tx, seat.session_id, action, now)
    record(tx, "session.booked", seat.session_id, _facts(seat), now)


def _facts(seat: Booked) -> dict[str, object]:
    return {"starts_at": seat.starts_at.isoformat(), "participant_id": str(seat.participant_id)}


def booked(service_name: str, session_id: UUID, seat_id: UUID, status: str, terms: Terms) -> Booked:
    return Booked(
        session_id=session_id,
        participant_id=seat_id,
        status=status,
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        time_zone=terms.time_zone,
        service_name=service_name,
        price_amount=terms.price_amount,
        price_currency=terms.price_currency,
    )


def students_origin(offer: Offer) -> str:
    """The origin of a session that a student makes."""
    return "trial" if offer.service.is_trial else "public"


def status_when_booked(offer: Offer, origin: str) -> str:
    """What a seat with a name makes of its session: the teacher need not confirm what they entered themselves."""
    asks = offer.service.requires_confirmation and origin in ("public", "trial")
    return "pending" if asks else "scheduled"


def _new_session(offer: Offer, placement: Placement) -> queries.NewSession:
    service = offer.service
    blocked = offer.blocked(placement.start, placement.duration)
    return queries.NewSession(
        id=new_id(),
        service_id=service.id,
        series_id=placement.series_id,
        status="held" if placement.hold_expires_at else status_when_booked(offer, placement.origin),
        origin=placement.origin,
        starts_at=placement.start,
        ends_at=placement.start + (placement.duration or service.timing.duration),
        blocked_from=blocked.start,
        blocked_until=blocked.end,
        time_zone=offer.zone.key,
        seats=service.seats,
        price_amount=service.price_amount,
        price_currency=service.price_currency,
        is_trial=service.is_trial,
        overlap_allowed=placement.overlap_allowed,
        hold_expires_at=placement.hold_expires_at,
    )
