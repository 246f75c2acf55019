"""Where Stripe sends a browser back to: our caller's pages, and so an address that we hand on but do not choose."""

from urllib.parse import urlsplit

from lectern.errors import Invalid
from lectern.settings import stripe_livemode


def require_return_urls(**urls: str) -> None:
    """Raises Invalid `unsafe_url` for what is not https; http://localhost will do while no real money moves."""
    refused = [field for field, url in urls.items() if not _is_safe(url)]
    if refused:
        raise Invalid("unsafe_url", "Give the whole address of a page of yours, with https.", fields=refused)


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    at_home = parts.scheme == "http" and parts.hostname == "localhost" and not stripe_livemode()
    return bool(parts.hostname) and (parts.scheme == "https" or at_home)
