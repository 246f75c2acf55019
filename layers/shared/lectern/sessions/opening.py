"""Whether a start may be taken, and the words when it may not: asked by every creation that must keep to the offer."""

from datetime import datetime

from lectern.availability.offer import Offer, ask_for_offer, offer_of
from lectern.availability.offer_query import OfferRow
from lectern.database import Answer, Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions import queries
from lectern.slots import ReasonCode, Window, why_not_open

_MESSAGES = {
    ReasonCode.PAST: "That time has passed. Choose a later one.",
    ReasonCode.TOO_SOON: "That time is too soon: the teacher needs more notice. Choose a later one.",
    ReasonCode.OUTSIDE_AVAILABILITY: "The teacher does not teach at that time. Choose one of the listed slots.",
    ReasonCode.DOES_NOT_FIT: "The lesson would run past the teacher's hours. Choose one of the listed slots.",
    ReasonCode.OFF_GRID: "Lessons do not start at that minute. Choose one of the listed slots.",
    ReasonCode.DAY_FULL: "The teacher takes no more lessons that day. Choose another day.",
    ReasonCode.CALENDAR_STALE: "The teacher's calendar cannot be read, and nothing is booked until it is. Try later.",
}

# They say nothing against the time itself.
_MAY_PASS = {ReasonCode.DAY_FULL, ReasonCode.CALENDAR_STALE}


def settled_offer(tx: Transaction, asked: Answer[OfferRow], window: Window, now: datetime) -> Offer:
    """The offer as it stands, read again under the teacher's lock when a booking depends on a count.

    The answer must be to this window. Raises NotFound for a service that is not offered.
    """
    offer = offer_of(asked, now)
    if not offer.depends_on_a_count:
        return offer
    queries.lock_teacher(tx)
    asked = ask_for_offer(tx, offer.service.id, window, now, even_withdrawn=not offer.service.is_offered)
    return offer_of(asked, now)


def require_open(offer: Offer, start: datetime, now: datetime) -> None:
    """Raises Conflict "slot_taken" for a time that is offered but busy, and Invalid with the reason for any other."""
    if offer.is_open(start, now):
        return
    require_within_horizon(offer, start, now)
    reasons = why_not_open(offer.availability, offer.busy, offer.service.timing, start, now)
    for reason in reasons:
        if reason.code in _MESSAGES:
            kind = Conflict if reason.code in _MAY_PASS else Invalid
            raise kind(reason.code.value, _MESSAGES[reason.code], fields=["starts_at"])
    raise Conflict("slot_taken", "That time has just been taken. Choose another one.")


def require_within_horizon(offer: Offer, start: datetime, now: datetime) -> None:
    """Raises Invalid "beyond_horizon"."""
    if not offer.is_within_horizon(start, now):
        raise Invalid(
            "beyond_horizon", "That time is too far ahead to be booked. Choose an earlier one.", fields=["starts_at"]
        )
