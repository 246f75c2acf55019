"""A Stripe that ends, in whatever way, and begins again: it still knows its accounts, at its old address."""

from pathlib import Path
from shutil import copyfile

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Shop, client_of, open_shop


def test_what_it_knew_when_it_ended_it_knows_when_it_starts_again(tmp_path: Path) -> None:
    file, copy = tmp_path / "stripe.json", tmp_path / "as_a_killed_process_leaves_it.json"
    with LocalStripe(kept_in=file) as before:
        shop = open_shop(before)
        unpaid = shop.checkout().id
        refunded = shop.paid()
        before.refund(refunded)
        waiting = [event["id"] for event in before.pending()]
        copyfile(file, copy)

    with LocalStripe(kept_in=copy) as again:
        assert again.url == before.url
        later = Shop(again, shop.account, client_of(again, shop.account))
        again.pay(unpaid)
        assert later.session(unpaid).payment_status == "paid"
        assert later.client.v1.refunds.list({"payment_intent": refunded}).data[0].amount == 2000
        assert [event["id"] for event in again.pending()][: len(waiting)] == waiting
