"""Points this process at a Redis of one's choice, as the environment of another deployment would."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from lectern import cache, settings


@contextmanager
def redis_at(url: str | None) -> Iterator[None]:
    """None for a deployment that has no Redis."""
    before = os.environ.get("REDIS_URL")
    try:
        _point(url)
        yield
    finally:
        _point(before)


@contextmanager
def redis_that_hangs() -> Iterator[None]:
    """A server that takes connections and never answers, as a host that was cut off behind a balancer."""
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    with server, redis_at(f"redis://127.0.0.1:{server.getsockname()[1]}/0"):
        yield


def _point(url: str | None) -> None:
    cache.close()
    settings.redis_url.cache_clear()
    os.environ.pop("REDIS_URL", None)
    if url:
        os.environ["REDIS_URL"] = url
