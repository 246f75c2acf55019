"""What became of something that Stripe told us: the words are those of `stripe_events.outcome`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """`waits_for` is the id at Stripe of what must be told first.

    With `requests_refund` there is money to send back, which is done after the commit.
    """

    kind: Literal["applied", "ignored", "waiting", "attention"]
    reason: str | None = None
    waits_for: str | None = None
    requests_refund: bool = False


APPLIED = Outcome("applied")


def ignored(reason: str) -> Outcome:
    """It is none of ours, or changes nothing that we keep."""
    return Outcome("ignored", reason)


def waiting(waits_for: str) -> Outcome:
    """It came before its payment, and is applied with that."""
    return Outcome("waiting", waits_for=waits_for)


def attention(reason: str) -> Outcome:
    """It can never be applied, and a person must see why."""
    return Outcome("attention", reason)
