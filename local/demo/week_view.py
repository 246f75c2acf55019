"""A teacher's week as a person would want to see it in a terminal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

COLUMN = 17


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the calendar; instants are aware, in any zone."""

    starts_at: datetime
    ends_at: datetime
    title: str


def week_view(monday: date, entries: Iterable[Entry], zone: ZoneInfo) -> str:
    """Seven columns from Monday on, each with its lessons in the zone's own time; other weeks are left out."""
    columns = [list(_cells(day, entries, zone)) for day in (monday + timedelta(days=n) for n in range(7))]
    height = max(len(column) for column in columns)
    lines = (
        "".join((column[row] if row < len(column) else "").ljust(COLUMN) for column in columns).rstrip()
        for row in range(height)
    )
    return "\n".join(f"    {line}" for line in lines)


def _cells(day: date, entries: Iterable[Entry], zone: ZoneInfo) -> Iterator[str]:
    yield f"{day:%a %d %b}"
    yield "─" * (COLUMN - 2)
    for entry in _by_local_date(entries, zone)[day]:
        yield f"{entry.starts_at.astimezone(zone):%H:%M}-{entry.ends_at.astimezone(zone):%H:%M}"
        yield f"  {entry.title}"[: COLUMN - 1]


def _by_local_date(entries: Iterable[Entry], zone: ZoneInfo) -> defaultdict[date, list[Entry]]:
    found: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.starts_at):
        found[entry.starts_at.astimezone(zone).date()].append(entry)
    return found
