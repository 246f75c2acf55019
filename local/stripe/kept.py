"""What a Stripe knows, in a file from one run to the next: its accounts, their objects and the events, as JSON.

Idempotency keys are not in it: whoever asks again after a restart is told of what there is by other means.
"""

import json
from pathlib import Path
from typing import Any

from local.stripe.platform import Books, Platform
from local.stripe.turn import turn


def save(platform: Platform, path: Path) -> None:
    with turn(platform):
        everything = {
            "platform": platform.books.as_json(),
            "connected": {account: books.as_json() for account, books in platform.connected.items()},
            "links": platform.links,
            "happened": platform.happened,
        }
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(everything))
    draft.replace(path)


def restore(platform: Platform, path: Path) -> None:
    """Nothing when there is no such file."""
    if not path.exists():
        return
    everything: dict[str, Any] = json.loads(path.read_text())
    with turn(platform):
        platform.books = Books.from_json(platform, None, everything["platform"])
        platform.connected = {
            account: Books.from_json(platform, account, kept) for account, kept in everything["connected"].items()
        }
        platform.links = everything["links"]
        platform.happened = everything["happened"]
