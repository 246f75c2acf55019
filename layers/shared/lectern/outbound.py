"""The one way to a provider, such as Stripe or Google: limited, cut off while the provider is down, and tried again.

Who calls makes the one attempt, with the timeouts below, and says whether it may be repeated. What keeps the circuit
is `lectern.breaker`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil
from random import SystemRandom
from typing import NoReturn

from lectern import database, limits
from lectern.errors import Unavailable

# For the attempt itself. With the retries they stay within the 15 seconds that a function has.
CONNECT_SECONDS = 2.0
READ_SECONDS = 8.0

RETRIES = 2
# No retry begins later than this after the first attempt did.
RETRY_WITHIN_SECONDS = 3.0
FIRST_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Provider:
    """Its name is that of its circuit, and begins the code of its errors; `per_subject` is per teacher."""

    name: str
    overall: limits.Limit
    per_subject: limits.Limit


class Unanswered(Exception):
    """An attempt to be made again; `retry_after` is for how long the provider asked to be left alone, in seconds."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(Unanswered):
    """It counts against the provider: a timeout, no connection, or 5xx."""


class Throttled(Unanswered):
    """429. It is about one caller, or one object that is busy, so the circuit of all takes it for an answer."""


def call[T](provider: Provider, subject: str, send: Callable[[], T], *, repeatable: bool) -> T:
    """What `send` returns or raises; it makes one attempt, and is called up to three times when `repeatable`.

    Raises TooMany `rate_limited` over a limit, and Unavailable `{provider.name}_unavailable` when the attempts ended
    in Unanswered and, without one, while the circuit is open. Anything else that `send` raises is the provider's
    answer: it passes through and shows that the provider is there.
    """
    if database.in_transaction():
        raise RuntimeError("No call is made inside a database transaction: it would keep its locks for seconds.")
    # A subject that asks too often is stopped before it counts towards what all have together.
    limits.check(provider.per_subject, subject)
    limits.check(provider.overall, provider.name)
    # It brings boto3: 110 to 170 ms, which whoever imports this module for its types and errors does not pay.
    from lectern import breaker  # noqa: PLC0415

    def attempt() -> T:
        return breaker.through(provider.name, partial(_answer, send))()

    try:
        return _tried(attempt, RETRIES if repeatable else 0)
    except breaker.Open as refusal:
        raise _unavailable(provider, refusal.seconds) from refusal
    except Unanswered as failure:
        raise _unavailable(provider, failure.retry_after or 1) from failure


def _tried[T](attempt: Callable[[], T], retries: int) -> T:
    """Pauses with full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/."""
    latest = time.monotonic() + RETRY_WITHIN_SECONDS
    for retry in range(retries):
        try:
            return attempt()
        except Unanswered as failure:
            # Not by `random`, whose state the copies of one snapshot share.
            jitter = SystemRandom().uniform(0, FIRST_PAUSE_SECONDS * 2**retry)
            pause = (failure.retry_after or 0) + jitter
            if time.monotonic() + pause > latest:
                raise
        time.sleep(pause)
    return attempt()


def _answer[T](send: Callable[[], T]) -> Callable[[], T]:
    """The answer as a function that returns or raises it, outside the circuit.

    Powertools neither closes nor reopens a circuit whose probe raises what is no failure; a declined card would keep
    everybody else out until the probe's lease ends.
    """
    try:
        value = send()
    except Unreachable:
        raise
    except Exception as refusal:  # noqa: BLE001 - raised again, where it counts as an answer
        return partial(_raise, refusal)
    return lambda: value


def _raise(error: Exception) -> NoReturn:
    raise error


def _unavailable(provider: Provider, seconds: float) -> Unavailable:
    return Unavailable(
        f"{provider.name}_unavailable",
        f"{provider.name} does not answer just now. Wait as many seconds as `retry_after` says.",
        retry_after=ceil(seconds),
    )
