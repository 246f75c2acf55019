"""Signing in: an e-mail address and a password for a token that holds 30 days."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database, directory
from lectern.accounts import queries
from lectern.accounts.auth_sessions import forget_sign_out
from lectern.accounts.passwords import hash_password, is_outdated, is_password
from lectern.directory import SignInRecord
from lectern.errors import Unauthenticated
from lectern.identifiers import new_id
from lectern.tokens import new_token, token_hash

SESSION_LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is told once and kept nowhere."""

    token: str = field(repr=False)
    teacher_id: UUID
    expires_at: datetime


def sign_in(email: str, password: str, now: datetime, token: str | None = None) -> SignedIn:
    """Open an auth session, or answer the one that `token`, if given, has opened before.

    A caller that must answer a repeated request alike derives the token from the request, and so stores none.
    Raises Unauthenticated `wrong_credentials`, after the same time for a wrong address and a wrong password.
    """
    found = directory.teacher_by_email(email.lower())
    right = is_password(password, found.password_hash if found else None)
    if found is None or not right:
        raise Unauthenticated("wrong_credentials", "The e-mail address or the password is wrong.")
    signed_in = _open_session(found, password, token or new_token(), now)
    if token:
        forget_sign_out(token)
    return signed_in


def _open_session(found: SignInRecord, password: str, token: str, now: datetime) -> SignedIn:
    fresh_hash = hash_password(password) if is_outdated(found.password_hash) else None
    hashed = token_hash(token)
    with database.tenant(found.teacher_id) as tx:
        # Before the new one, for it may be the same token's, from long ago.
        queries.delete_expired_auth_sessions(tx, now)
        queries.insert_auth_session(tx, new_id(), hashed, now, now + SESSION_LASTS)
        session = queries.auth_session_expiry(tx, hashed)
        if fresh_hash:
            queries.replace_password_hash(tx, found.password_hash, fresh_hash)
        return SignedIn(token, found.teacher_id, session.one().expires_at)
