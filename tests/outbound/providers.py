"""Providers that nobody else talks to, and the network to them, which meets whatever a test wants."""

import time

import pytest

from lectern.breaker import CIRCUITS, CONFIG, Circuits
from lectern.errors import Unavailable
from lectern.identifiers import new_id
from lectern.limits import Limit
from lectern.outbound import Provider, Unreachable, call

DEAD = Unreachable("connection refused")
TEACHER = "a teacher"


def a_provider(*, burst: int = 1000, burst_of_one: int = 1000) -> Provider:
    """`burst_of_one` is what one teacher may."""
    name = f"provider-{new_id()}"
    return Provider(name, Limit(name, 60, burst), Limit(f"{name}-teacher", 60, burst_of_one))


def opened(seconds_ago: int, in_environment: Circuits = CIRCUITS) -> Provider:
    """A provider whose circuit opened that long ago."""
    provider = a_provider()
    in_environment.configure(CONFIG, provider.name)
    in_environment.save_open(provider.name, failure_count=5, opened_at=int(time.time()) - seconds_ago)
    return provider


class Line:
    """What each attempt meets, one after the other, and the last of them for ever; and when it was tried."""

    def __init__(self, *meets: str | Exception) -> None:
        self._meets = meets
        self.tried_at: list[float] = []

    @property
    def attempts(self) -> int:
        return len(self.tried_at)

    def __call__(self) -> str:
        met = self._meets[min(self.attempts, len(self._meets) - 1)]
        self.tried_at.append(time.monotonic())
        if isinstance(met, Exception):
            raise met
        return met


def unavailable(provider: Provider, line: Line, *, repeatable: bool = False) -> Unavailable:
    """The refusal of one call."""
    with pytest.raises(Unavailable) as refused:
        call(provider, TEACHER, line, repeatable=repeatable)
    return refused.value


def fail(provider: Provider, times: int) -> None:
    for _ in range(times):
        unavailable(provider, Line(DEAD))
