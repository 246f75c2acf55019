"""What it costs to know who is signed in: with Redis, without it, with one that is dead, and while it dies."""

import logging
import os
import socket
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles
from threading import Timer
from typing import NamedTuple

from redis import Redis

from lectern import cache, database, schema, settings
from lectern.accounts.auth_sessions import get_session
from lectern.accounts.sign_in import sign_in
from lectern.accounts.sign_up import SignUp, sign_up
from lectern.identifiers import new_id
from lectern.tokens import token_hash
from local.postgres import Postgres
from local.valkey import Valkey

ROUNDS, CALLS = 30, 60
NOW = datetime.now(UTC)


class Row(NamedTuple):
    name: str
    figure: str
    ratio: str


def measure() -> list[Row]:
    """Every figure of one run; the states take turns, so that a slow moment of the machine hits all of them."""
    # It would tell of every server that we make it lose.
    logging.getLogger("lectern.cache").setLevel(logging.ERROR)
    hung = socket.create_server(("127.0.0.1", 0), backlog=512)
    with Postgres.temporary() as postgres, Valkey() as valkey, hung:
        schema.apply(postgres.owner_url, app_password=postgres.app_password)
        _point("DATABASE_URL", postgres.app_url)
        dead = {
            "Redis refuses": "redis://127.0.0.1:1/0",
            "Redis hangs": f"redis://127.0.0.1:{hung.getsockname()[1]}/0",
        }
        try:
            token = _a_token()
            return [*_states(token, valkey.url, dead), _dying(token, valkey)]
        finally:
            _point("REDIS_URL", None)
            _point("DATABASE_URL", None)


def _states(token: str, alive: str, dead: dict[str, str]) -> list[Row]:
    places = {"cached": alive, "no Redis": None, **dead}
    first, later = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    verbs = defaultdict[str, list[float]](list)
    key = f"session:{token_hash(token).hex()}"
    with Redis.from_url(alive) as client:
        for _ in range(ROUNDS):
            for state, place in places.items():
                _point("REDIS_URL", place)
                first[state] += _times(lambda: _check(token), 1)
                later[state] += _times(lambda: _check(token), CALLS)
                verbs[state] += _times(_get_and_fill, CALLS)
            later["bare"] += _times(lambda: client.get(key), CALLS)
    bare, cached, without = (median(later[state]) for state in ("bare", "cached", "no Redis"))
    return [
        Row("one bare Redis GET", _micro(bare), "1"),
        Row("check, cached", _micro(cached), f"{cached / bare:.2f}"),
        Row("check, no Redis", _micro(without), f"{without / bare:.1f}"),
        *(_dead(state, first[state], median(later[state]) - without, verbs[state]) for state in dead),
    ]


def _dead(state: str, first: list[float], added: float, verbs: list[float]) -> Row:
    """At p99 the cache's part alone: the database's own p99 varies by more than a millisecond from run to run."""
    figure = f"adds {_micro(added)} to the median, {_micro(quantiles(verbs, n=100)[98])} at p99"
    return Row(f"check, {state}", figure, f"the first one takes {median(first) * 1e3:.0f} ms")


def _dying(token: str, valkey: Valkey) -> Row:
    """Two seconds of checks, one after the other, in the middle of which the server stops."""
    _point("REDIS_URL", valkey.url)
    death = Timer(1, valkey.stop)
    death.start()
    started, times = time.perf_counter(), list[float]()
    while time.perf_counter() - started < 2:
        times += _times(lambda: _check(token), 1)
    death.join()
    return Row("check, Redis dies", f"{len(times)} checks in 2 s, none wrong", f"worst {max(times) * 1e3:.0f} ms")


def _get_and_fill() -> None:
    cache.get("bench")
    cache.put_if_absent("bench", b"", 1)


def _check(token: str) -> None:
    assert get_session(token, NOW)


def _times(call: Callable[[], object], count: int) -> list[float]:
    times = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return times


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def _a_token() -> str:
    password = "correct horse battery"  # noqa: S105 - opens nothing
    with database.tenant(new_id()) as tx:
        profile = sign_up(tx, SignUp("ada", "ada@example.org", password, "Ada", "UTC"), NOW)
    return sign_in(profile.email, password, NOW).token


def _point(setting: str, value: str | None) -> None:
    (cache if setting == "REDIS_URL" else database).close()
    settings.redis_url.cache_clear()
    settings.database_settings.cache_clear()
    os.environ.pop(setting, None)
    if value:
        os.environ[setting] = value


if __name__ == "__main__":
    for row in measure():
        print(f"{row.name:<24} {row.figure:<46} {row.ratio}")
