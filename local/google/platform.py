"""What this Google knows: accounts with their calendars, what they have allowed, and who is told of changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from local.google.calendar import Calendar
from local.google.channels import Channels
from local.google.errors import not_found
from local.google.faults import Faults
from local.google.oauth import Tokens
from local.http_server import Request

DEFAULT_ACCOUNT = "teacher@example.com"
# A page of an application that somebody is developing on this machine.
DEFAULT_PAGE = "http://localhost:3000/calendar"


class Platform:
    """Who reads or changes it takes a `turn`."""

    def __init__(self, url: str, *, client_id: str, client_secret: str, clock: Callable[[], float]) -> None:
        self.url = url
        self.client_id = client_id
        self.client_secret = client_secret
        # Where the consent page may send a browser back to, to the letter.
        self.redirect_uris = [DEFAULT_PAGE]
        # Whose browser it is that opens the consent page, and whether they agree.
        self.signed_in = DEFAULT_ACCOUNT
        self.consents = True
        # Of those asked for, the scopes that they leave out.
        self.withheld: list[str] = []
        # Send notifications as changes happen, and again until they are taken; else they wait to be delivered.
        self.auto_deliver = False
        # How long a request is under way before it takes effect.
        self.latency_seconds = 0.0
        self.calendars: dict[str, Calendar] = {}
        self.tokens = Tokens(clock)
        self.channels = Channels(self.now)
        self.faults = Faults()
        self.requests: list[Request] = []
        self._clock = clock
        self._lock = threading.RLock()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def calendar_of(self, account: str, time_zone: str = "UTC") -> Calendar:
        """The account's, opened when there is none."""
        if account not in self.calendars:
            self.calendars[account] = Calendar(account, time_zone, self.url, self.now)
        return self.calendars[account]

    def calendar(self, account: str, identifier: str) -> Calendar:
        """The one that a path names for the account that asks; raises `ApiError` 404 for anybody else's."""
        if identifier not in ("primary", account):
            raise not_found()
        return self.calendar_of(account)

    def keep(self) -> None:
        """Called at the end of each turn, for whoever writes down what is known by then."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One at a time reads or changes what is known; who watches a calendar that has changed is told."""
        with self._lock:
            before = {name: calendar.revision for name, calendar in self.calendars.items()}
            try:
                yield
            finally:
                for name, calendar in self.calendars.items():
                    if calendar.revision > before.get(name, 0):
                        self.channels.changed(name)
                self.keep()
