"""What a Stripe knows, in a file from one run to the next: accounts, their objects, the events and its port, as JSON.

Idempotency keys are not in it: whoever asks again after a restart is told of what there is by other means.
"""

import json
from pathlib import Path
from typing import Any

from local.stripe.platform import Books, Platform


class Kept:
    """The file, written after each turn that changed something, so that a killed process loses nothing either."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = path.read_text() if path.exists() else ""

    @property
    def port(self) -> int | None:
        """The one of the run before, at which pages that were opened then are still looked for."""
        return json.loads(self._text)["port"] if self._text else None

    def restore(self, platform: Platform) -> None:
        if not self._text:
            return
        everything: dict[str, Any] = json.loads(self._text)
        platform.books = Books.from_json(platform, None, everything["platform"])
        platform.connected = {
            account: Books.from_json(platform, account, kept) for account, kept in everything["connected"].items()
        }
        platform.links = everything["links"]
        platform.happened = everything["happened"]

    def save(self, platform: Platform, port: int) -> None:
        """Within a turn."""
        text = json.dumps(
            {
                "port": port,
                "platform": platform.books.as_json(),
                "connected": {account: books.as_json() for account, books in platform.connected.items()},
                "links": platform.links,
                "happened": platform.happened,
            }
        )
        if text != self._text:
            draft = self._path.with_suffix(".draft")
            draft.write_text(text)
            draft.replace(self._path)
            self._text = text
