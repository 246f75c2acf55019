"""The one way to Redis, and what happens without it: every verb answers as if the cache were empty.

Redis only ever makes things faster here. A server that does not answer is left alone for a while, longer each
time, so that a request seldom pays for it; whoever asks keeps the truth somewhere else.
"""

import logging
import time
from functools import cache
from typing import TYPE_CHECKING

from lectern import settings

if TYPE_CHECKING:
    from redis import Redis

# Within one network a healthy server answers in a millisecond.
TIMEOUT_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
KEYS_A_STEP = 1_000

_log = logging.getLogger(__name__)


def get(key: str) -> bytes | None:
    """None when there is no such key, and when there is no Redis."""
    value = _ask("GET", key)
    return value if isinstance(value, bytes) else None


def look_up(key: str) -> bytes | None:
    """The value, empty when there is no such key; None when there is no Redis."""
    value = _ask("GETRANGE", key, 0, -1)
    return value if isinstance(value, bytes) else None


def with_prefix(prefix: str) -> dict[str, bytes] | None:
    """Every key that begins so, with its value; None when there is no Redis.

    It steps through all keys of the server, which takes it milliseconds and lets others in between.
    """
    values: dict[str, bytes] = {}
    cursor = 0
    while True:
        page = _ask("SCAN", cursor, "MATCH", f"{prefix}*", "COUNT", KEYS_A_STEP)
        if not isinstance(page, (tuple, list)):
            return None
        cursor, keys = page
        found = _ask("MGET", *keys) if keys else []
        if not isinstance(found, list):
            return None
        values |= {key.decode(): value for key, value in zip(keys, found, strict=True) if value is not None}
        if cursor == 0:
            return values


def put(key: str, value: bytes, ttl_seconds: float, *, insist: bool = False) -> None:
    """Set the key, whatever it held.

    `insist` tries even a server that counts as down, for when an old value left standing would be wrong.
    """
    _ask("SET", key, value, "PX", _milliseconds(ttl_seconds), insist=insist)


def put_if_absent(key: str, value: bytes, ttl_seconds: float) -> None:
    """Set the key unless somebody else has set it since we looked."""
    _ask("SET", key, value, "PX", _milliseconds(ttl_seconds), "NX")


def delete(key: str) -> None:
    _ask("DEL", key)


def run_script(script: str, key: str, *arguments: int | bytes) -> int | None:
    """The whole number that a Lua script on one key returns; None when there is no Redis."""
    answer = _ask("EVAL", script, 1, key, *arguments)
    return answer if isinstance(answer, int) else None


def close() -> None:
    """Drop the client, as before a snapshot of the process; the next use makes a new one."""
    if _server.cache_info().currsize:
        server = _server()
        if server:
            server.client.close()
        _server.cache_clear()


class _Server:
    """A client, and whether its server counts as down."""

    def __init__(self, client: "Redis") -> None:
        self.client = client
        self._pause = 0.0
        self._down_until = 0.0

    def counts_as_down(self) -> bool:
        return time.time() < self._down_until

    def answered(self) -> None:
        self._pause = self._down_until = 0.0

    def failed(self, error: Exception) -> None:
        self._pause = min(max(FIRST_PAUSE_SECONDS, 2 * self._pause), LONGEST_PAUSE_SECONDS)
        # By the wall clock, as the monotonic one may stand still while a Lambda environment is frozen.
        self._down_until = time.time() + self._pause
        _log.warning("Redis is left alone for %.1f s: %s", self._pause, error)


def _ask(*command: str | bytes | int, insist: bool = False) -> object:
    """Redis's answer; None also when there is no Redis or it failed."""
    server = _server()
    if server is None or (server.counts_as_down() and not insist):
        return None
    from redis import RedisError  # noqa: PLC0415 - loaded by now; at the top it would cost who has no Redis 144 ms

    try:
        answer: object = server.client.execute_command(*command)  # type: ignore[no-untyped-call]  # redis-py's
    except RedisError as error:
        server.failed(error)
        return None
    server.answered()
    return answer


@cache
def _server() -> _Server | None:
    url = settings.redis_url()
    if url is None:
        return None
    # 144 ms that a deployment without Redis, and a request that asks nothing of it, do not pay.
    from redis import Redis  # noqa: PLC0415

    # `from_url` does not retry; `Redis()` of redis-py 8 does, ten times. Protocol 3 and the driver's name would
    # make a new connection exchange greetings for 0.7 ms before it asks anything.
    client = Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        protocol=2,
        driver_info=None,
    )
    return _Server(client)


def _milliseconds(seconds: float) -> int:
    # Redis refuses to keep a key for no time at all.
    return max(1, int(seconds * 1000))
