"""A Stripe for the whole run, at the time that the tests live in, and for each test a teacher who sells by it."""

import os
from collections.abc import Iterator

import pytest

from lectern import limits, settings
from lectern.breaker import CIRCUITS, CONFIG, through
from lectern.payments.stripe_api import STRIPE
from local.stripe import LocalStripe
from tests.builders import Teacher
from tests.payments.sales import CLOCK, a_seller


@pytest.fixture(scope="session")
def stripe_server(connected: None) -> Iterator[LocalStripe]:  # noqa: ARG001 - who sells is in the database
    with LocalStripe(clock=CLOCK) as server:
        os.environ |= {
            "STRIPE_API_BASE": server.url,
            "STRIPE_SECRET_KEY": server.api_key,
            "STRIPE_WEBHOOK_SECRETS": server.webhook_secret,
            "STRIPE_MODE": "test",
        }
        settings.stripe_livemode.cache_clear()
        yield server


@pytest.fixture
def stripe(stripe_server: LocalStripe) -> Iterator[LocalStripe]:
    """With no failure ahead, nothing in its log of requests, its circuit closed, and nothing asked of it lately."""
    stripe_server.requests.clear()
    CLOCK.reset()
    _close_circuit()
    # Nobody else asks as often as all tests together.
    limits._remembered.cache_clear()  # noqa: SLF001
    yield stripe_server
    while stripe_server.faults.take():
        pass
    _close_circuit()


def _close_circuit() -> None:
    CIRCUITS.configure(CONFIG, STRIPE.name)
    CIRCUITS.save_closed(STRIPE.name)
    # An answer ends the row of failures that this process counts.
    through(STRIPE.name, lambda: None, Exception)


@pytest.fixture
def teacher(stripe: LocalStripe) -> Teacher:
    return a_seller(stripe)
