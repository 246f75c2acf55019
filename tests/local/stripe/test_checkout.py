from typing import Any

import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import START, Clock, Shop, open_shop

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 3600


def test_a_new_session_is_open_unpaid_and_has_no_payment_intent_yet(shop: Shop) -> None:
    session = shop.session(shop.checkout(metadata={"order": "7"}, client_reference_id="student-1").id)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.to_dict()["metadata"], session.client_reference_id) == ({"order": "7"}, "student-1")
    assert session.id.startswith("cs_test_")


def test_its_total_is_the_sum_of_prices_times_quantities(shop: Shop) -> None:
    price = {"currency": "EUR", "product_data": {"name": "Lesson"}}
    items = [
        {"price_data": {**price, "unit_amount": 1500}, "quantity": 3},
        {"price_data": {**price, "unit_amount": 25}, "quantity": 2},
    ]
    session = shop.checkout(line_items=items)
    assert (session.amount_total, session.currency) == (4550, "eur")


def test_another_account_cannot_see_it(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    with pytest.raises(sdk.InvalidRequestError) as refused:
        open_shop(stripe).session(session.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


@pytest.mark.parametrize("lifetime", [HALF_AN_HOUR, A_DAY])
def test_it_may_live_from_half_an_hour_to_a_day(shop: Shop, lifetime: int) -> None:
    assert shop.checkout(expires_at=int(START) + lifetime).expires_at == START + lifetime


@pytest.mark.parametrize(("lifetime", "limit"), [(HALF_AN_HOUR - 1, "30 minutes"), (A_DAY + 1, "24 hours")])
def test_it_may_not_live_shorter_or_longer(shop: Shop, lifetime: int, limit: str) -> None:
    with pytest.raises(sdk.InvalidRequestError, match=limit) as refused:
        shop.checkout(expires_at=int(START) + lifetime)
    assert refused.value.param == "expires_at"


def test_it_expires_when_its_time_is_over_and_says_so_once(shop: Shop, clock: Clock) -> None:
    session = shop.checkout(expires_at=int(START) + HALF_AN_HOUR)
    clock.now += HALF_AN_HOUR
    assert (shop.session(session.id).status, shop.session(session.id).url) == ("expired", None)
    assert shop.happened() == ["checkout.session.expired"]


def test_the_shop_can_expire_it_and_then_nobody_can_pay(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    assert shop.client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(Exception, match="`expired`"):
        stripe.pay(session.id)
    with pytest.raises(sdk.InvalidRequestError, match="status of `expired`"):
        shop.client.v1.checkout.sessions.expire(session.id)


def test_an_amount_below_the_minimum_is_refused(shop: Shop) -> None:
    with pytest.raises(sdk.InvalidRequestError, match=r"at least €0\.50") as refused:
        shop.checkout(amount=49)
    assert refused.value.code == "amount_too_small"


def test_a_checkout_of_nothing_needs_no_payment(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout(amount=0)
    assert stripe.pay(session.id)["payment_status"] == "no_payment_required"
    assert shop.happened() == ["checkout.session.completed"]


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]", "parameter_missing"),
        ({"color": "blue"}, "color", "parameter_unknown"),
        ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
        ({"success_url": "shop.example"}, "success_url", "url_invalid"),
        ({"expires_at": "tomorrow"}, "expires_at", "parameter_invalid_integer"),
        ({"mode": "subscription"}, "mode", None),
        ({"metadata": {"note": "x" * 501}}, "metadata[note]", None),
        ({"metadata": {"k" * 41: "x"}}, f"metadata[{'k' * 41}]", None),
        ({"metadata": {f"key{n}": "x" for n in range(51)}}, "metadata", None),
    ],
)
def test_wrong_parameters_are_refused_by_name(shop: Shop, given: dict[str, Any], param: str, code: str | None) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        shop.checkout(**given)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
