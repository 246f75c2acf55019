"""Failures on order: what the next calls of the API meet in place of an answer."""

import threading
from collections import deque
from typing import Literal, get_args

from local.http_server import Break, Reply
from local.stripe.errors import ApiError

# `timeout`: the request is lost and no answer comes until the caller hangs up. `reset`: lost, and the connection
# breaks. `late`: it takes effect, and the connection ends before the answer; `garbled`: and the answer is cut short.
# `blocked`: lost, and what stands in between answers in Stripe's place. `saved`: it fails with 500 on its way, which is
# what its idempotency key answers from then on.
type How = Literal["500", "saved", "429", "timeout", "reset", "late", "garbled", "blocked"]

RATE_LIMITED = ApiError(
    "Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.",
    status=429,
    code="rate_limit",
)
BLOCKED = Reply(403, "<html><body>Access denied</body></html>", {"Content-Type": "text/html"})
BROKEN = ApiError("An unknown error occurred", status=500, kind="api_error")
# What a request meets that never takes effect.
LOST: dict[How | None, Reply | Break] = {
    "500": BROKEN.reply(),
    "429": RATE_LIMITED.reply(),
    "blocked": BLOCKED,
    "timeout": "silence",
    "reset": "reset",
}


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: deque[How] = deque()

    def plan(self, times: int, how: How) -> None:
        if how not in get_args(How.__value__):
            raise ValueError(f"{how!r} is no failure that this Stripe knows.")
        with self._lock:
            self._coming.extend([how] * times)

    def take(self) -> How | None:
        with self._lock:
            return self._coming.popleft() if self._coming else None
