"""Why one start is not offered, for the teacher who asks.

Each reason is decided by what keeps the start out of the list, so that there is one exactly when `is_open`
says no.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from lectern.slots.availability import Availability
from lectern.slots.grid import grids_of, starts_within
from lectern.slots.instant import SECOND, at_or_before, in_utc, local_date_of
from lectern.slots.interval import Interval
from lectern.slots.open_starts import earliest_start, starts_blocked
from lectern.slots.spans import offered_spans
from lectern.slots.timing import Timing


class ReasonCode(StrEnum):
    """Stable: clients and translations key on the values."""

    PAST = "past"
    TOO_SOON = "too_soon"
    OUTSIDE_AVAILABILITY = "outside_availability"
    DOES_NOT_FIT = "does_not_fit"
    OFF_GRID = "off_grid"
    BUSY = "busy"
    DAY_FULL = "day_full"
    CALENDAR_STALE = "calendar_stale"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps a start from being offered, with the instants (UTC) that show it.

    limit: with too_soon the earliest start, with does_not_fit the end of the offered time.
    busy: with busy, the intervals in the way.
    nearest: with off_grid, the starts before and after it that would fit the same offered time.
    """

    code: ReasonCode
    limit: datetime | None = None
    busy: tuple[Interval, ...] = ()
    nearest: tuple[datetime, ...] = ()


def why_not_open(
    availability: Availability, busy: Iterable[Interval], timing: Timing, start: datetime, now: datetime
) -> tuple[Reason, ...]:
    """Every reason against a start, none if it is open. Raises TypeError when a time is naive."""
    return (
        *_against_the_notice(timing, start, now),
        *_against_the_hours(availability, timing, start),
        *_against_the_busy(busy, timing, start),
        *_against_the_limit(availability, start),
        *_against_the_closed(availability),
    )


def _against_the_notice(timing: Timing, start: datetime, now: datetime) -> Iterator[Reason]:
    earliest = earliest_start(timing, now)
    if start < now:
        yield Reason(ReasonCode.PAST)
    elif at_or_before(start) < earliest:
        yield Reason(ReasonCode.TOO_SOON, limit=in_utc(earliest))


def _against_the_hours(availability: Availability, timing: Timing, start: datetime) -> Iterator[Reason]:
    second, duration = at_or_before(start), timing.duration // SECOND
    spans = offered_spans(availability, second, second + 1, duration)
    span = next((span for span in spans if span[0] <= second < span[1]), None)
    if span is None:
        yield Reason(ReasonCode.OUTSIDE_AVAILABILITY)
        return
    if second + duration > span[1]:
        yield Reason(ReasonCode.DOES_NOT_FIT, limit=in_utc(span[1]))
    grids = list(grids_of(span, timing.step // SECOND, availability.zone))
    if start.microsecond or not any(second in grid for grid in grids):
        yield Reason(ReasonCode.OFF_GRID, nearest=_nearest(grids, second, span[1] - duration))


def _nearest(grids: list[range], second: int, last_fit: int) -> tuple[datetime, ...]:
    until = last_fit + 1
    before = [starts_within(grid, grid.start, min(second + 1, until))[-1:] for grid in grids]
    after = [starts_within(grid, second + 1, until)[:1] for grid in grids]
    return tuple(in_utc(start) for start in (*[*chain(*before)][-1:], *[*chain(*after)][:1]))


def _against_the_busy(busy: Iterable[Interval], timing: Timing, start: datetime) -> Iterator[Reason]:
    second, intervals = at_or_before(start), tuple(busy)
    blocked = zip(intervals, starts_blocked(intervals, timing), strict=True)
    if in_the_way := tuple(interval for interval, (begins, ends) in blocked if begins <= second < ends):
        yield Reason(ReasonCode.BUSY, busy=in_the_way)


def _against_the_limit(availability: Availability, start: datetime) -> Iterator[Reason]:
    if local_date_of(at_or_before(start), availability.zone) in availability.full_dates:
        yield Reason(ReasonCode.DAY_FULL)


def _against_the_closed(availability: Availability) -> Iterator[Reason]:
    if availability.is_closed:
        yield Reason(ReasonCode.CALENDAR_STALE)
