"""What a Stripe knows, as the JSON that is kept: accounts, their objects, the events and its port.

Idempotency keys are not in it: whoever asks again after a restart is told of what there is by other means.
"""

from typing import Any

from local.stripe.platform import Books, Platform

type Json = dict[str, Any]


def restore(platform: Platform, known: Json | None) -> None:
    if not known:
        return
    platform.books = Books.from_json(platform, None, known["platform"])
    platform.connected = {
        account: Books.from_json(platform, account, kept) for account, kept in known["connected"].items()
    }
    platform.links = known["links"]
    platform.happened = known["happened"]


def as_json(platform: Platform, port: int) -> Json:
    """Within a turn."""
    return {
        "port": port,
        "platform": platform.books.as_json(),
        "connected": {account: books.as_json() for account, books in platform.connected.items()},
        "links": platform.links,
        "happened": platform.happened,
    }
