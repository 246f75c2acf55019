"""The consent page, which agrees by itself and sends the browser back, and the endpoints for tokens.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

from local.google.errors import OauthError, as_json
from local.google.oauth import Consent
from local.google.platform import Platform
from local.http_server import Refusal, Reply, Request

CONSENT, TOKEN, REVOKE = "/o/oauth2/v2/auth", "/token", "/revoke"


def answer(platform: Platform, request: Request) -> Reply:
    form = dict(parse_qsl(request.body if request.method == "POST" else request.query))
    try:
        with platform.turn():
            if request.path == CONSENT:
                return _consent(platform, form)
            if request.path == REVOKE:
                platform.tokens.revoke(form.get("token", ""))
                return as_json(200, {})
            return as_json(200, _token(platform, form))
    except Refusal as refusal:
        return refusal.reply()


def _consent(platform: Platform, asked: dict[str, str]) -> Reply:
    """Back to the application with a code, or with `access_denied` when whoever is signed in does not agree."""
    if asked.get("client_id") != platform.client_id:
        raise OauthError("invalid_client", "The OAuth client was not found.", 401)
    redirect = asked.get("redirect_uri", "")
    if not urlsplit(redirect).scheme or asked.get("response_type") != "code" or not asked.get("scope"):
        raise OauthError("invalid_request", "Required parameter is missing: redirect_uri, response_type or scope")
    if redirect not in platform.redirect_uris:
        raise OauthError("redirect_uri_mismatch", f"{redirect} is not registered: {', '.join(platform.redirect_uris)}")
    if not platform.consents:
        return _back(redirect, {"error": "access_denied"}, asked)
    account = asked.get("login_hint") or platform.signed_in
    platform.calendar_of(account)
    is_asked = "consent" in asked.get("prompt", "").split()
    consent = Consent(
        account=account,
        scopes=tuple(scope for scope in asked["scope"].split() if scope not in platform.withheld),
        redirect_uri=redirect,
        challenge=_challenge(asked),
        offline=asked.get("access_type") == "offline" and (is_asked or not platform.tokens.knows(account)),
    )
    return _back(redirect, {"code": platform.tokens.code(consent), "scope": " ".join(consent.scopes)}, asked)


def _back(redirect: str, told: dict[str, str], asked: dict[str, str]) -> Reply:
    state = {"state": asked["state"]} if "state" in asked else {}
    joint = "&" if urlsplit(redirect).query else "?"
    return Reply(302, "", {"Location": f"{redirect}{joint}{urlencode(state | told)}"})


def _challenge(asked: dict[str, str]) -> str | None:
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        raise OauthError("invalid_request", "The local Google takes challenges by S256 alone.")
    return asked.get("code_challenge")


def _token(platform: Platform, form: dict[str, str]) -> dict[str, object]:
    known = form.get("client_id") == platform.client_id
    if not known or not secrets.compare_digest(form.get("client_secret", ""), platform.client_secret):
        raise OauthError("invalid_client", "Unauthorized", 401)
    match form.get("grant_type"):
        case "authorization_code":
            return platform.tokens.exchange(form)
        case "refresh_token":
            return platform.tokens.renew(form)
        case other:
            raise OauthError("unsupported_grant_type", f"Invalid grant_type: {other}")
