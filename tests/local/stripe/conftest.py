"""A Stripe with one connected account, spoken to through the official SDK, and a receiver of its webhooks."""

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import stripe as sdk

from local.stripe import LocalStripe

START = 1_790_000_000.0


@dataclass(slots=True)
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Shop:
    """A connected account, and the SDK's client that acts for it."""

    stripe: LocalStripe
    account: str
    client: sdk.StripeClient

    def checkout(self, amount: int = 2000, **more: Any) -> sdk.checkout.Session:  # noqa: ANN401 - any parameters
        price = {"currency": "eur", "unit_amount": amount, "product_data": {"name": "Lesson"}}
        items = [{"price_data": price, "quantity": 1}]
        given: Any = {"mode": "payment", "success_url": "https://shop.example/done", "line_items": items, **more}
        return self.client.v1.checkout.sessions.create(given)

    def session(self, identifier: str) -> sdk.checkout.Session:
        return self.client.v1.checkout.sessions.retrieve(identifier)

    def paid(self, amount: int = 2000, **more: Any) -> str:  # noqa: ANN401 - any parameters
        """The payment intent of a checkout that was paid by card."""
        return str(self.stripe.pay(self.checkout(amount, **more).id)["payment_intent"])

    def happened(self) -> list[str]:
        """The types of this account's events since it was opened."""
        mine = [event["type"] for event in self.stripe.events() if event["account"] == self.account]
        return [kind for kind in mine if kind != "account.updated"]


def client_of(stripe: LocalStripe, account: str | None, **options: Any) -> sdk.StripeClient:  # noqa: ANN401
    addresses: Any = {"api": stripe.url}
    given = {"stripe_account": account, "base_addresses": addresses, "max_network_retries": 0}
    return sdk.StripeClient(stripe.api_key, **(given | options))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stripe(clock: Clock) -> Iterator[LocalStripe]:
    with LocalStripe(clock=clock) as running:
        yield running


@pytest.fixture
def shop(stripe: LocalStripe) -> Shop:
    return open_shop(stripe)


def open_shop(stripe: LocalStripe) -> Shop:
    account = stripe.open_account()
    return Shop(stripe, account, client_of(stripe, account))


@dataclass(slots=True)
class Receiver:
    """Takes webhooks, does `meanwhile`, and answers the statuses given, then 200."""

    url: str
    meanwhile: Callable[[], object] = lambda: None
    deliveries: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def types(self) -> list[str]:
        return [event.type for event in self.events()]

    def events(self, secret: str = "whsec_local_7f3a91c2d45e") -> list[sdk.Event]:  # noqa: S107 - guards nothing
        """The deliveries as the SDK reads them, once it has verified their signatures."""
        return [
            sdk.Webhook.construct_event(body, headers["Stripe-Signature"], secret, tolerance=10**9)
            for headers, body in self.deliveries
        ]


@pytest.fixture
def receiver(stripe: LocalStripe) -> Iterator[Receiver]:
    """Where the Stripe sends its webhooks."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.deliveries.append((dict(self.headers), body))
            received.meanwhile()
            self.send_response(received.answers.pop(0) if received.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received = Receiver(f"http://127.0.0.1:{server.server_port}/hooks?from=stripe")
    stripe.webhook_url = received.url
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield received
    server.shutdown()
    thread.join()
    server.server_close()
