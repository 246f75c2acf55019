from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Clock, Shop, open_shop

KEY: Any = {"idempotency_key": "refund-1"}


def refund(shop: Shop, intent: str, amount: int = 500) -> sdk.Refund:
    return shop.client.v1.refunds.create({"payment_intent": intent, "amount": amount}, KEY)


def replayed(refund: sdk.Refund) -> bool:
    assert refund.last_response
    return refund.last_response.headers.get("Idempotent-Replayed") == "true"


def test_a_repeated_request_has_the_first_answer_and_no_second_effect(shop: Shop) -> None:
    intent = shop.paid()
    first, second = refund(shop, intent), refund(shop, intent)
    assert (second.id, len(shop.client.v1.refunds.list().data)) == (first.id, 1)
    assert [replayed(first), replayed(second)] == [False, True]


def test_a_key_does_not_serve_another_request(shop: Shop) -> None:
    intent = shop.paid()
    refund(shop, intent)
    with pytest.raises(sdk.IdempotencyError, match="same parameters"):
        refund(shop, intent, amount=600)
    with pytest.raises(sdk.IdempotencyError, match="same endpoint"):
        shop.client.v1.checkout.sessions.expire("cs_test_1", None, KEY)


def test_a_key_is_one_accounts_own(shop: Shop, stripe: LocalStripe) -> None:
    other = open_shop(stripe)
    assert refund(shop, shop.paid()).id != refund(other, other.paid()).id


def test_a_refusal_is_repeated_too(shop: Shop) -> None:
    intent = shop.paid(2000)
    with pytest.raises(sdk.InvalidRequestError):
        refund(shop, intent, amount=2500)
    with pytest.raises(sdk.InvalidRequestError) as repeated:
        refund(shop, intent, amount=2500)
    assert repeated.value.headers is not None
    assert repeated.value.headers["Idempotent-Replayed"] == "true"


def test_wrong_parameters_do_not_use_up_the_key(shop: Shop) -> None:
    intent = shop.paid()
    with pytest.raises(sdk.InvalidRequestError):
        refund(shop, intent, amount=0)
    assert refund(shop, intent).amount == 500


def test_a_failure_before_the_effect_does_not_use_up_the_key(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid()
    stripe.fail(1, "500")
    with pytest.raises(sdk.APIError):
        refund(shop, intent)
    assert refund(shop, intent).amount == 500


def test_an_answer_that_was_lost_can_be_had_with_the_key(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid(2000)
    stripe.fail(1, "late")
    with pytest.raises(sdk.APIConnectionError):
        refund(shop, intent)
    assert replayed(refund(shop, intent))
    assert sum(each.amount for each in shop.client.v1.refunds.list()) == 500


def test_a_key_is_in_use_while_its_request_is_under_way(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid()
    stripe.latency_seconds = 0.3

    def attempt(_: int) -> int | None:
        try:
            refund(shop, intent)
        except sdk.APIError as error:
            return error.http_status
        return 200

    with ThreadPoolExecutor(2) as both:
        assert set(both.map(attempt, range(2))) == {200, 409}
    assert len(shop.client.v1.refunds.list().data) == 1


def test_a_key_is_forgotten_after_a_day(shop: Shop, clock: Clock) -> None:
    intent = shop.paid()
    first = refund(shop, intent)
    clock.now += 24 * 3600
    assert refund(shop, intent).id != first.id
