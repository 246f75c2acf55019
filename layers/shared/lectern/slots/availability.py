"""What a teacher says about their week, in the words and on the wall clock they say it in.

Nothing here is an instant: `spans` makes instants of it, for the dates that somebody asks about.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another, in minutes on the local wall clock since 00:00.

    An end before the start is on the next date; 1440 is 24:00. Raises ValueError for an end at the start.
    """

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < MINUTES_OF_A_DAY:
            raise ValueError(f"start_minute {self.start_minute} is not between 0 and 1439")
        if not 0 <= self.end_minute <= MINUTES_OF_A_DAY:
            raise ValueError(f"end_minute {self.end_minute} is not between 0 and 1440")
        if self.end_minute == self.start_minute:
            raise ValueError("hours that end when they start are neither nothing nor a whole day")

    def minutes_until_end(self) -> int:
        """The end in minutes since 00:00 of the date on which the hours start."""
        overnight = self.end_minute < self.start_minute
        return self.end_minute + MINUTES_OF_A_DAY if overnight else self.end_minute


@dataclass(frozen=True, slots=True)
class Rule:
    """Hours that come back every week, on the weekday (0 is Monday) on which they start.

    The effective dates are local, and both are included, as in "until 30 June". Raises ValueError when there
    is no such weekday or no such date.
    """

    weekday: int
    hours: Hours
    effective_from: date | None = None
    effective_until: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004  # Sunday
            raise ValueError(f"weekday {self.weekday} is not between 0 (Monday) and 6 (Sunday)")
        if self.effective_from and self.effective_until and self.effective_until < self.effective_from:
            raise ValueError("effective_until must not be before effective_from")

    def is_effective(self, local_date: date) -> bool:
        return (self.effective_from is None or self.effective_from <= local_date) and (
            self.effective_until is None or local_date <= self.effective_until
        )


@dataclass(frozen=True, slots=True)
class Override:
    """The hours of one local date instead of those by rule; none for a day off."""

    local_date: date
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Availability:
    """When a teacher teaches, in the teacher's zone.

    Starts on a local date in full_dates are withheld: a daily or weekly limit is reached there. All are while it
    is_closed: what else the teacher does has not been known for so long that they want nothing booked. Raises
    ValueError for two overrides of one date, since neither could replace the other.
    """

    zone: ZoneInfo
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    full_dates: frozenset[date] = frozenset()
    is_closed: bool = False

    def __post_init__(self) -> None:
        if len({override.local_date for override in self.overrides}) < len(self.overrides):
            raise ValueError("a local date has more than one override")
