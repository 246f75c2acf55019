"""Windows of a teacher's dates, up to a date that is not in them: what is not over yet is not measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lectern.slots.instant import in_utc, wall_clock


@dataclass(frozen=True, slots=True)
class Window:
    """The dates [first, until) in the zone."""

    first: date
    until: date
    zone: ZoneInfo

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.until, self.zone)


def windows_before(end: date, days: int, number: int, zone: ZoneInfo) -> list[Window]:
    """So many windows of so many days, one before the other: the one that ends at `end` comes first."""
    ends = [end - timedelta(days=days * back) for back in range(number)]
    return [Window(each - timedelta(days=days), each, zone) for each in ends]


def midnight(local_date: date, zone: ZoneInfo) -> datetime:
    """The instant in UTC at which the date begins, by the rules of `lectern.slots`."""
    return in_utc(wall_clock(local_date, 0, zone))


# As a relation that statements join with, in order: `with {WINDOWS}`, and the parameters `of_windows`.
WINDOWS = """
  windows as (
    select number, starts_at, ends_at
    from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) with ordinality
      as w (starts_at, ends_at, number))"""


def of_windows(windows: Sequence[Window]) -> dict[str, object]:
    return {"starts": [each.starts_at for each in windows], "ends": [each.ends_at for each in windows]}
