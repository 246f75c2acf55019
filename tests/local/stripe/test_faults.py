import time
from functools import partial

import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Clock, Shop, client_of


def test_failures_come_as_often_as_ordered_and_in_order(shop: Shop, stripe: LocalStripe) -> None:
    stripe.fail(2, "500")
    stripe.fail(1, "429")
    for kind in (sdk.APIError, sdk.APIError, sdk.RateLimitError):
        with pytest.raises(kind):
            shop.client.v1.refunds.list()
    assert shop.client.v1.refunds.list().data == []


@pytest.mark.parametrize("how", ["500", "429", "reset", "blocked"])
def test_a_call_that_fails_has_no_effect(shop: Shop, stripe: LocalStripe, how: str) -> None:
    stripe.fail(1, how)  # type: ignore[arg-type]
    with pytest.raises(sdk.StripeError):
        shop.checkout()
    assert shop.client.v1.checkout.sessions.list().data == []


def test_a_failure_on_the_way_is_what_its_key_answers_for_a_day(shop: Shop, stripe: LocalStripe, clock: Clock) -> None:
    intent = shop.paid(2000)
    refund = partial(shop.client.v1.refunds.create, {"payment_intent": intent}, {"idempotency_key": "key-2"})
    stripe.fail(1, "saved")
    for replayed in (None, "true"):
        with pytest.raises(sdk.APIError) as failed:
            refund()
        told = failed.value.headers or {}
        assert (failed.value.http_status, told.get("Idempotent-Replayed")) == (500, replayed)

    clock.now += 24 * 3600
    assert refund().status == "succeeded"


def test_a_reset_connection_is_a_connection_error(shop: Shop, stripe: LocalStripe) -> None:
    stripe.fail(1, "reset")
    with pytest.raises(sdk.APIConnectionError, match="reset"):
        shop.client.v1.refunds.list()


def test_what_a_proxy_says_is_no_error_of_stripes(shop: Shop, stripe: LocalStripe) -> None:
    stripe.fail(1, "blocked")
    with pytest.raises(sdk.APIError, match="Access denied") as refused:
        shop.client.v1.refunds.list()
    assert (refused.value.http_status, refused.value.error) == (403, None)


def test_a_late_answer_never_comes_although_the_effect_is_there(shop: Shop, stripe: LocalStripe) -> None:
    stripe.fail(1, "late")
    with pytest.raises(sdk.APIConnectionError):
        shop.checkout()
    assert len(shop.client.v1.checkout.sessions.list().data) == 1


def test_a_call_that_is_not_answered_waits_until_the_caller_gives_up(shop: Shop, stripe: LocalStripe) -> None:
    impatient = client_of(stripe, shop.account, http_client=sdk.RequestsClient(timeout=0.2))
    stripe.fail(1, "timeout")
    started = time.monotonic()
    with pytest.raises(sdk.APIConnectionError, match="timed out"):
        impatient.v1.refunds.list()
    assert time.monotonic() - started >= 0.2
    assert impatient.v1.refunds.list().data == []


def test_a_stripe_that_is_down_refuses_connections_and_comes_back_with_all_it_knew(
    shop: Shop, stripe: LocalStripe
) -> None:
    session = shop.checkout()
    stripe.stop()
    with pytest.raises(sdk.APIConnectionError):
        shop.session(session.id)
    stripe.start()
    assert shop.session(session.id).status == "open"


def test_what_it_fails_is_written_down_as_well(shop: Shop, stripe: LocalStripe) -> None:
    stripe.fail(1, "500")
    with pytest.raises(sdk.APIError):
        shop.client.v1.refunds.create({"payment_intent": "pi_1"}, {"idempotency_key": "key-1"})
    call = stripe.requests[-1]
    assert (call.method, call.path) == ("POST", "/v1/refunds")
    assert (call.headers["idempotency-key"], call.headers["stripe-account"]) == ("key-1", shop.account)


def test_an_unknown_failure_is_refused(stripe: LocalStripe) -> None:
    with pytest.raises(ValueError, match="'fire'"):
        stripe.fail(1, "fire")  # type: ignore[arg-type]
