"""The starts that may be booked, and whether one instant is among them.

A list and a booking are answered by the same function, so that what is listed can be booked, and nothing
else can (rule 9).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from lectern.slots.availability import Availability
from lectern.slots.grid import grids_of, starts_within
from lectern.slots.instant import SECOND, at_or_after, at_or_before, in_utc, local_date_of
from lectern.slots.interval import Interval
from lectern.slots.spans import Span, offered_spans
from lectern.slots.timing import Timing
from lectern.slots.window import Window


def open_starts(
    availability: Availability, busy: Iterable[Interval], timing: Timing, window: Window, now: datetime
) -> list[datetime]:
    """The instants in the window at which the service can start, in UTC and in order.

    Busy intervals may come in any order and overlap; a booked session must come widened by its own buffers.
    The answer for an instant does not depend on the window, which is not capped here: see `Window.capped`.
    """
    first, until = at_or_after(window.start), at_or_after(window.end)
    return [in_utc(start) for start in _starts(availability, busy, timing, (first, until), now)]


def is_open(
    availability: Availability, busy: Iterable[Interval], timing: Timing, start: datetime, now: datetime
) -> bool:
    """Whether a window around this start would list it. Raises TypeError when a time is naive."""
    second = at_or_after(start)
    return not start.microsecond and second in _starts(availability, busy, timing, (second, second + 1), now)


def earliest_start(timing: Timing, now: datetime) -> int:
    """The first second that the service's minimum notice allows (rule 7)."""
    return at_or_after(now) + timing.minimum_notice // SECOND


def starts_blocked(busy: Iterable[Interval], timing: Timing) -> Iterator[Span]:
    """For each busy interval, the starts whose slot would overlap it when widened by the buffers (rule 6)."""
    reach_forward = (timing.duration + timing.buffer_after) // SECOND
    reach_back = timing.buffer_before // SECOND
    for interval in busy:
        # A widened slot may end in the very second in which the interval begins, hence one later.
        yield at_or_before(interval.start) - reach_forward + 1, at_or_after(interval.end) + reach_back


def _starts(
    availability: Availability, busy: Iterable[Interval], timing: Timing, asked: Span, now: datetime
) -> Iterator[int]:
    if availability.is_closed:
        return
    first, until = max(asked[0], earliest_start(timing, now)), asked[1]
    grids = list(_fitting_grids(availability, timing, first, until))
    free = list(_free_spans(busy, timing, first, until))
    for start in _starts_in_both(grids, free):
        if not availability.full_dates or local_date_of(start, availability.zone) not in availability.full_dates:
            yield start


def _fitting_grids(availability: Availability, timing: Timing, first: int, until: int) -> Iterator[range]:
    duration, step = timing.duration // SECOND, timing.step // SECOND
    for span in offered_spans(availability, first, until, duration):
        last_fit = span[1] - duration
        for grid in grids_of(span, step, availability.zone):
            yield starts_within(grid, grid.start, last_fit + 1)


def _free_spans(busy: Iterable[Interval], timing: Timing, first: int, until: int) -> Iterator[Span]:
    free_from = first
    for begins, ends in sorted(starts_blocked(busy, timing)):
        if free_from < begins:
            yield free_from, min(begins, until)
        free_from = max(free_from, ends)
        if free_from >= until:
            return
    yield free_from, until


def _starts_in_both(grids: list[range], free: list[Span]) -> Iterator[int]:
    at_grid = at_free = 0
    while at_grid < len(grids) and at_free < len(free):
        grid, (begins, ends) = grids[at_grid], free[at_free]
        yield from starts_within(grid, begins, ends)
        if grid.stop <= ends:
            at_grid += 1
        else:
            at_free += 1
