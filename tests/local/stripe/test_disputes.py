import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Shop


def test_a_disputed_charge_says_so_and_is_listed(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid(2000)
    dispute = stripe.dispute(intent)
    [listed] = shop.client.v1.disputes.list({"payment_intent": intent}).data
    assert (listed.id, listed.amount, listed.status) == (dispute["id"], 2000, "needs_response")
    assert shop.client.v1.charges.retrieve(str(listed.charge)).disputed
    assert shop.happened()[-1] == "charge.dispute.created"


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_the_bank_decides_it_once(shop: Shop, stripe: LocalStripe, *, won: bool, status: str) -> None:
    dispute = stripe.dispute(shop.paid())
    stripe.close_dispute(dispute["id"], won=won)
    closed = stripe.events()[-1]
    assert (closed["type"], closed["data"]["object"]["status"]) == ("charge.dispute.closed", status)
    with pytest.raises(Exception, match=f"is {status} already"):
        stripe.close_dispute(dispute["id"], won=True)


def test_money_in_dispute_cannot_be_refunded_until_it_is_won(shop: Shop, stripe: LocalStripe) -> None:
    intent = shop.paid()
    dispute = stripe.dispute(intent)
    with pytest.raises(sdk.InvalidRequestError, match="charged back") as refused:
        shop.client.v1.refunds.create({"payment_intent": intent})
    stripe.close_dispute(dispute["id"], won=True)
    assert refused.value.code == "charge_disputed"
    assert shop.client.v1.refunds.create({"payment_intent": intent}).status == "succeeded"
