import http.client
from urllib.parse import urlsplit

import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import Clock, client_of, open_shop

LINK = {"type": "account_onboarding", "refresh_url": "https://t.example/again", "return_url": "https://t.example/done"}


@pytest.fixture
def platform(stripe: LocalStripe) -> sdk.StripeClient:
    return client_of(stripe, None)


def visit(method: str, url: str) -> tuple[int, str | None]:
    """The status, and where it redirects to."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=5)
    connection.request(method, address.path)
    response = connection.getresponse()
    connection.close()
    return response.status, response.getheader("Location")


def onboarding(platform: sdk.StripeClient, account: str) -> str:
    return platform.v1.account_links.create({"account": account, **LINK}).url  # type: ignore[typeddict-item]


def test_an_account_can_be_paid_once_its_owner_has_completed_it(
    platform: sdk.StripeClient, stripe: LocalStripe
) -> None:
    account = platform.v1.accounts.create({"type": "express", "capabilities": {"card_payments": {"requested": True}}})
    link = onboarding(platform, account.id)
    before = platform.v1.accounts.retrieve(account.id)
    assert (before.charges_enabled, visit("GET", link)) == (False, (200, None))
    assert visit("POST", link) == (303, LINK["return_url"])
    after = platform.v1.accounts.retrieve(account.id)
    assert (after.charges_enabled, after.to_dict()["capabilities"]) == (True, {"card_payments": "active"})
    assert [(event["type"], event["account"]) for event in stripe.events()] == [("account.updated", account.id)]


def test_a_link_works_once(platform: sdk.StripeClient) -> None:
    link = onboarding(platform, platform.v1.accounts.create({"type": "express"}).id)
    visit("POST", link)
    assert visit("POST", link) == (303, LINK["refresh_url"])


def test_a_link_that_is_too_old_changes_nothing(platform: sdk.StripeClient, clock: Clock) -> None:
    account = platform.v1.accounts.create({"type": "express"})
    link = onboarding(platform, account.id)
    clock.now += 301
    assert visit("POST", link) == (303, LINK["refresh_url"])
    assert not platform.v1.accounts.retrieve(account.id).charges_enabled


def test_no_call_is_made_for_an_account_that_is_not_connected(stripe: LocalStripe) -> None:
    with pytest.raises(sdk.PermissionError, match="does not have access to account 'acct_elsewhere'"):
        client_of(stripe, "acct_elsewhere").v1.refunds.list()


def test_an_account_does_not_see_another(stripe: LocalStripe) -> None:
    anna, ben = open_shop(stripe), open_shop(stripe)
    assert anna.client.v1.accounts.retrieve(anna.account).id == anna.account
    with pytest.raises(sdk.PermissionError):
        anna.client.v1.accounts.retrieve(ben.account)


def test_the_platform_lists_its_accounts_and_an_account_has_none(
    platform: sdk.StripeClient, stripe: LocalStripe, clock: Clock
) -> None:
    first = platform.v1.accounts.create({"type": "express", "metadata": {"whose": "anna"}})
    clock.now += 10
    shop = open_shop(stripe)
    assert [(each.id, each.to_dict()["metadata"]) for each in platform.v1.accounts.list()] == [
        (shop.account, {}),
        (first.id, {"whose": "anna"}),
    ]
    assert [each.id for each in platform.v1.accounts.list({"created": {"gte": int(clock.now)}})] == [shop.account]
    assert shop.client.v1.accounts.list().data == []


def test_a_wrong_key_is_refused(stripe: LocalStripe) -> None:
    stripe.api_key = "sk_test_rotated"
    client = sdk.StripeClient("sk_test_local", base_addresses={"api": stripe.url})
    with pytest.raises(sdk.AuthenticationError):
        client.v1.refunds.list()
