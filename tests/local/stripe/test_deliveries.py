import time

import pytest
import stripe as sdk

from tests.local.stripe.conftest import START, Receiver, Shop

PAID = ["account.updated", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_events_arrive_as_they_happened_and_the_sdk_accepts_their_signatures(shop: Shop, receiver: Receiver) -> None:
    shop.paid()
    assert shop.stripe.deliver() == [200, 200, 200, 200]
    assert receiver.types() == PAID
    assert {event.account for event in receiver.events()} == {shop.account}
    headers = receiver.deliveries[0][0]
    assert (headers["User-Agent"][:10], headers["Content-Type"]) == ("Stripe/1.0", "application/json; charset=utf-8")


def test_another_secret_does_not_verify_them(shop: Shop, receiver: Receiver) -> None:
    shop.stripe.deliver()
    with pytest.raises(sdk.SignatureVerificationError):
        receiver.events("whsec_other")


def test_a_delivered_event_is_not_sent_again_unless_asked_for(shop: Shop, receiver: Receiver) -> None:
    shop.stripe.deliver()
    assert shop.stripe.deliver() == []
    assert shop.stripe.resend(receiver.events()[0].id) == 200
    assert len(receiver.deliveries) == 2


def test_an_event_that_was_not_taken_is_sent_again(shop: Shop, receiver: Receiver) -> None:
    receiver.answers = [500]
    assert shop.stripe.deliver() == [500]
    assert shop.stripe.deliver() == [200]
    assert receiver.events()[0].id == receiver.events()[1].id


def test_events_can_arrive_twice_and_backwards(shop: Shop, receiver: Receiver) -> None:
    shop.paid()
    shop.stripe.deliver(copies=2, order="reversed")
    assert receiver.types() == [*reversed(PAID), *reversed(PAID)]


def test_shuffled_events_all_arrive(shop: Shop, receiver: Receiver) -> None:
    shop.paid()
    shop.stripe.deliver(order="shuffled")
    assert sorted(receiver.types()) == sorted(PAID)


def test_some_events_can_be_kept_back(shop: Shop, receiver: Receiver) -> None:
    shop.paid()
    shop.stripe.deliver(only={"checkout.session.completed"})
    assert receiver.types() == ["checkout.session.completed"]
    shop.stripe.deliver()
    assert receiver.types()[1:] == PAID[:-1]


def test_a_receiver_that_is_gone_is_no_answer(shop: Shop) -> None:
    shop.stripe.webhook_url = "http://127.0.0.1:9/hooks"
    assert shop.stripe.deliver() == [0]
    assert shop.stripe.pending() != []


def test_the_receiver_may_ask_the_api_before_it_answers(shop: Shop, receiver: Receiver) -> None:
    answers: list[str | None] = []
    session = shop.checkout()
    receiver.meanwhile = lambda: answers.append(shop.session(session.id).status)
    assert shop.stripe.deliver() == [200]
    assert answers == ["open"]


def test_events_are_sent_by_themselves_and_again_until_they_are_taken(shop: Shop, receiver: Receiver) -> None:
    receiver.answers = [503]
    shop.stripe.auto_deliver = True
    deadline = time.monotonic() + 5
    while shop.stripe.pending() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert receiver.types() == ["account.updated", "account.updated"]


def test_a_signed_event_can_be_had_without_a_delivery(shop: Shop) -> None:
    headers, body = shop.stripe.signed(shop.stripe.events()[0])
    assert headers["Stripe-Signature"].startswith(f"t={int(START)},v1=")
    read = sdk.Webhook.construct_event(body, headers["Stripe-Signature"], shop.stripe.webhook_secret, tolerance=10**9)
    assert read.type == "account.updated"
