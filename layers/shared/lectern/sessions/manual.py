"""A teacher enters a session themselves: outside their own hours if they like, over another only when they say so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.availability.offer import Offer, ask_for_offer
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.events import record
from lectern.sessions import group
from lectern.sessions.booked import Booked
from lectern.sessions.opening import settled_offer
from lectern.sessions.paying import WithCredits, pay_with_credits
from lectern.sessions.placing import Placement, place
from lectern.slots import Interval, Window
from lectern.students.roster import restore_student


@dataclass(frozen=True, slots=True)
class ManualSession:
    """The start is in UTC; the duration is the service's own when None. It is on trust unless it is with credits."""

    service_id: UUID
    student_id: UUID
    start: datetime
    duration: timedelta | None = None
    allow_overlap: bool = False
    with_credits: WithCredits | None = None


def schedule_manual_session(tx: Transaction, manual: ManualSession, now: datetime) -> Booked:
    """Enter a session, or a student into the group session that starts then.

    Raises NotFound, Invalid "past", Conflict "overlaps" with what is in the way, "slot_taken", "no_seats" or
    "already_booked" or "insufficient_credits".
    """
    if manual.start < now:
        raise Invalid("past", "That time has passed. Choose a later one.", fields=["starts_at"])
    # As far ahead as the longest duration reaches, whatever the service's own is.
    window = Window(manual.start, manual.start + timedelta(days=1))
    asked = ask_for_offer(tx, manual.service_id, window, now)
    student = restore_student(tx, manual.student_id, now)
    offer = settled_offer(tx, asked, window, now)
    there = offer.group_at(manual.start)
    if there:
        if manual.duration not in (None, there.ends_at - there.starts_at):
            raise Invalid(
                "group_session",
                "A group lesson starts then, of another length. Leave the duration out.",
                fields=["duration_minutes"],
            )
        group.require_seat(there)
        booked = group.join(tx, offer, there, student.id, "manual", now, manual.with_credits)
    else:
        booked = _place(tx, offer, manual, now)
    pay_with_credits(tx, offer, [booked], student.id, manual.with_credits, now)
    bump_slots_version(tx)
    return booked


def _place(tx: Transaction, offer: Offer, manual: ManualSession, now: datetime) -> Booked:
    if not manual.allow_overlap:
        require_free(offer, offer.blocked(manual.start, manual.duration))
    placement = Placement(
        manual.start,
        "manual",
        manual.student_id,
        duration=manual.duration,
        overlap_allowed=manual.allow_overlap,
        with_credits=manual.with_credits,
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
            "Something else is on at that time. Choose another time, or enter a session that may overlap.",
            busy=[{"starts_at": busy.start.isoformat(), "ends_at": busy.end.isoformat()} for busy in in_the_way],
        )
