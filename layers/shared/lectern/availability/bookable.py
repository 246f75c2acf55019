"""How much of a teacher's time could be booked, whether it was or not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from lectern.availability import queries
from lectern.availability.queries import StoredRule
from lectern.database import Answer, Transaction
from lectern.slots import Availability, Hours, Override, Rule
from lectern.slots.instant import DAY, at_or_after, at_or_before, local_date_of
from lectern.slots.spans import Span, offered_spans


@dataclass(frozen=True, slots=True)
class BusyTime:
    starts_at: datetime
    ends_at: datetime


def bookable_minutes(tx: Transaction, stretches: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> list[int]:
    """Of each of the stretches, [start, end) in UTC and in order: what rules and overrides offer, less what is busy.

    Busy is time off, and what other calendars say; a lesson is not. By the rules that hold now: how they were, nothing
    remembers. The minutes are elapsed ones.
    """
    first, until = stretches[0][0], stretches[-1][1]
    rules, away = queries.rules(tx), _ask_busy(tx, first, until)
    # A date's hours may run into the next one.
    dates = [local_date_of(at_or_before(first) - DAY, zone), local_date_of(at_or_after(until) + DAY, zone)]
    overrides = queries.overrides(tx, *dates)
    availability = Availability(
        zone,
        tuple(_rule(rule) for rule in rules.all() if rule.is_active),
        tuple(Override(each.local_date, tuple(Hours(*hours) for hours in each.hours)) for each in overrides.all()),
    )
    busy = [(at_or_before(each.starts_at), at_or_after(each.ends_at)) for each in away.all()]
    seconds = [(at_or_after(start), at_or_after(end)) for start, end in stretches]
    return [_offered_seconds(availability, busy, stretch) // 60 for stretch in seconds]


def _offered_seconds(availability: Availability, busy: list[Span], stretch: Span) -> int:
    offered = offered_spans(availability, *stretch, duration=0)
    return sum(end - start for span in offered for start, end in _without(_both(span, stretch), busy))


def _both(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _without(span: Span, busy: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span. Busy times are in the order of their starts, and may overlap."""
    start, end = span
    for begins, ends in busy:
        if start < min(begins, end):
            yield start, min(begins, end)
        start = max(start, ends)
    if start < end:
        yield start, end


def _rule(stored: StoredRule) -> Rule:
    hours = Hours(stored.start_minute, stored.end_minute)
    return Rule(stored.weekday, hours, stored.effective_from, stored.effective_until)


def _ask_busy(tx: Transaction, first: datetime, until: datetime) -> Answer[BusyTime]:
    return tx.ask(
        """
        select starts_at, ends_at from time_off
        where teacher_id = %(teacher_id)s and ends_at > %(first)s and starts_at < %(until)s
        union all
        select starts_at, ends_at from external_busy
        where teacher_id = %(teacher_id)s and ends_at > %(first)s and starts_at < %(until)s
        order by starts_at
        """,
        BusyTime,
        {"first": first, "until": until},
    )
