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
    """Its name begins that of its circuits and the code of its errors; `per_subject` is per teacher."""

    name: str
    overall: limits.Limit
    per_subject: limits.Limit


class LeftAlone(Unavailable):
    """The provider is not to be asked for a while: it said so itself (429), or a circuit is open and it was not."""


class Unanswered(Exception):
    """An attempt to be made again; `retry_after` is for how long the provider asked to be left alone, in seconds."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Throttled(Unanswered):
    """429. It is about one caller, or one object that is busy, so every circuit takes it for an answer."""


class Unreachable(Unanswered):
    """It counts against the circuit that the call names: 5xx, and what is no answer to what was asked."""


class Down(Unreachable):
    """It counts against the provider as well, whichever circuit the call names: a timeout, or no connection."""


def call[T](
    provider: Provider, subject: str, send: Callable[[], T], *, repeatable: bool, circuit: str | None = None
) -> T:
    """What `send` returns or raises; it makes one attempt, and is called up to three times when `repeatable`.

    `circuit` names whose failures count together, such as an account's: what is Down then cuts off all, and the rest
    that account alone. Without one, all failures are the provider's.
    Raises TooMany `rate_limited` over a limit, be it before a retry, and Unavailable `{provider.name}_unavailable` when
    the attempts ended in Unanswered: as LeftAlone when that was Throttled, and while a circuit is open. Anything else
    that `send` raises is the provider's answer: it passes through and shows that the provider is there.
    """
    if database.in_transaction():
        raise RuntimeError("No call is made inside a database transaction: it would keep its locks for seconds.")
    # It brings boto3: 110 to 170 ms, which whoever imports this module for its types and errors does not pay.
    from lectern import breaker  # noqa: PLC0415

    if circuit is None:
        guarded = partial(breaker.through, provider.name, send, Unreachable)
    else:
        # The account's outside: a probe of the provider's must not be lost on an account that is cut off.
        everybodys = partial(breaker.through, provider.name, send, Down)
        guarded = partial(breaker.through, f"{provider.name}:{circuit}", everybodys, Unreachable)

    def attempt() -> T:
        # Each one, as the provider counts them. A subject that asks too often is stopped before it counts towards what
        # all have together.
        limits.check(provider.per_subject, subject)
        limits.check(provider.overall, provider.name)
        return guarded()

    try:
        return _tried(attempt, RETRIES if repeatable else 0)
    except (breaker.Open, Throttled) as failure:
        raise _unavailable(LeftAlone, provider, failure.retry_after) from failure
    except Unanswered as failure:
        raise _unavailable(Unavailable, provider, failure.retry_after) from failure


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


def _unavailable(kind: type[Unavailable], provider: Provider, seconds: float | None) -> Unavailable:
    return kind(
        f"{provider.name}_unavailable",
        f"{provider.name} does not answer just now. Wait as many seconds as `retry_after` says.",
        retry_after=ceil(seconds or 1),
    )
