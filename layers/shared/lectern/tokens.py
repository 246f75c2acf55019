"""Opaque tokens: who holds one may act. The database keeps only their SHA-256.

A seat's token is derived from the seat's id, so an answer can be repeated without the token having been stored.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from uuid import UUID


def new_token() -> str:
    return secrets.token_urlsafe(32)


def seat_token(key: bytes, seat_id: UUID) -> str:
    """The token with which a student holds, books, moves or cancels one seat."""
    digest = hmac.digest(key, b"seat:" + seat_id.bytes, hashlib.sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
