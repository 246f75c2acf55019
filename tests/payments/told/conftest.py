"""The webhooks function beside the tests' Stripe: at its time, and knowing its secret."""

import pytest

from lectern import clock
from tests.payments.sales import CLOCK
from tests.sessions.conftest import no_deadlock  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def function_at_stripes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: CLOCK.now)
