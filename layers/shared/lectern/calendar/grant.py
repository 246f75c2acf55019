"""What a teacher grants us at Google, by OAuth 2: the consent page, and the tokens that it leads to.

https://developers.google.com/identity/protocols/oauth2/web-server, with PKCE (RFC 7636). Each call raises what
`google_http.ask` raises, and `refresh` GrantGone.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from lectern.calendar.google_http import Json, RefusedByGoogle, Request, ask, required_settings
from lectern.errors import Conflict

SCOPE = "https://www.googleapis.com/auth/calendar.events"


class GrantGone(Conflict):
    """The teacher has withdrawn it, or it has run out: nothing but a new consent helps."""

    def __init__(self) -> None:
        super().__init__("calendar_needs_reauth", "Google does not know your consent any more. Connect it again.")


@dataclass(frozen=True, slots=True)
class Tokens:
    """`refresh_token`, `scopes` and `account` as far as Google tells them; the access token is good for `seconds`.

    `account` is Google's own id of who has consented, which is theirs for ever.
    """

    access_token: str = field(repr=False)
    seconds: int
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str]
    account: str | None


def consent_url(state: str, return_url: str, verifier: str) -> str:
    """Google's page; it is asked for each time, as Google gives a refresh token to nobody who has consented before."""
    settings = required_settings()
    query = {
        "client_id": settings.client_id,
        "redirect_uri": return_url,
        "response_type": "code",
        "scope": f"openid {SCOPE}",
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    base = settings.oauth_base or "https://accounts.google.com"
    return f"{base}/o/oauth2/v2/auth?{urlencode(query)}"


def exchange(teacher_id: UUID, code: str, return_url: str, verifier: str) -> Tokens:
    """Raises Conflict `consent_refused` for a code that is used, has run out, or was not asked for by `verifier`."""
    wish = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_url,
        "code_verifier": verifier,
    }
    try:
        # A code is good for one exchange, whose answer may have been lost.
        return _tokens(_granted(teacher_id, wish, repeatable=False))
    except GrantGone as refusal:
        raise Conflict("consent_refused", "Google does not take this code, or no more. Begin again.") from refusal


def refresh(teacher_id: UUID, refresh_token: str) -> Tokens:
    return _tokens(_granted(teacher_id, {"grant_type": "refresh_token", "refresh_token": refresh_token}))


def revoke(teacher_id: UUID, refresh_token: str) -> None:
    ask(teacher_id, Request("POST", f"{_base()}/revoke", form={"token": refresh_token}))


def _granted(teacher_id: UUID, wish: dict[str, str], *, repeatable: bool = True) -> Json:
    settings = required_settings()
    form = {**wish, "client_id": settings.client_id, "client_secret": settings.client_secret}
    try:
        request = Request("POST", f"{_base()}/token", form=form, is_answer=_has_tokens)
        return ask(teacher_id, request, repeatable=repeatable)
    except RefusedByGoogle as refusal:
        # invalid_grant (RFC 6749, section 5.2): expired, revoked, or of another client.
        raise GrantGone from refusal


def _has_tokens(told: Json) -> bool:
    return "access_token" in told and "expires_in" in told


def _tokens(told: Json) -> Tokens:
    scopes = frozenset(str(told.get("scope", "")).split())
    account = _subject(told["id_token"]) if "id_token" in told else None
    return Tokens(str(told["access_token"]), int(told["expires_in"]), told.get("refresh_token"), scopes, account)


def _subject(id_token: str) -> str:
    """Of a JWT (RFC 7519), unverified: it comes from Google's own endpoint by TLS (OpenID Connect Core, 3.1.3.7)."""
    payload = id_token.split(".")[1]
    return str(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _base() -> str:
    return required_settings().oauth_base or "https://oauth2.googleapis.com"
