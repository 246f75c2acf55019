"""A Stripe that ends and begins again, and still knows its accounts."""

from pathlib import Path

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Shop, client_of, open_shop


def test_what_it_knew_when_it_stopped_it_knows_when_it_starts_again(tmp_path: Path) -> None:
    file = tmp_path / "stripe.json"
    with LocalStripe(kept_in=file) as before:
        shop = open_shop(before)
        unpaid = shop.checkout().id
        refunded = shop.paid()
        before.refund(refunded)
        waiting = [event["id"] for event in before.pending()]

    with LocalStripe(kept_in=file) as again:
        later = Shop(again, shop.account, client_of(again, shop.account))
        again.pay(unpaid)
        assert later.session(unpaid).payment_status == "paid"
        assert later.client.v1.refunds.list({"payment_intent": refunded}).data[0].amount == 2000
        assert [event["id"] for event in again.pending()][: len(waiting)] == waiting
