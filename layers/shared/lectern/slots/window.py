"""The range of instants that somebody asks about, and the longest one that is answered (rule 8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.slots.interval import refuse_unless_forward_in_utc

MAX_SLOT_RANGE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Window:
    """Starts in [start, end) are asked for. Raises ValueError when naive, not UTC, empty or backwards."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        refuse_unless_forward_in_utc(self.start, self.end)

    def capped(self) -> tuple["Window", datetime | None]:
        """The part that is answered, at most 14 times 24 hours, and where to ask on, None if that is all."""
        longest = timedelta(days=MAX_SLOT_RANGE_DAYS)
        if self.end - self.start <= longest:
            return self, None
        stop = self.start + longest
        return Window(self.start, stop), stop
