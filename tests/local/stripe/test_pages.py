import http.client
from urllib.parse import urlencode, urlsplit

import pytest

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Shop


def browse(url: str, **fields: str) -> tuple[int, str, str | None]:
    """The status, the page and where it redirects to; a form is sent when there are fields."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=5)
    connection.request("POST" if fields else "GET", address.path, urlencode(fields))
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    return response.status, page, response.getheader("Location")


def address_of(shop: Shop, **more: str) -> str:
    return str(shop.checkout(2500, **more).url)


def test_the_page_shows_what_is_bought_and_what_it_costs(shop: Shop) -> None:
    price = {"currency": "eur", "unit_amount": 1250, "product_data": {"name": "<b>Ten lessons</b>"}}
    session = shop.checkout(line_items=[{"price_data": price, "quantity": 2}])
    status, page, _ = browse(str(session.url))
    assert status == 200
    assert "2 x &lt;b&gt;Ten lessons&lt;/b&gt;: €25.00" in page


def test_the_page_offers_the_methods_that_the_shop_allows(shop: Shop) -> None:
    both, card = browse(address_of(shop)), browse(str(shop.checkout(allowed_payment_method_types=["card"]).url))
    assert ["bank debit" in page for _, page, _ in (both, card)] == [True, False]


def test_paying_leads_back_to_the_shop_with_the_sessions_id(shop: Shop) -> None:
    session = shop.checkout(success_url="https://shop.example/done?session={CHECKOUT_SESSION_ID}")
    status, _, target = browse(str(session.url), outcome="paid")
    assert (status, target) == (303, f"https://shop.example/done?session={session.id}")
    assert shop.session(session.id).payment_status == "paid"


def test_paying_twice_pays_once_and_leads_back_as_well(shop: Shop) -> None:
    url = address_of(shop)
    assert [browse(url, outcome="paid")[0] for _ in range(2)] == [303, 303]
    assert shop.happened().count("checkout.session.completed") == 1


def test_a_declined_card_is_told_and_can_be_tried_again(shop: Shop) -> None:
    url = address_of(shop)
    status, page, _ = browse(url, outcome="declined")
    assert (status, "Your card was declined" in page) == (200, True)
    assert browse(url, outcome="paid")[0] == 303


def test_going_back_leads_to_the_shop_and_leaves_the_session_open(shop: Shop) -> None:
    session = shop.checkout(cancel_url="https://shop.example/basket")
    assert browse(str(session.url), outcome="cancel")[2] == "https://shop.example/basket"
    assert shop.session(session.id).status == "open"


def test_a_page_whose_time_is_over_says_so_and_takes_no_money(shop: Shop, stripe: LocalStripe) -> None:
    session = shop.checkout()
    stripe.expire(session.id)
    assert "has expired" in browse(str(session.url))[1]
    assert "has expired" in browse(str(session.url), outcome="paid")[1]
    assert shop.session(session.id).payment_status == "unpaid"


@pytest.mark.parametrize("path", ["/", "/c/pay/cs_test_unknown", "/setup/link_unknown"])
def test_there_are_no_other_pages(stripe: LocalStripe, path: str) -> None:
    assert browse(stripe.url + path, some="field")[0] == 404
