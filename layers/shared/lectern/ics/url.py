"""The address of a calendar that a teacher pastes in: what it must be before anybody is asked for it."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

from lectern.errors import Invalid

LONGEST_URL = 2000

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# Names alone: the last label of one begins with a letter (RFC 3696, section 2), and every way to write an address ends
# in a number or a bracket.
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class CalendarUrl:
    """`target` is the path with its query."""

    host: str
    target: str

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Raises Invalid `ics_url_refused` unless it is https at a host's name, without credentials or another port."""
        try:
            if len(text) <= LONGEST_URL and _PRINTABLE.fullmatch(text):
                return cls._of(urlsplit(text))
        except ValueError as error:
            raise _refused() from error
        raise _refused()

    @classmethod
    def _of(cls, parts: SplitResult) -> Self:
        host = (parts.hostname or "").rstrip(".")
        # What calendars call https where they invite to subscribe.
        secure = parts.scheme in ("https", "webcal", "webcals")
        plain = parts.username is None and parts.port in (None, 443)
        if not (secure and plain and _NAME.fullmatch(host)):
            raise _refused()
        return cls(host, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))

    def joined(self, location: str) -> Self:
        """Where a redirection leads to; raises as `parsed` does."""
        try:
            return self.parsed(urljoin(str(self), location))
        except ValueError as error:
            raise _refused() from error

    def __str__(self) -> str:
        return f"https://{self.host}{self.target}"


def _refused() -> Invalid:
    return Invalid(
        "ics_url_refused",
        "Use the https:// or webcal:// address of a calendar: a host's name, no port, no user name.",
        fields=["url"],
    )
