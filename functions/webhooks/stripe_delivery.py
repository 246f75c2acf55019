"""One delivery of Stripe's: made sure of, read, brought to the teacher whose account it is about.

What Stripe has signed and nobody can use is kept for a person to see and acknowledged, for Stripe would send it for
three days and then give up on this address. What it does to a teacher's payments is `lectern.payments.told.receive`.
"""

import base64
import hashlib
import json
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from math import isinf
from typing import Any, Never
from uuid import UUID

from aws_lambda_powertools import Logger

from lectern import directory
from lectern.directory import UnclaimedEvent
from lectern.errors import LecternError
from lectern.payments.facts import Event, Malformed, read_event
from lectern.payments.signature import is_from_stripe
from lectern.payments.told.receive import receive
from lectern.settings import stripe_livemode, webhook_secrets
from webhooks.answers import Answer, problem, received

# Hashing more than Stripe's largest events have, for anybody who asks, would be work for nothing.
LARGEST_BODY = 512 * 1024

# Stripe's events nest about ten deep; what is nested by the thousand breaks whoever reads it, the database too.
DEEPEST = 200

# A teacher who leaves is told of for at most so long.
REMEMBERED_SECONDS = 60

_logger = Logger()


class _UnclaimedError(Exception):
    """No teacher can be told of it; the text is the reason."""

    def __init__(self, reason: str, event: Event | None = None) -> None:
        super().__init__(reason)
        self.event_id = event.id if event else None
        self.account = event.account if event else None


def take_delivery(request: dict[str, Any], now: datetime) -> Answer:
    body = _raw_body(request)
    if len(body) > LARGEST_BODY:
        return problem(HTTPStatus.CONTENT_TOO_LARGE, "too_large", f"At most {LARGEST_BODY} bytes are read.")
    if not is_from_stripe(body, request["headers"].get("stripe-signature", ""), webhook_secrets(), now):
        return problem(HTTPStatus.BAD_REQUEST, "bad_signature", "No signature of Stripe's fits this body and time.")
    try:
        event = _read(body)
        teacher_id = _teacher_of(event, now)
    except _UnclaimedError as error:
        _keep_unclaimed(body, error, now)
        return received()
    _receive(teacher_id, event, now)
    return received()


def _raw_body(request: dict[str, Any]) -> bytes:
    body = request.get("body") or ""
    return base64.b64decode(body) if request.get("isBase64Encoded") else body.encode()


def _read(body: bytes) -> Event:
    try:
        # As text, for bytes would be taken for UTF-16 as well, and for halves of surrogate pairs in UTF-8's dress.
        told = json.loads(body.decode(), parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise _UnclaimedError("not_json") from error
    # Looking at all of it takes longer than reading it, so only where there may be something to find.
    if b"\\u" in body or body.count(b"{") + body.count(b"[") > DEEPEST:
        _require_storable(told, DEEPEST)
    try:
        return read_event(told)
    except Malformed as error:
        raise _UnclaimedError("not_an_event") from error


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text} is larger than JSON's readers agree on")
    return number


def _require_storable(told: object, levels: int) -> None:
    if levels == 0 or (isinstance(told, str) and not _is_storable(told)):
        raise _UnclaimedError("not_storable")
    if isinstance(told, dict):
        _require_storable([*told, *told.values()], levels - 1)
    elif isinstance(told, list):
        for each in told:
            _require_storable(each, levels - 1)


def _is_storable(text: str) -> bool:
    """PostgreSQL's JSON holds neither NUL nor half of a surrogate pair, both of which JSON can only escape."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def _teacher_of(event: Event, now: datetime) -> UUID:
    if event.livemode != stripe_livemode():
        raise _UnclaimedError("wrong_mode", event)
    if event.account is None:
        raise _UnclaimedError("no_account", event)
    try:
        return _known_teacher(event.account, int(now.timestamp()) // REMEMBERED_SECONDS)
    except LookupError as error:
        raise _UnclaimedError("unknown_account", event) from error


@lru_cache(maxsize=10_000)
def _known_teacher(account: str, _period: int) -> UUID:
    """Whose an account is never changes, and one payment makes Stripe tell several things; who is unknown may come."""
    teacher_id = directory.teacher_by_stripe_account(account)
    if teacher_id is None:
        raise LookupError(account)
    return teacher_id


def _keep_unclaimed(body: bytes, error: _UnclaimedError, now: datetime) -> None:
    digest = hashlib.sha256(body).digest()
    reason = str(error)
    # Stripe sends test events to a live endpoint as a matter of course, and nobody need see what they say.
    kept = b"" if reason == "wrong_mode" else body
    directory.keep_unclaimed_event(UnclaimedEvent(digest, error.event_id, error.account, reason, kept, now))
    _logger.warning("a Stripe event that is nobody's", reason=reason, event_id=error.event_id, account=error.account)


def _receive(teacher_id: UUID, event: Event, now: datetime) -> None:
    _logger.append_keys(teacher_id=str(teacher_id))
    outcome = receive(teacher_id, event, now)
    if outcome is None:
        return
    if outcome.kind == "attention":
        _logger.warning("a Stripe event that needs attention", reason=outcome.reason, event_id=event.id)
    if outcome.requests_refund:
        _send_refunds(teacher_id, now)


def _send_refunds(teacher_id: UUID, now: datetime) -> None:
    # The Stripe SDK, which nothing else here needs.
    from lectern.payments.refunds.send import FOR_WHO_WAITS_SECONDS, send_requested_refunds  # noqa: PLC0415

    try:
        send_requested_refunds(teacher_id, now, begun_within=FOR_WHO_WAITS_SECONDS)
    except LecternError as error:
        # It stays requested, and the reconciliation sends it.
        _logger.warning("a refund could not be sent yet", code=error.code)
