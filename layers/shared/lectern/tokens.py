"""Opaque tokens: who holds one may act. The database keeps no token, at most its SHA-256.

A seat's token is derived from the seat's id, so an answer can be repeated without the token having been stored. Those
of a purchase and of a student are derived, too, and name their teacher and their subject, so that no table is needed
to find these; what a token names is worth nothing until the whole token has been derived anew and is the same.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

# What a token that names something begins with, so that one of a purchase is never one of a student.
_PURCHASE, _STUDENT = b"p", b"s"

_NAMES_BYTES = 1 + 16 + 16
_MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token names: a purchase or a student of a teacher's."""

    teacher_id: UUID
    subject_id: UUID


def new_token() -> str:
    return secrets.token_urlsafe(32)


def seat_token(key: bytes, seat_id: UUID) -> str:
    """The token with which a student holds, books, moves or cancels one seat."""
    return _text(hmac.digest(key, b"seat:" + seat_id.bytes, hashlib.sha256))


def feed_token(key: bytes, feed_id: UUID) -> str:
    """The token in the address of a teacher's calendar; a new id makes another."""
    return _text(hmac.digest(key, b"feed:" + feed_id.bytes, hashlib.sha256))


def purchase_token(key: bytes, teacher_id: UUID, payment_id: UUID) -> str:
    """The token with which a buyer sees one purchase and spends its credits."""
    return _naming_token(key, _PURCHASE + teacher_id.bytes + payment_id.bytes, b"")


def student_token(key: bytes, teacher_id: UUID, student_id: UUID, version: int) -> str:
    """The token with which a student sees and spends their credits; another version makes another token."""
    return _naming_token(key, _STUDENT + teacher_id.bytes + student_id.bytes, version.to_bytes(4))


def read_claim(token: str) -> Claim | None:
    """None for what is no token of a purchase or a student. Anybody could have made it: derive it anew and compare."""
    try:
        # Four characters are three bytes, and the padding that these tokens go without is one character.
        read = b64decode(token + "=", altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(read) != _NAMES_BYTES + _MAC_BYTES:
        return None
    return Claim(UUID(bytes=read[1:17]), UUID(bytes=read[17:33]))


def is_purchase_token(key: bytes, token: str, claim: Claim) -> bool:
    """Whether the token from which the claim was read is one that we have made."""
    return is_same_token(token, purchase_token(key, claim.teacher_id, claim.subject_id))


def is_same_token(one: str, other: str) -> bool:
    """In a time that does not tell how much of them is the same."""
    return hmac.compare_digest(one.encode(), other.encode())


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _naming_token(key: bytes, names: bytes, version: bytes) -> str:
    return _text(names + hmac.digest(key, names + version, hashlib.sha256))


def _text(token: bytes) -> str:
    return urlsafe_b64encode(token).rstrip(b"=").decode()
