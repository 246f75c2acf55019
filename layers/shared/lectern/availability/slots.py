"""The list of slots that a student sees, and why it is empty."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer, ServiceTerms, ask_for_offer, offer_of
from lectern.availability.offer_query import OfferRow
from lectern.database import Answer, Transaction
from lectern.slots import Window, empty_reason, open_starts


@dataclass(frozen=True, slots=True)
class Slot:
    start: datetime
    end: datetime
    seats_left: int


@dataclass(frozen=True, slots=True)
class SlotList:
    """`next_from` is where to ask on when the range was longer than is answered; `version` moves with every change.

    `calendar_stale_since` moves, and the list may empty, as time passes: neither is told by `version`.
    """

    slots: list[Slot]
    service: ServiceTerms
    next_from: datetime | None
    empty_reason: str | None
    version: int
    calendar_stale_since: datetime | None


def list_slots(tx: Transaction, service_id: UUID, window: Window, now: datetime) -> SlotList:
    """The starts in the window that a booking would be given, in order; a group's session is listed while it has seats.

    Answers at most MAX_SLOT_RANGE_DAYS. Raises NotFound for a service that is not offered.
    """
    return slots_of(ask_for_slots(tx, service_id, window, now), window, now)


def ask_for_slots(tx: Transaction, service_id: UUID, window: Window, now: datetime) -> Answer[OfferRow]:
    """Send what `slots_of` needs. Reading it after the transaction saves a round trip: the commit shares it."""
    asked, _ = window.capped()
    return ask_for_offer(tx, service_id, asked, now)


def slots_of(answer: Answer[OfferRow], window: Window, now: datetime) -> SlotList:
    """What `list_slots` says, from the answer that was asked for with this window and now."""
    asked, next_from = window.capped()
    offer = offer_of(answer, now)
    within = offer.window_within_horizon(asked, now)
    slots = _slots(offer, within, now) if within else []
    reason = None if slots else _empty_reason(offer, within, now)
    return SlotList(slots, offer.service, next_from, reason, offer.version, offer.calendar_stale_since)


def _slots(offer: Offer, window: Window, now: datetime) -> list[Slot]:
    duration, seats = offer.service.timing.duration, offer.service.seats
    starts = open_starts(offer.availability, offer.busy, offer.service.timing, window, now)
    fresh = [Slot(start, start + duration, seats) for start in starts]
    return sorted(fresh + _joinable(offer, window, now), key=_start) if offer.groups else fresh


def _joinable(offer: Offer, window: Window, now: datetime) -> list[Slot]:
    return [
        Slot(group.starts_at, group.ends_at, group.seats_left)
        for group in offer.groups
        if window.start <= group.starts_at < window.end and offer.is_joinable(group, now)
    ]


def _empty_reason(offer: Offer, window: Window | None, now: datetime) -> str | None:
    if window is None:
        return "beyond_horizon"
    return empty_reason(offer.availability, offer.busy, offer.service.timing, window, now)


def _start(slot: Slot) -> datetime:
    return slot.start
