"""Why a list of starts is empty, found by asking for it again with fewer and fewer conditions lifted."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from lectern.slots.availability import Availability
from lectern.slots.instant import SECOND
from lectern.slots.interval import Interval
from lectern.slots.open_starts import open_starts
from lectern.slots.timing import Timing
from lectern.slots.window import Window


class EmptyReason(StrEnum):
    """Stable: clients and translations key on the values."""

    NO_AVAILABILITY = "no_availability"
    TOO_SHORT = "too_short"
    TOO_SOON = "too_soon"
    DAY_FULL = "day_full"
    FULLY_BOOKED = "fully_booked"
    CALENDAR_STALE = "calendar_stale"


def empty_reason(
    availability: Availability, busy: Iterable[Interval], timing: Timing, window: Window, now: datetime
) -> EmptyReason | None:
    """The condition that took the last starts away, None when `open_starts` has some.

    no_availability: no hours have a start in the window. too_short: none of those has room for the duration.
    too_soon: what has is past, or under the notice. day_full: the rest is on full dates. fully_booked: busy.
    calendar_stale: the teacher is closed until their other calendars can be read again.
    """
    opened = replace(availability, is_closed=False)
    every_day = replace(opened, full_dates=frozenset())
    any_notice = replace(timing, minimum_notice=timedelta())
    shortest = replace(any_notice, duration=SECOND)
    attempts = (
        (EmptyReason.NO_AVAILABILITY, every_day, (), shortest, window.start),
        (EmptyReason.TOO_SHORT, every_day, (), any_notice, window.start),
        (EmptyReason.TOO_SOON, every_day, (), timing, now),
        (EmptyReason.DAY_FULL, opened, (), timing, now),
        (EmptyReason.FULLY_BOOKED, opened, busy, timing, now),
        (EmptyReason.CALENDAR_STALE, availability, busy, timing, now),
    )
    for reason, offered, occupied, asked, present in attempts:
        if not open_starts(offered, occupied, asked, window, present):
            return reason
    return None
