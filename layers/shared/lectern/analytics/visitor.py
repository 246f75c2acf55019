"""Who is on the booking page, known only to be the same all day: no cookie, and no address is kept.

A visitor is a keyed hash of address and browser. Its key, the salt, is random, lasts for one of the teacher's dates and
is then deleted, so that nobody can tell any more who it was, or whether they came back another day.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from lectern.limits import client_subject

# Those that say so. The words are the ones by which crawlers, monitors and HTTP libraries name themselves. A Cubot is a
# telephone.
_BOTS = re.compile(
    r"(?<!cu)bot(?![a-z])|crawl|spider|slurp|preview|headless|lighthouse|monitor|uptime|scan|fetch|siteaudit"
    r"|mediapartners|ia_archiver|facebookexternalhit|whatsapp"
    r"|curl|wget|python|java/|okhttp|go-http|http-?client|guzzle|axios|postman|libwww|^(ruby|node|undici)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request tells of whoever sends it."""

    address: str
    user_agent: str

    @property
    def is_bot(self) -> bool:
        """Whether it is a program that nobody sits in front of; browsers do not leave their name out."""
        return not self.user_agent or _BOTS.search(self.user_agent) is not None

    def visitor(self, salt: bytes) -> bytes:
        message = f"{client_subject(self.address)}\n{self.user_agent}"
        return hmac.digest(salt, message.encode(), hashlib.sha256)
