"""The starts that a span offers before anything is busy (rule 5). A grid is a `range` of whole seconds."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from lectern.slots.instant import DAY, local_date_of, wall_clock
from lectern.slots.spans import Span


def grids_of(span: Span, step: int, zone: ZoneInfo) -> Iterator[range]:
    """The grids that make up a span, in order: a new one from each midnight if it has 24 hours or more."""
    start, end = span
    # Availability around the clock has no start to count from that every window would reach back to.
    restarts = _midnights_within(span, zone) if end - start >= DAY else []
    for begins, ends in pairwise((start, *restarts, end)):
        yield range(begins, ends, step)


def starts_within(grid: range, first: int, until: int) -> range:
    """The starts of a grid in [first, until); its stop is until, or its own."""
    skipped = max(0, -((grid.start - first) // grid.step))
    return range(grid.start + skipped * grid.step, min(grid.stop, until), grid.step)


def _midnights_within(span: Span, zone: ZoneInfo) -> list[int]:
    start, end = span
    ordinals = range(local_date_of(start, zone).toordinal(), local_date_of(end, zone).toordinal() + 1)
    midnights = (wall_clock(date.fromordinal(ordinal), 0, zone) for ordinal in ordinals)
    return [midnight for midnight in midnights if start < midnight < end]
