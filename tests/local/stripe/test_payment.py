import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Shop, client_of

PAID = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
DECLINED = ["charge.failed", "payment_intent.payment_failed"]


def test_a_paid_session_has_an_intent_and_a_charge_that_carry_its_metadata(shop: Shop) -> None:
    intent_id = shop.paid(2500, payment_intent_data={"metadata": {"session": "42"}})
    intent = shop.client.v1.payment_intents.retrieve(intent_id)
    charge = shop.client.v1.charges.retrieve(str(intent.latest_charge))
    assert (intent.status, intent.amount_received) == ("succeeded", 2500)
    assert (charge.status, charge.amount) == ("succeeded", 2500)
    assert intent.to_dict()["metadata"] == charge.to_dict()["metadata"] == {"session": "42"}
    assert charge.payment_intent == intent_id


def test_it_tells_of_the_charge_of_the_intent_and_of_the_session(shop: Shop, stripe: LocalStripe) -> None:
    shop.paid()
    assert shop.happened() == PAID
    completed = stripe.events()[-1]["data"]["object"]
    assert (completed["status"], completed["payment_status"], completed["url"]) == ("complete", "paid", None)


def test_a_declined_card_leaves_the_session_open_for_another(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    stripe.pay(session.id, "declined")
    declined = shop.session(session.id)
    intent = shop.client.v1.payment_intents.retrieve(str(declined.payment_intent))
    assert (declined.status, intent.status) == ("open", "requires_payment_method")
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"
    assert stripe.pay(session.id)["payment_intent"] == intent.id
    assert shop.happened() == [*DECLINED, *PAID]


def test_a_debit_completes_the_session_before_the_money_is_there(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    stripe.pay(session.id, "processing")
    pending = shop.session(session.id)
    assert (pending.status, pending.payment_status) == ("complete", "unpaid")
    assert shop.happened() == ["payment_intent.processing", "checkout.session.completed"]


@pytest.mark.parametrize(
    ("succeeded", "payment_status", "told"),
    [
        (True, "paid", ["charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"]),
        (False, "unpaid", [*DECLINED, "checkout.session.async_payment_failed"]),
    ],
)
def test_the_bank_settles_a_debit_later(
    shop: Shop, stripe: LocalStripe, *, succeeded: bool, payment_status: str, told: list[str]
) -> None:
    session = shop.checkout()
    stripe.pay(session.id, "processing")
    stripe.settle(session.id, succeeded=succeeded)
    assert shop.session(session.id).payment_status == payment_status
    assert shop.happened()[2:] == told


def test_a_session_is_paid_once(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    stripe.pay(session.id)
    with pytest.raises(Exception, match="`complete`"):
        stripe.pay(session.id)
    assert len(shop.client.v1.payment_intents.list().data) == 1


def test_an_account_that_stripe_does_not_know_enough_of_takes_no_payment(stripe: LocalStripe) -> None:
    new = client_of(stripe, None).v1.accounts.create({"type": "express"})
    with pytest.raises(sdk.InvalidRequestError, match="cannot currently make charges"):
        Shop(stripe, new.id, client_of(stripe, new.id)).checkout()
