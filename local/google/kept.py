"""What a Google knows, in a file from one run to the next: calendars, consents, channels and its port, as JSON."""

import json
from pathlib import Path
from typing import Any

from local.google.platform import Platform


class Kept:
    """The file, written after each turn that changed something, so that a killed process loses nothing either."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = path.read_text() if path.exists() else ""

    @property
    def port(self) -> int | None:
        """The one of the run before."""
        return json.loads(self._text)["port"] if self._text else None

    def restore(self, platform: Platform) -> None:
        if not self._text:
            return
        everything: dict[str, Any] = json.loads(self._text)
        for account, calendar in everything["calendars"].items():
            platform.calendar_of(account, calendar["time_zone"]).restore(calendar)
        platform.tokens.restore(everything["consents"])
        platform.channels.restore(everything["channels"])

    def save(self, platform: Platform, port: int) -> None:
        """Within a turn."""
        text = json.dumps(
            {
                "port": port,
                "calendars": {account: calendar.as_json() for account, calendar in platform.calendars.items()},
                "consents": platform.tokens.as_json(),
                "channels": platform.channels.as_json(),
            }
        )
        if text != self._text:
            draft = self._path.with_suffix(".draft")
            draft.write_text(text)
            draft.replace(self._path)
            self._text = text
