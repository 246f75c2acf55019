"""A teacher enters a session themselves: outside their own hours if they like, over another one only when they say so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.availability.offer import Offer, read_offer
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.events import record
from lectern.sessions.placing import Booked, Placement, place
from lectern.slots import Interval, Window
from lectern.students.roster import get_student


@dataclass(frozen=True, slots=True)
class ManualSession:
    """The start is in UTC; the duration is the service's own when None."""

    service_id: UUID
    student_id: UUID
    start: datetime
    duration: timedelta | None = None
    allow_overlap: bool = False


def schedule_manual_session(tx: Transaction, manual: ManualSession, now: datetime) -> Booked:
    """Enter a session. Raises NotFound, Invalid "past", Conflict "overlaps" with what is in the way, or "slot_taken"."""
    if manual.start < now:
        raise Invalid("past", "That time has passed. Choose a later one.")
    student = get_student(tx, manual.student_id)
    # As far ahead as the longest duration reaches, whatever the service's own is.
    offer = read_offer(tx, manual.service_id, Window(manual.start, manual.start + timedelta(days=1)), now)
    blocked = offer.blocked(manual.start, manual.duration)
    if not manual.allow_overlap:
        require_free(offer, blocked)
    placement = Placement(
        manual.start,
        "manual",
        student.id,
        duration=manual.duration,
        overlap_allowed=manual.allow_overlap,
    )
    booked = place(tx, offer, placement, now)
    if manual.allow_overlap:
        record(tx, "session.overlap_allowed", booked.session_id, {"start": manual.start.isoformat()}, now)
    return booked


def require_free(offer: Offer, blocked: Interval) -> None:
    """Raises Conflict "overlaps" with the busy intervals that a session, widened by its buffers, would run into."""
    in_the_way = [busy for busy in offer.busy if busy.start < blocked.end and blocked.start < busy.end]
    if in_the_way:
        raise Conflict(
            "overlaps",
            "Something else is on at that time. Choose another time, or allow the overlap.",
            busy=[{"starts_at": busy.start.isoformat(), "ends_at": busy.end.isoformat()} for busy in in_the_way],
        )
