"""What a service asks of a start: how long it lasts, how starts are spaced, what is kept free around it."""

from dataclasses import dataclass
from datetime import timedelta

from lectern.slots.instant import SECOND

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Timing:
    """The part of a service that decides when it can start, in elapsed time.

    Raises ValueError unless duration and step are positive, the rest is not negative, and all are whole
    seconds, as starts are.
    """

    duration: timedelta
    step: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_notice: timedelta

    def __post_init__(self) -> None:
        if self.duration <= _NOTHING or self.step <= _NOTHING:
            raise ValueError("duration and step must be longer than nothing")
        if min(self.buffer_before, self.buffer_after, self.minimum_notice) < _NOTHING:
            raise ValueError("buffers and minimum notice must not be negative")
        lengths = (self.duration, self.step, self.buffer_before, self.buffer_after, self.minimum_notice)
        if any(length % SECOND for length in lengths):
            raise ValueError("duration, step, buffers and minimum notice must be whole seconds")
