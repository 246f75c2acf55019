"""A teacher's dates as stretches of instants: 23 or 25 hours where clocks change, none where a date was skipped."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lectern.errors import Invalid
from lectern.slots.instant import in_utc, wall_clock

LONGEST_RANGE_DAYS = 366


@dataclass(frozen=True, slots=True)
class LocalDay:
    """The instants [starts_at, ends_at), in UTC, at which calendars in the zone show the date."""

    local_date: date
    starts_at: datetime
    ends_at: datetime


def local_days(zone: ZoneInfo, first: date, until: date) -> list[LocalDay]:
    """The dates in [first, until), in order."""
    dates = [first + timedelta(days=day) for day in range((until - first).days + 1)]
    midnights = [in_utc(wall_clock(each, 0, zone)) for each in dates]
    return [LocalDay(*day) for day in zip(dates, midnights, midnights[1:], strict=False)]


def require_range(first: date, until: date) -> None:
    """Raises Invalid `invalid_range` unless [first, until) has 1 to LONGEST_RANGE_DAYS dates."""
    if not 0 < (until - first).days <= LONGEST_RANGE_DAYS:
        raise Invalid(
            "invalid_range",
            f"Ask for 1 to {LONGEST_RANGE_DAYS} days: `to` is the first date that does not count.",
            fields=["from", "to"],
        )
