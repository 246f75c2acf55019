"""A request carried out once, however often it is delivered: its key, and the answer that was given.

The record is written in the transaction of the effect, so both are there or neither. A key belongs to one teacher, for
24 hours. Who runs the effect, and how an answer travels, is the caller's business.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import Conflict, Invalid

KEPT_FOR = timedelta(hours=24)

# A repetition waits this many seconds before it asks again; the first delivery is rarely at it for longer.
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request with its key; the fingerprint tells whether a second one with that key is the same request."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that the first delivery got."""

    status: int
    body: str
    location: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether the key was free when it was asked for, and what is recorded under it."""

    is_free: bool
    fingerprint: bytes | None
    status: int | None
    body: str | None
    location: str | None

    def given_to(self, request: Keyed) -> Given | None:
        """The answer to repeat, None for a request to carry out now.

        Raises Invalid `idempotency_key_reused` and, while another delivery is at it, Conflict `request_in_progress`.
        """
        if self.status is not None and self.body is not None:
            self._require_same(request)
            return Given(self.status, self.body, self.location)
        if not self.is_free:
            raise _in_progress()
        return None

    def require_unanswered(self, request: Keyed) -> None:
        """Raise whatever keeps this request from being the first of its key."""
        if self.given_to(request) is not None:
            raise _in_progress()

    def _require_same(self, request: Keyed) -> None:
        if self.fingerprint != request.fingerprint:
            raise Invalid(
                "idempotency_key_reused",
                "This Idempotency-Key was sent with another request. Use a new key for a new request.",
            )


def fingerprint(secret: bytes, *parts: str) -> bytes:
    """Keyed, because a request may hold a password, and a bare hash of it could be guessed from the record."""
    digest = hmac.new(secret, digestmod=hashlib.sha256)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        # With its length before it, no part can pose as the end of the one before.
        digest.update(len(encoded).to_bytes(8) + encoded)
    return digest.digest()


def derived_id(secret: bytes, *parts: str) -> UUID:
    """The same id for the same parts, as a UUID of version 8 (RFC 9562, section 5.8)."""
    value = int.from_bytes(fingerprint(secret, "id", *parts)[:16])
    version_and_variant = (0xF << 76) | (0b11 << 62)
    return UUID(int=value & ~version_and_variant | 0x8 << 76 | 0b10 << 62)


def ask_claim(tx: Transaction, request: Keyed, now: datetime) -> Answer[Claim]:
    """Take the key for this transaction, if it is free, and look for its record. Sent, not waited for."""
    return tx.ask(
        """
        select pg_try_advisory_xact_lock(hashtextextended(%(teacher_id)s::text || %(key)s, 0)),
          r.request_hash, r.response_status, r.response_body, r.response_location
        from (values (1)) as always
        left join idempotency_records r
          on r.teacher_id = %(teacher_id)s and r.key = %(key)s and r.expires_at > %(now)s
        """,
        Claim,
        {"key": request.key, "now": now},
    )


def record(tx: Transaction, request: Keyed, given: Given, now: datetime) -> None:
    """Keep the answer with the effect, in place of one that has expired. The answer must hold no secret.

    A second delivery that the lock did not stop is turned away by the primary key, at the latest when `tx` commits.
    """
    tx.send(
        "delete from idempotency_records where teacher_id = %(teacher_id)s and key = %(key)s and expires_at <= %(now)s",
        {"key": request.key, "now": now},
    )
    tx.send(
        """
        insert into idempotency_records (
          teacher_id, key, request_hash, response_status, response_body, response_location, created_at, expires_at)
        values (%(teacher_id)s, %(key)s, %(fingerprint)s, %(status)s, %(body)s, %(location)s, %(now)s, %(expires)s)
        """,
        {
            "key": request.key,
            "fingerprint": request.fingerprint,
            "status": given.status,
            "body": given.body,
            "location": given.location,
            "now": now,
            "expires": now + KEPT_FOR,
        },
    )


def _in_progress() -> Conflict:
    return Conflict(
        "request_in_progress",
        "The same request is being carried out. Ask again in a moment for its answer.",
        retry_after=RETRY_AFTER_SECONDS,
    )
