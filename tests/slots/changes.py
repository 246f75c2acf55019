"""When clocks change, in every zone that zoneinfo knows, found by asking each for its offset week by week."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

ZONES = sorted(available_timezones())

_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_MINUTES_OF_A_WEEK = range(7 * 24 * 60)
_WEEKS = [_FIRST + timedelta(weeks=week) for week in range(48 * 52)]


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The instants, to the minute, at which the zone's offset from UTC became another, from 1990 to 2037."""
    local = ZoneInfo(zone)
    offsets = [(week, week.astimezone(local).utcoffset()) for week in _WEEKS]
    return tuple(
        _change_after(week, local) for (week, offset), (_, next_offset) in pairwise(offsets) if offset != next_offset
    )


def _change_after(week: datetime, zone: ZoneInfo) -> datetime:
    old = week.astimezone(zone).utcoffset()

    def is_changed(minute: int) -> bool:
        return (week + timedelta(minutes=minute)).astimezone(zone).utcoffset() != old

    return week + timedelta(minutes=bisect_left(_MINUTES_OF_A_WEEK, x=True, key=is_changed))
