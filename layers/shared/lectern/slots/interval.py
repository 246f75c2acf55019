"""A stretch of time between two instants, for people who call the engine."""

from dataclasses import dataclass
from datetime import datetime, timedelta


def refuse_unless_forward_in_utc(start: datetime, end: datetime) -> None:
    """Raise ValueError for a naive or local time, and for an end that is not after its start."""
    # Two datetimes of one local zone compare by their clock faces, wrongly in the hour that occurs twice.
    if start.utcoffset() != timedelta() or end.utcoffset() != timedelta():
        raise ValueError(f"{start} to {end}: both ends must be in UTC")
    if end <= start:
        raise ValueError(f"{start} to {end}: the end must be after the start")


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end) in UTC. Raises ValueError when naive, not UTC, empty or backwards."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        refuse_unless_forward_in_utc(self.start, self.end)
