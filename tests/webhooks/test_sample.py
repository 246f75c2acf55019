"""The sample event in events/ is what AWS makes of a delivery of Stripe's, and the function takes it."""

import base64
import json
from datetime import timedelta

import pytest

from lectern import clock
from lectern.payments.facts import read_checkout_session, read_event
from lectern.payments.signature import is_from_stripe
from local.stripe.signed import signed
from tests.builders import NOW
from tests.http.api import CONTEXT
from tests.webhooks.conftest import Seller
from tests.webhooks.delivery import SAMPLE, SECRET, deliver
from webhooks.app import handler

REQUEST = json.loads(SAMPLE.read_text())
BODY = base64.b64decode(REQUEST["body"])


def test_the_sample_has_the_shape_of_payload_format_2() -> None:
    assert (REQUEST["version"], REQUEST["isBase64Encoded"]) == ("2.0", True)
    assert REQUEST["routeKey"] == REQUEST["requestContext"]["routeKey"] == f"POST {REQUEST['rawPath']}"
    assert all(header == header.lower() for header in REQUEST["headers"])
    assert REQUEST["headers"]["content-length"] == str(len(BODY))


def test_the_sample_is_signed_by_the_local_stripe_at_its_time() -> None:
    assert is_from_stripe(BODY, REQUEST["headers"]["stripe-signature"], [SECRET], NOW)


def test_the_sample_tells_of_a_paid_checkout_of_ours() -> None:
    session = read_checkout_session(read_event(json.loads(BODY)).object)

    assert session.payment_id
    assert (session.is_paid, session.amount, session.currency) == (True, 36000, "EUR")


def test_the_file_is_taken_as_it_is_at_its_time_and_signed_anew_at_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    in_time = handler(REQUEST, CONTEXT)
    later = NOW + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    stale, fresh = handler(REQUEST, CONTEXT), handler(signed(REQUEST, SECRET, int(later.timestamp())), CONTEXT)

    assert [answer["statusCode"] for answer in (in_time, stale, fresh)] == [200, 400, 200]


def test_the_function_takes_the_sample(seller: Seller) -> None:
    assert deliver(json.loads(BODY) | {"account": seller.account}).status == 200
    assert seller.outcomes() == [("attention", "unknown_payment")]
