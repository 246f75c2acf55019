"""Where Stripe sends a browser back to: our caller's pages, and so an address that we hand on but do not choose."""

import re
from urllib.parse import urlsplit

from lectern.errors import Invalid
from lectern.settings import allowed_origins, stripe_livemode

# Browsers take a backslash for a slash, and leave out white space that others read as part of the address.
_READ_IN_TWO_WAYS = re.compile(r"[\\\s\x00-\x1f\x7f]")

# Not a number in any of its spellings: browsers take for one whatever ends in one (WHATWG URL, ends in a number).
_NAME = re.compile(r"([a-z0-9_-]+\.)+[a-z][a-z0-9-]*")
_AT_HOME = ("localhost", "127.0.0.1")


def require_return_urls(**urls: str) -> None:
    """Raises Invalid `unsafe_url` for what is not https, hides where it leads, or leads to a stranger.

    It must name its host, in ASCII and after no account; http on the developer's own machine will do while no real
    money moves. Where the deployment names its pages' origins, a genuine page to pay at ends on none but those.
    """
    allowed = allowed_origins()
    refused = [field for field, url in urls.items() if not _is_allowed(_origin(url), allowed)]
    if refused:
        raise Invalid(
            "unsafe_url",
            "Give the whole address of a page of yours, with https and the name of its host; where the API says which"
            " pages may call it, one of those.",
            fields=refused,
        )


def _is_allowed(origin: str | None, allowed: tuple[str, ...]) -> bool:
    return origin is not None and (not allowed or "*" in allowed or origin in allowed)


def _origin(url: str) -> str | None:
    """As a browser spells it (RFC 6454, section 6.2); None for an address that will not do."""
    if _READ_IN_TWO_WAYS.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or not _is_safe(parts.scheme, host):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def _is_safe(scheme: str, host: str) -> bool:
    if host in _AT_HOME:
        return scheme in ("http", "https") and not stripe_livemode()
    return scheme == "https" and _NAME.fullmatch(host) is not None
