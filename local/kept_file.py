"""What a stand-in for somebody else's service knows, in a file from one run to the next, as JSON with its port."""

import json
from pathlib import Path
from typing import Any


class KeptFile:
    """Written after each turn that changed something, so that a killed process loses nothing either."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = path.read_text() if path.exists() else ""

    @property
    def document(self) -> dict[str, Any] | None:
        """What was written last; None when nothing was."""
        return json.loads(self._text) if self._text else None

    @property
    def port(self) -> int | None:
        """The one of the run before, at which pages that were opened then are still looked for."""
        return self.document["port"] if self.document else None

    def write(self, document: dict[str, Any]) -> None:
        text = json.dumps(document)
        if text != self._text:
            draft = self._path.with_suffix(".draft")
            draft.write_text(text)
            draft.replace(self._path)
            self._text = text
