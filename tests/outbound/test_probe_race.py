"""A provider that may be back is tried by exactly one of those who come at once, threads or processes."""

import multiprocessing
import time
from functools import partial
from multiprocessing.synchronize import Barrier

import pytest
from redis import Redis

from lectern.breaker import RECOVERY_SECONDS
from lectern.errors import Unavailable
from lectern.outbound import Provider, Unreachable, call
from local.valkey import Valkey
from tests.at_once import at_once
from tests.outbound.providers import TEACHER, Line, opened
from tests.redis_at import redis_at

PROCESSES = 8
_spawning = multiprocessing.get_context("spawn")


class SlowlyDead(Line):
    """A provider that lets its callers wait, so that the others come meanwhile, and does not answer."""

    def __call__(self) -> str:
        self.tried_at.append(time.monotonic())
        time.sleep(0.3)
        raise Unreachable("timeout")


def come(url: str, provider: Provider, start: Barrier) -> None:
    """One process: it notes in Redis that it was refused, and every attempt that it made."""
    line = SlowlyDead()
    with redis_at(url), Redis.from_url(url) as client:
        start.wait(timeout=60)
        try:
            call(provider, TEACHER, line, repeatable=True)
        except Unavailable:
            client.incr(f"{provider.name}:refused")
        client.incrby(f"{provider.name}:attempts", line.attempts)


@pytest.mark.usefixtures("either_way")
def test_of_sixteen_threads_one_makes_the_probe() -> None:
    provider, line = opened(seconds_ago=RECOVERY_SECONDS), SlowlyDead()
    outcomes = at_once([partial(call, provider, TEACHER, line, repeatable=True)] * 16)
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert line.attempts == 1


@pytest.mark.usefixtures("redis")
def test_of_eight_processes_one_makes_the_probe(valkey: Valkey) -> None:
    provider, start = opened(seconds_ago=RECOVERY_SECONDS), _spawning.Barrier(PROCESSES)
    processes = [_spawning.Process(target=come, args=(valkey.url, provider, start)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    with Redis(port=valkey.port) as client:
        assert client.mget(f"{provider.name}:refused", f"{provider.name}:attempts") == [b"8", b"1"]
