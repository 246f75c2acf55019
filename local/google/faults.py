"""Failures on order: what calls meet in place of an answer, a number of times or until Google has recovered."""

import threading
from dataclasses import dataclass, replace
from typing import Literal, get_args

from local.google.errors import ApiError, OauthError, invalid_credentials
from local.http_server import Break, Reply

# The first are Google's own refusals: of one who asks too much; of a project, a grant or an address for notifications
# that is not in order; of an OAuth client. `timeout`: the request is lost, and no answer comes until the caller hangs
# up. `reset`: lost, and the connection breaks. `page`: lost, and a proxy answers with a page, as if all were well.
# `late`: it takes effect, and the connection ends before the answer; `garbled`: and the answer is cut short.
type How = Literal[
    "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "429",
    "accessNotConfigured", "insufficientPermissions", "push.webhookUrlUnauthorized",
    "invalid_client", "deleted_client", "unauthorized_client",
    "401", "500", "503", "timeout", "reset", "page", "late", "garbled",
]  # fmt: skip
# Which calls: those of the Calendar API, of them those that open a channel, or those that exchange and renew tokens.
type Where = Literal["calendar", "watch", "token"]

# What a request meets that never takes effect.
LOST: dict[How | None, Reply | Break] = {
    "rateLimitExceeded": ApiError(403, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits").reply(),
    "userRateLimitExceeded": ApiError(
        403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits"
    ).reply(),
    "quotaExceeded": ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.", domain="usageLimits").reply(),
    "429": ApiError(429, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits").reply(),
    "accessNotConfigured": ApiError(
        403, "accessNotConfigured", "The Calendar API is disabled in this project.", domain="usageLimits"
    ).reply(),
    "insufficientPermissions": ApiError(403, "insufficientPermissions", "Insufficient authentication scopes.").reply(),
    "push.webhookUrlUnauthorized": ApiError(
        401, "push.webhookUrlUnauthorized", "Unauthorized WebHook callback channel"
    ).reply(),
    "invalid_client": OauthError("invalid_client", "Unauthorized", 401).reply(),
    "deleted_client": OauthError("deleted_client", "The OAuth client was deleted.", 401).reply(),
    "unauthorized_client": OauthError("unauthorized_client", "Unauthorized").reply(),
    "401": invalid_credentials().reply(),
    "500": ApiError(500, "backendError", "Backend Error").reply(),
    "503": ApiError(503, "backendError", "Backend Error").reply(),
    "timeout": "silence",
    "reset": "reset",
    "page": Reply(200, "<!doctype html><title>Back soon</title>", {"Content-Type": "text/html"}),
}


@dataclass(slots=True)
class Fault:
    """Of calls with this method, or with None all. What gets lost is answered with Retry-After where it has one.

    `times` None: for good.
    """

    how: How
    where: Where
    method: str | None
    retry_after: int | None
    times: int | None

    def meets(self, where: Where, method: str) -> bool:
        is_there = where == self.where or (self.where, where) == ("calendar", "watch")
        return is_there and self.method in (None, method)

    def lost(self) -> Reply | Break | None:
        """What is answered in place of doing anything."""
        answer = LOST.get(self.how)
        if isinstance(answer, Reply) and self.retry_after is not None:
            return replace(answer, headers={**answer.headers, "Retry-After": str(self.retry_after)})
        return answer


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Those that end come before those that do not; raises `ValueError` for one that there is not."""
        if fault.how not in get_args(How.__value__) or fault.where not in get_args(Where.__value__):
            raise ValueError(f"{fault.how!r} at {fault.where!r} is no failure that this Google knows.")
        with self._lock:
            self._planned.append(fault)
            self._planned.sort(key=lambda each: each.times is None)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, where: Where, method: str) -> Fault | None:
        with self._lock:
            fault = next((each for each in self._planned if each.meets(where, method)), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    self._planned.remove(fault)
            return fault
