"""Open starts, found by walking through time a minute at a time with nothing but plain datetimes.

Slow and obvious on purpose; shares no code with the engine but the values that a question is made of. Exact
where clocks are whole minutes from UTC, as they are everywhere since 1972.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from lectern.slots import Availability, Hours, Interval, Timing, Window

MINUTE = timedelta(minutes=1)
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the walk. reached is the latest local time that clocks have shown up to it.

    A boundary on the wall clock has passed once reached: one that is skipped at the first minute after the
    gap, one that occurs twice at its first occurrence.
    """

    instant: datetime
    local: datetime
    reached: datetime


def oracle_starts(
    availability: Availability, busy: Iterable[Interval], timing: Timing, window: Window, now: datetime
) -> list[datetime]:
    taken = list(busy)
    # Far enough on both sides that spans that matter are whole, or longer than 24 hours, within the walk.
    first, until = window.start - timedelta(days=3), window.end + timing.duration + timedelta(days=2)
    walk = list(_walk(first, until, availability.zone))
    return [
        start.instant
        for span in _spans(availability, walk)
        for start in _on_grid(span, timing.step)
        if window.start <= start.instant < window.end
        and start.instant >= now + timing.minimum_notice
        and start.instant + timing.duration <= span[-1].instant + MINUTE
        and start.local.date() not in availability.full_dates
        and not availability.is_closed
        and not any(_collide(start.instant, timing, interval) for interval in taken)
    ]


def _walk(first: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Minute]:
    instant = first.replace(second=0, microsecond=0)
    reached = _local(instant, zone)
    while instant < until:
        local = _local(instant, zone)
        reached = max(reached, local)
        yield Minute(instant, local, reached)
        instant += MINUTE


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _spans(availability: Availability, walk: list[Minute]) -> Iterator[list[Minute]]:
    shifts: dict[date, list[tuple[datetime, datetime]]] = {}
    reached = {minute.reached.date() for minute in walk}
    for local_date in reached | {day - timedelta(days=1) for day in reached}:
        midnight = datetime.combine(local_date, MIDNIGHT)
        shifts[local_date] = [
            (midnight + hours.start_minute * MINUTE, midnight + _end_minute(hours) * MINUTE)
            for hours in _hours_on(availability, local_date)
        ]

    def is_offered(minute: Minute) -> bool:
        today = minute.reached.date()
        candidates = shifts[today - timedelta(days=1)] + shifts[today]
        return any(start <= minute.reached < end for start, end in candidates)

    return (list(minutes) for offered, minutes in groupby(walk, key=is_offered) if offered)


def _end_minute(hours: Hours) -> int:
    return hours.end_minute if hours.end_minute > hours.start_minute else hours.end_minute + 24 * 60


def _hours_on(availability: Availability, local_date: date) -> list[Hours]:
    for override in availability.overrides:
        if override.local_date == local_date:
            return list(override.hours)
    return [
        rule.hours
        for rule in availability.rules
        if rule.weekday == local_date.weekday()
        and not (rule.effective_from and local_date < rule.effective_from)
        and not (rule.effective_until and local_date > rule.effective_until)
    ]


def _on_grid(span: list[Minute], step: timedelta) -> Iterator[Minute]:
    anchor = before = span[0]
    for minute in span:
        if len(span) >= 24 * 60 and minute.reached.date() != before.reached.date():
            anchor = minute
        if (minute.instant - anchor.instant) % step == timedelta():
            yield minute
        before = minute


def _collide(start: datetime, timing: Timing, interval: Interval) -> bool:
    begins = start - timing.buffer_before
    ends = start + timing.duration + timing.buffer_after
    return begins < interval.end and interval.start < ends
