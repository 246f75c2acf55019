"""Who is signed in: a token's session, from Redis for 30 s at most, else from PostgreSQL.

A session that was deleted must not come back through a reader who read its row just before. So a deletion
leaves a mark in the cache for longer than any request lasts, and filling the cache gives way to what is there.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern import cache, database, directory
from lectern.accounts import queries
from lectern.tokens import token_hash

FRESH_SECONDS = 30.0
# API Gateway ends a request after 30 s.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
SIGNED_OUT_SECONDS = 60.0
SIGNED_OUT = b""


@dataclass(frozen=True, slots=True)
class AuthSession:
    teacher_id: UUID
    expires_at: datetime


def get_session(token: str, now: datetime) -> AuthSession | None:
    """The session of a token, None when there is none or it has expired.

    Raises Unavailable when neither Redis knows nor PostgreSQL answers.
    """
    hashed = token_hash(token)
    key = _key(hashed)
    cached = cache.get(key)
    session = _stored(hashed, key, now) if cached is None else _read(cached)
    return session if session and now < session.expires_at else None


def delete_session(token: str) -> None:
    """Sign out: from now on the token is nobody's. Does nothing when it was so already.

    While Redis cannot be reached from here, environments that do reach it may take the token for 30 s more.
    Raises Unavailable when PostgreSQL does not answer; the token holds then, and may be signed out again.
    """
    hashed = token_hash(token)
    cache.put(_key(hashed), SIGNED_OUT, SIGNED_OUT_SECONDS, insist=True)
    try:
        # The database and not the cache says whose it is: the mark stands there by now.
        if record := directory.auth_session(hashed):
            with database.tenant(record.teacher_id) as tx:
                queries.delete_auth_session(tx, hashed)
    except Exception:
        # With the mark left, the next attempt would take the session for gone and leave its row.
        cache.delete(_key(hashed))
        raise


def forget_sign_out(token: str) -> None:
    """For a token that has been given a session again."""
    cache.delete(_key(token_hash(token)))


def _stored(hashed: bytes, key: str, now: datetime) -> AuthSession | None:
    record = directory.auth_session(hashed)
    if record is None:
        return None
    left = (record.expires_at - now).total_seconds()
    text = f"{record.teacher_id} {record.expires_at.isoformat()}"
    cache.put_if_absent(key, text.encode(), min(FRESH_SECONDS, left))
    return AuthSession(record.teacher_id, record.expires_at)


def _read(cached: bytes) -> AuthSession | None:
    if cached == SIGNED_OUT:
        return None
    teacher_id, expires_at = cached.decode().split(" ")
    return AuthSession(UUID(teacher_id), datetime.fromisoformat(expires_at))


def _key(hashed: bytes) -> str:
    return f"session:{hashed.hex()}"
