"""What becomes of a session's event after Google was asked about it and did not do as asked."""

import time
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Literal

from lectern.calendar.google_http import RefusedByGoogle
from lectern.errors import LecternError, TooMany, Unavailable
from lectern.outbound import LeftAlone

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Fate:
    """`refused`: it is never asked again. `put_off`: that one event waits for so long. `left_alone`: all do.

    `ends_run`: the next event would fare no better, so that Google is not asked about it now.
    """

    kind: Literal["refused", "put_off", "left_alone"]
    code: str
    wait: timedelta = timedelta()
    ends_run: bool = False


def fate_after(failure: Exception, attempts: int, refusals: int) -> Fate:
    """`attempts` at the event have failed before; `refusals` in a row were of all that the account asks."""
    match failure:
        case RefusedByGoogle():
            return Fate("refused", failure.reason)
        case LeftAlone():
            return Fate("left_alone", failure.code, wait_after(failure, refusals), ends_run=True)
        case Unavailable():
            reason = failure.facts.get("reason", failure.code)
            return Fate("put_off", str(reason), wait_after(failure, attempts), ends_run=True)
        case _:
            # A mistake of our own with this event. An error's own words may quote a person's data.
            return Fate("put_off", type(failure).__qualname__, pause(attempts))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures before: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.

    Never less than half of the longest, so that an hour of refusals takes few attempts.
    """
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts, 10)))
    return longest * SystemRandom().uniform(0.5, 1)


def wait_after(failure: LecternError, attempts: int) -> timedelta:
    """A pause, and no less than Google has asked for."""
    return max(pause(attempts), timedelta(seconds=_asked_for(failure)))


def wait_our_turn(limit: TooMany) -> None:
    """Our own limit on calls lets the next through within a second or two: no failure, and no refusal of Google's."""
    time.sleep(_asked_for(limit))


def _asked_for(failure: LecternError) -> int:
    seconds = failure.facts.get("retry_after")
    return seconds if isinstance(seconds, int) else 0
