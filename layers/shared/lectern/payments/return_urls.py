"""Where Stripe sends a browser back to: our caller's pages, and so an address that we hand on but do not choose."""

from urllib.parse import urlsplit

from lectern.errors import Invalid
from lectern.settings import stripe_livemode


def require_return_urls(**urls: str) -> None:
    """Raises Invalid `unsafe_url` for what is not https, or hides where it leads.

    That is by an account before the host, a backslash, or a host that is a number. http://localhost will do while no
    real money moves.
    """
    refused = [field for field, url in urls.items() if not _is_safe(url)]
    if refused:
        raise Invalid("unsafe_url", "Give the whole address of a page of yours, with https.", fields=refused)


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or "\\" in url or _is_number(parts.hostname):
        return False
    at_home = parts.scheme == "http" and parts.hostname == "localhost" and not stripe_livemode()
    return parts.scheme == "https" or at_home


def _is_number(host: str) -> bool:
    """Browsers read 2130706433 and 0x7f.1 as addresses, too, which no name ends like (WHATWG URL, ends in a number)."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last[:1].isdigit()
