"""The operations over HTTP, as the demo in another process uses them."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Receiver, Shop


def control(stripe: LocalStripe, name: str, **arguments: Any) -> Any:  # noqa: ANN401 - any JSON values
    request = urllib.request.Request(f"{stripe.url}/_control/{name}", json.dumps(arguments).encode())  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - the server above
        return json.load(response)


def told(stripe: LocalStripe, name: str) -> Any:  # noqa: ANN401 - any JSON value
    with urllib.request.urlopen(f"{stripe.url}/_control/{name}", timeout=5) as response:  # noqa: S310 - as above
        return json.load(response)


def test_a_session_is_paid_and_its_events_are_read(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    assert control(stripe, "pay", checkout_session_id=session.id, outcome="processing")["payment_status"] == "unpaid"
    assert control(stripe, "settle", checkout_session_id=session.id, succeeded=True)["payment_status"] == "paid"
    assert told(stripe, "events")[-1]["type"] == "checkout.session.async_payment_succeeded"


def test_money_goes_back(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid()
    assert control(stripe, "refund", payment_intent_id=intent, amount=300)["amount"] == 300
    dispute = control(stripe, "dispute", payment_intent_id=intent)
    assert control(stripe, "close_dispute", dispute_id=dispute["id"], won=False)["status"] == "lost"


def test_events_are_delivered_to_where_the_settings_say(shop: Shop, receiver: Receiver) -> None:
    shop.stripe.webhook_url = None
    control(shop.stripe, "settings", webhook_url=receiver.url)
    assert control(shop.stripe, "deliver", copies=2) == [200, 200]
    assert receiver.types() == ["account.updated", "account.updated"]


def test_the_calls_that_were_made_are_told(shop: Shop, stripe: LocalStripe) -> None:
    shop.client.v1.refunds.list()
    call = {"method": "GET", "path": "/v1/refunds", "account": shop.account, "idempotency_key": None}
    assert told(stripe, "requests") == [call]


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [
        ("pay", {"checkout_session_id": "cs_test_unknown"}, 404),
        ("pay", {"session": "cs_test_unknown"}, 400),
        ("fail", {"times": 1, "how": "fire"}, 400),
        ("settings", {"webhook": "http://127.0.0.1"}, 400),
        ("__init__", {}, 404),
    ],
)
def test_what_cannot_be_done_is_refused(stripe: LocalStripe, name: str, arguments: Any, status: int) -> None:  # noqa: ANN401
    with pytest.raises(urllib.error.HTTPError) as refused:
        control(stripe, name, **arguments)
    refused.value.close()
    assert refused.value.code == status
