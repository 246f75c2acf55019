import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Shop, open_shop


def test_a_refund_is_of_all_that_is_left(shop: Shop) -> None:
    intent = shop.paid(2000)
    part = shop.client.v1.refunds.create({"payment_intent": intent, "amount": 500, "metadata": {"why": "late"}})
    rest = shop.client.v1.refunds.create({"payment_intent": intent})
    assert (part.amount, rest.amount) == (500, 1500)
    assert part.to_dict()["metadata"] == {"why": "late"}
    assert (part.status, part.charge) == ("succeeded", rest.charge)


def test_the_charge_counts_what_went_back(shop: Shop, stripe: LocalStripe) -> None:
    stripe.refund(shop.paid(2000), 500)
    charge = stripe.events()[-1]
    assert shop.happened()[3:] == ["refund.created", "charge.refunded"]
    assert (charge["data"]["object"]["amount_refunded"], charge["data"]["object"]["refunded"]) == (500, False)
    assert charge["data"]["previous_attributes"] == {"amount_refunded": 0}


@pytest.mark.parametrize(
    ("refunded", "amount", "message", "code"),
    [
        (0, 2500, r"Refund amount \(€25.00\) is greater than charge amount \(€20.00\)", None),
        (500, 1501, r"Refund amount \(€15.01\) is greater than unrefunded amount on charge \(€15.00\)", None),
        (2000, 1, "has already been refunded", "charge_already_refunded"),
    ],
)
def test_no_more_goes_back_than_was_paid(
    shop: Shop, refunded: int, amount: int, message: str, code: str | None
) -> None:
    intent = shop.paid(2000)
    if refunded:
        shop.stripe.refund(intent, refunded)
    with pytest.raises(sdk.InvalidRequestError, match=message) as refused:
        shop.client.v1.refunds.create({"payment_intent": intent, "amount": amount})
    assert refused.value.code == code
    assert sum(refund.amount for refund in shop.client.v1.refunds.list()) == refunded


def test_what_was_not_paid_cannot_be_refunded(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    stripe.pay(session.id, "declined")
    with pytest.raises(sdk.InvalidRequestError, match="does not have a successful charge"):
        shop.client.v1.refunds.create({"payment_intent": str(shop.session(session.id).payment_intent)})


def test_another_account_cannot_refund_it(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid()
    with pytest.raises(sdk.InvalidRequestError) as refused:
        open_shop(stripe).client.v1.refunds.create({"payment_intent": intent})
    assert (refused.value.http_status, refused.value.param) == (404, "payment_intent")


def test_a_refund_of_a_debit_is_pending_until_the_bank_has_done_it(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    stripe.pay(session.id, "processing")
    intent = stripe.settle(session.id, succeeded=True)["payment_intent"]
    refund = shop.client.v1.refunds.create({"payment_intent": intent})
    stripe.settle_refund(refund.id, succeeded=True)
    assert (refund.status, shop.client.v1.refunds.retrieve(refund.id).status) == ("pending", "succeeded")
    assert shop.happened()[-1] == "refund.updated"


def test_a_refund_that_comes_back_can_be_made_again(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid(2000)
    first = shop.client.v1.refunds.create({"payment_intent": intent})
    stripe.settle_refund(first.id, succeeded=False)
    assert shop.client.v1.refunds.create({"payment_intent": intent}).amount == 2000
    assert shop.client.v1.refunds.retrieve(first.id).status == "failed"
    assert shop.happened()[5:7] == ["refund.failed", "refund.updated"]
