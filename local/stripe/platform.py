"""What this Stripe knows: the objects of every account, and the events of all accounts in the order they happened.

Objects are the mappings that the API answers, kept as today's API version shapes them.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Literal

from local.http_server import Request
from local.stripe.errors import no_access, no_such
from local.stripe.faults import Faults
from local.stripe.idempotency import Idempotency

type Resource = dict[str, Any]
type EventVersion = Literal["2020-08-27", "2026-10-28.endive"]


class Books:
    """One account's objects, each kind in the order made; `account` is None for the platform's own."""

    def __init__(self, platform: "Platform", account: str | None) -> None:
        self.platform = platform
        self.account = account
        # What a checkout session was made from and does not show: its line items, and what its payment is to carry.
        self.orders: dict[str, Resource] = {}
        self._shelves: dict[str, dict[str, Resource]] = defaultdict(dict)

    def add(self, resource: Resource) -> Resource:
        self._shelves[resource["object"]][resource["id"]] = resource
        return resource

    def get(self, kind: str, identifier: str, param: str = "id") -> Resource:
        """Raises `ApiError` (404) when this account has no such object."""
        if identifier not in self._shelves[kind]:
            raise no_such(kind, identifier, param)
        return self._shelves[kind][identifier]

    def all(self, kind: str) -> list[Resource]:
        """Newest first, as lists are answered."""
        return list(reversed(self._shelves[kind].values()))

    def has(self, kind: str, identifier: str) -> bool:
        return identifier in self._shelves[kind]

    def as_json(self) -> dict[str, Any]:
        return {"orders": self.orders, "shelves": self._shelves}

    @classmethod
    def from_json(cls, platform: "Platform", account: str | None, kept: dict[str, Any]) -> "Books":
        books = cls(platform, account)
        books.orders = kept["orders"]
        books._shelves.update(kept["shelves"])
        return books


class Platform:
    """All accounts under one API key, and where their events go. Who reads or changes it takes a `turn`."""

    def __init__(
        self, url: str, *, webhook_url: str | None, webhook_secret: str, api_key: str, clock: Callable[[], float]
    ) -> None:
        self.url = url
        self.api_key = api_key
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        # Send events as they happen, and again until they are taken; else they wait to be delivered.
        self.auto_deliver = False
        self.event_version: EventVersion = "2026-10-28.endive"
        # How long a request is under way before it takes effect, its idempotency key in use.
        self.latency_seconds = 0.0
        self.lock = threading.RLock()
        self.books = Books(self, None)
        self.connected: dict[str, Books] = {}
        self.links: dict[str, Resource] = {}
        self.happened: list[Resource] = []
        self.requests: list[Request] = []
        self.faults = Faults()
        self.idempotency = Idempotency(clock)
        self._clock = clock

    def keep(self) -> None:
        """Called at the end of each turn, for whoever writes down what is known by then."""

    def now(self) -> int:
        """Seconds since the epoch, as all of Stripe's times are."""
        return int(self._clock())

    def books_of(self, account: str | None) -> Books:
        """Raises `ApiError` (403) for an account that is not connected here."""
        if account is None:
            return self.books
        if account not in self.connected:
            raise no_access(account)
        return self.connected[account]

    def every_books(self) -> Iterator[Books]:
        yield self.books
        yield from self.connected.values()

    def holder(self, kind: str, identifier: str) -> Books:
        """The books that have the object; raises `ApiError` (404) when no account has it."""
        for books in self.every_books():
            if books.has(kind, identifier):
                return books
        raise no_such(kind, identifier)
