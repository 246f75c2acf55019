"""Consent, and the tokens that come of it: codes, refresh tokens and access tokens.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from local.google.errors import ApiError, OauthError, invalid_credentials
from local.google.identifiers import new_token

ACCESS_SECONDS = 3599
CODE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Consent:
    """What an account has allowed the application, and for which redirect it did."""

    account: str
    scopes: tuple[str, ...]
    redirect_uri: str = ""
    # S256 of the verifier, where the application asked with one (RFC 7636).
    challenge: str | None = None
    # A refresh token comes of it: the application asked for access while the user is offline, and the user was asked,
    # as they are the first time, and again only with prompt=consent.
    offline: bool = True


@dataclass(slots=True)
class Tokens:
    """All that were given out; times are seconds since the epoch."""

    clock: Callable[[], float]
    codes: dict[str, tuple[Consent, float]] = field(default_factory=dict)
    refresh: dict[str, Consent] = field(default_factory=dict)
    # With the refresh token that each was had for, with which it ends.
    access: dict[str, tuple[str | None, Consent, float]] = field(default_factory=dict)

    def code(self, consent: Consent) -> str:
        made = new_token("4/0A")
        self.codes[made] = consent, self.clock() + CODE_SECONDS
        return made

    def grant(self, consent: Consent) -> str:
        """The refresh token of an account that has allowed it already."""
        made = new_token("1//0")
        self.refresh[made] = consent
        return made

    def knows(self, account: str) -> bool:
        """Whether it has let the application in before, and has not taken that back."""
        return any(consent.account == account for consent in self.refresh.values())

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint to a code, which is good once; raises `OauthError`."""
        consent, until = self.codes.pop(form.get("code", ""), (None, 0.0))
        if consent is None or until <= self.clock():
            raise OauthError("invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != consent.redirect_uri:
            raise OauthError("redirect_uri_mismatch", "Bad Request")
        if consent.challenge and _challenge(form.get("code_verifier", "")) != consent.challenge:
            raise OauthError("invalid_grant", "Invalid code verifier.")
        refresh = self.grant(consent) if consent.offline else None
        return self._access(refresh, consent) | ({"refresh_token": refresh} if refresh else {})

    def renew(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint to a refresh token; raises `OauthError`."""
        given = form.get("refresh_token", "")
        if given not in self.refresh:
            raise OauthError("invalid_grant", "Token has been expired or revoked.")
        return self._access(given, self.refresh[given])

    def revoke(self, token: str) -> None:
        """A refresh token with its access tokens, or an access token with its refresh token; raises `OauthError`."""
        refresh = self.access[token][0] if token in self.access else token
        if token not in self.access and token not in self.refresh:
            raise OauthError("invalid_token", "Token expired or revoked")
        if refresh:
            self.refresh.pop(refresh, None)
        self.access = {
            name: held
            for name, held in self.access.items()
            if name != token and (refresh is None or held[0] != refresh)
        }

    def revoke_account(self, account: str) -> None:
        """As when its owner takes the application's access back: all that they allowed ends."""
        self.codes = {name: held for name, held in self.codes.items() if held[0].account != account}
        self.refresh = {name: consent for name, consent in self.refresh.items() if consent.account != account}
        self.access = {name: held for name, held in self.access.items() if held[1].account != account}

    def consent_of(self, authorization: str) -> Consent:
        """Whose access token it is, and what for; raises `ApiError` 401."""
        scheme, _, token = authorization.partition(" ")
        held = self.access.get(token) if scheme.lower() == "bearer" else None
        if held is None or held[2] <= self.clock():
            raise invalid_credentials()
        return held[1]

    def as_json(self) -> dict[str, Any]:
        """What outlives a process: consents. A code or an access token is soon had anew."""
        return {token: asdict(consent) for token, consent in self.refresh.items()}

    def restore(self, kept: dict[str, Any]) -> None:
        self.refresh = {token: Consent(**{**held, "scopes": tuple(held["scopes"])}) for token, held in kept.items()}

    def _access(self, refresh: str | None, consent: Consent) -> dict[str, Any]:
        made = new_token("ya29.a0")
        self.access[made] = refresh, consent, self.clock() + ACCESS_SECONDS
        scope = " ".join(consent.scopes)
        told = {"access_token": made, "expires_in": ACCESS_SECONDS, "scope": scope, "token_type": "Bearer"}
        return told | ({"id_token": _id_token(consent.account)} if "openid" in consent.scopes else {})


def require_scope(consent: Consent, *enough: str) -> None:
    """Raise `ApiError` 403 when none of these was allowed: people may leave some of what is asked for out."""
    if not any(f"https://www.googleapis.com/auth/{scope}" in consent.scopes for scope in enough):
        message = "Request had insufficient authentication scopes."
        raise ApiError(403, "insufficientPermissions", message, location="Authorization", location_type="header")


def _id_token(account: str) -> str:
    """Says whose account it is, by an id that is no address; nobody here looks at its signature."""
    subject = str(int.from_bytes(hashlib.sha256(account.encode()).digest()[:8]))
    parts = ({"alg": "RS256", "typ": "JWT"}, {"iss": "https://accounts.google.com", "sub": subject})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "unsigned"])


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
