"""Idempotency keys: the first answer to a key is given again to whoever repeats the request.

https://docs.stripe.com/api/idempotent_requests
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from local.http_server import Reply
from local.stripe.errors import ApiError, InvalidParameter

KEPT_SECONDS = 24 * 3600
MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request as its key remembers it; two with one key and account must be equal."""

    path: str
    parameters: dict[str, Any]


@dataclass(slots=True)
class _Record:
    attempt: Attempt
    since: float
    reply: Reply | None = None


class Idempotency:
    """The keys of all accounts; a key is one account's own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._records: dict[tuple[str | None, str], _Record] = {}

    def once(self, account: str | None, key: str, attempt: Attempt, execute: Callable[[], Reply]) -> Reply:
        """The kept answer, or that of `execute`, which is kept unless the parameters were refused.

        Raises `ApiError`: for a key used with another request, and 409 for one whose request is still under way.
        """
        record, replay = self._claim((account, key), attempt)
        if replay:
            return replace(replay, headers={**replay.headers, "Idempotent-Replayed": "true"})
        try:
            record.reply = execute()
        except ApiError as error:
            if not isinstance(error, InvalidParameter):
                record.reply = error.reply()
            raise
        finally:
            if record.reply is None:
                self._release((account, key))
        return record.reply

    def _claim(self, place: tuple[str | None, str], attempt: Attempt) -> tuple[_Record, Reply | None]:
        with self._lock:
            record = self._records.get(place)
            if record is None or self._clock() - record.since >= KEPT_SECONDS:
                record = self._records[place] = _Record(attempt, self._clock())
                return record, None
            _require_same(record.attempt, attempt, place[1])
            if record.reply is None:
                raise _in_use(place[1])
            return record, record.reply

    def _release(self, place: tuple[str | None, str]) -> None:
        with self._lock:
            del self._records[place]


def _require_same(first: Attempt, now: Attempt, key: str) -> None:
    if now == first:
        return
    same = "with the same parameters they were first used with"
    if now.path != first.path:
        same = f"for the same endpoint they were first used for ('{first.path}' vs '{now.path}')"
    advice = f"Try using a key other than '{key}' if you meant to execute a different request."
    raise ApiError(f"Keys for idempotent requests can only be used {same}. {advice}", kind="idempotency_error")


def _in_use(key: str) -> ApiError:
    reason = "(that probably means you submitted twice, and the other request is still going through)"
    return ApiError(
        f"There is currently another in-progress request using this Idempotent Key {reason}: {key}. "
        "Please try again later.",
        status=409,
        code="idempotency_key_in_use",
    )
