"""Events against real ones: a field that both have is of one JSON type, or null in one of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.stripe import LocalStripe
from local.stripe.platform import EventVersion
from tests.local.stripe.conftest import Shop

FIXTURES = Path(__file__).parents[2] / "fixtures" / "stripe"
OLD: EventVersion = "2020-08-27"
NOW: EventVersion = "2026-10-28.endive"


def fixture(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return event


def of_type(stripe: LocalStripe, kind: str) -> dict[str, Any]:
    return next(event for event in reversed(stripe.events()) if event["type"] == kind)


def differing(ours: Any, real: Any, at: str = "") -> list[str]:  # noqa: ANN401 - any JSON values
    """Where the two have values of different types."""
    if isinstance(ours, dict) and isinstance(real, dict):
        return [place for key in ours.keys() & real.keys() for place in differing(ours[key], real[key], f"{at}.{key}")]
    if isinstance(ours, list) and isinstance(real, list) and ours and real:
        return differing(ours[0], real[0], f"{at}[0]")
    return [at] if type(ours) is not type(real) and ours is not None and real is not None else []


def dispute(shop: Shop) -> None:
    shop.stripe.dispute(shop.paid())


def refund(shop: Shop) -> None:
    shop.stripe.refund(shop.paid())


def invoice(shop: Shop) -> None:
    shop.stripe.pay_invoice(shop.account, 4999)


@pytest.mark.parametrize(
    ("name", "version", "cause"),
    [
        ("checkout.session.completed.captured-2020-08-27", OLD, Shop.paid),
        ("checkout.session.completed.payment-mode.captured-2025-06-30.basil", NOW, Shop.paid),
        ("payment_intent.succeeded.fixture-2026-07-29.dahlia", NOW, Shop.paid),
        ("charge.refunded.fixture-2026-07-29.dahlia", NOW, refund),
        ("charge.dispute.created.fixture-2026-07-29.dahlia", NOW, dispute),
        ("invoice.paid.derived-2025-03-31.basil", NOW, invoice),
    ],
)
def test_an_event_has_the_shape_of_a_real_one(
    shop: Shop, name: str, version: EventVersion, cause: Callable[[Shop], object]
) -> None:
    shop.stripe.event_version = version
    cause(shop)
    real = fixture(name)
    ours = of_type(shop.stripe, real["type"])
    assert real.keys() <= ours.keys()
    assert differing(ours, real) == []
    assert len(ours["data"]["object"].keys() & real["data"]["object"].keys()) >= 15


def test_of_old_an_intent_lists_its_charges_and_a_charge_its_refunds(shop: Shop) -> None:
    shop.stripe.event_version = OLD
    refund(shop)
    intent = of_type(shop.stripe, "payment_intent.succeeded")["data"]["object"]
    charge = of_type(shop.stripe, "charge.refunded")["data"]["object"]
    assert [each["id"] for each in intent["charges"]["data"]] == [charge["id"]]
    assert [each["amount"] for each in charge["refunds"]["data"]] == [2000]
    assert "latest_charge" not in intent


def test_now_an_intent_names_its_latest_charge_and_a_charge_lists_nothing(shop: Shop) -> None:
    refund(shop)
    intent = of_type(shop.stripe, "payment_intent.succeeded")["data"]["object"]
    charge = of_type(shop.stripe, "charge.refunded")["data"]["object"]
    assert (intent["latest_charge"], charge["refunds"]) == (charge["id"], None)
    assert "charges" not in intent


def test_an_invoice_names_its_subscription_where_its_version_has_it(shop: Shop) -> None:
    invoice(shop)
    now = of_type(shop.stripe, "invoice.paid")["data"]["object"]
    shop.stripe.event_version = OLD
    invoice(shop)
    old = of_type(shop.stripe, "invoice.paid")["data"]["object"]
    assert now["parent"]["subscription_details"]["subscription"].startswith("sub_")
    assert (old["subscription"][:4], "parent" in old) == ("sub_", False)


def test_now_a_payment_of_its_own_says_which_intent_has_paid_an_invoice(shop: Shop) -> None:
    invoice(shop)
    paid = of_type(shop.stripe, "invoice_payment.paid")["data"]["object"]
    told = of_type(shop.stripe, "invoice.paid")["data"]["object"]
    intent = of_type(shop.stripe, "payment_intent.succeeded")["data"]["object"]
    assert (paid["invoice"], paid["payment"]["payment_intent"]) == (told["id"], intent["id"])
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 4999)
    assert "payment_intent" not in told


def test_an_event_keeps_what_was_true_when_it_happened(shop: Shop) -> None:
    refund(shop)
    charged = of_type(shop.stripe, "charge.succeeded")
    assert (charged["data"]["object"]["amount_refunded"], charged["api_version"]) == (0, NOW)
