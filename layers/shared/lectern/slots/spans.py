"""The time that a teacher offers, as merged stretches in whole seconds (rules 1, 2 and 4)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from lectern.slots.availability import Availability, Hours
from lectern.slots.instant import DAY, EPOCH_ORDINAL, wall_clock

type Span = tuple[int, int]  # [start, end)

# A year short of what a date can hold at both ends, so that no offset or overnight end can leave it.
_FIRST_ORDINAL = date(2, 1, 1).toordinal()
_LAST_ORDINAL = date(9998, 12, 31).toordinal()


def offered_spans(availability: Availability, first: int, until: int, duration: int) -> list[Span]:
    """The merged spans, in order, that can hold a start in [first, until).

    A span may be cut where that changes nothing, a day or two away from the starts in question.
    """
    dates = _dates_that_matter(first, until, duration)
    return _merged(
        (start, end)
        for local_date, hours in _hours_by_date(availability, dates)
        if (start := wall_clock(local_date, hours.start_minute, availability.zone))
        < (end := wall_clock(local_date, hours.minutes_until_end(), availability.zone))
    )


def _dates_that_matter(first: int, until: int, duration: int) -> list[date]:
    # A span that reaches back over the local midnight before 24 hours ago is a long one, and its grid has begun
    # again since: when it started no longer matters. Hours of the date before that midnight may run past it,
    # and the local date may be one behind UTC's.
    earliest = (first - DAY) // DAY - 2
    # Whether a span reaches 24 hours must be known; the local date may be the day after UTC's.
    latest = (until + max(duration, DAY)) // DAY + 1
    ordinals = range(max(earliest + EPOCH_ORDINAL, _FIRST_ORDINAL), min(latest + EPOCH_ORDINAL, _LAST_ORDINAL) + 1)
    return [date.fromordinal(ordinal) for ordinal in ordinals]


def _hours_by_date(availability: Availability, dates: list[date]) -> Iterator[tuple[date, Hours]]:
    overridden = {override.local_date: override.hours for override in availability.overrides}
    weekly = defaultdict(list)
    for rule in availability.rules:
        weekly[rule.weekday].append(rule)
    for local_date in dates:
        if local_date in overridden:
            yield from ((local_date, hours) for hours in overridden[local_date])
        else:
            rules = weekly[local_date.weekday()]
            yield from ((local_date, rule.hours) for rule in rules if rule.is_effective(local_date))


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
