"""A teacher's account at Stripe, opened over HTTP."""

from local.stripe import LocalStripe
from tests.builders import rows_of
from tests.http.conftest import Business
from tests.payments.sales import hear

PAGES = {"return_url": "https://studio.example/paid", "refresh_url": "https://studio.example/again"}


def test_an_account_is_opened_and_ready_once_stripe_says_so(business: Business, stripe: LocalStripe) -> None:
    before = business.api.get("/v1/payment-account").body
    started = business.api.post("/v1/payment-account/onboarding", PAGES)
    [account] = rows_of(business.teacher, "payment_accounts")
    stripe.complete_onboarding(account["stripe_account_id"])
    hear(stripe, business.teacher)

    after = business.api.get("/v1/payment-account").body

    assert (started.status, started.headers["Cache-Control"]) == (200, "no-store")
    assert started.body["url"].startswith(stripe.url)
    assert before == {"stripe_account_id": None, "charges_enabled": False, "details_submitted": False}
    assert (after["stripe_account_id"], after["charges_enabled"]) == (account["stripe_account_id"], True)


def test_going_on_later_is_with_the_same_account(business: Business, stripe: LocalStripe) -> None:
    first, second = (business.api.post("/v1/payment-account/onboarding", PAGES).body["url"] for _ in range(2))

    assert first != second
    assert len(rows_of(business.teacher, "payment_accounts")) == 1
    assert len(stripe.links) >= 2


def test_stripe_sends_the_teacher_back_to_a_safe_address(business: Business) -> None:
    refused = business.api.post("/v1/payment-account/onboarding", PAGES | {"return_url": "http://studio.example/"})

    assert (refused.status, refused.code, refused.fields()) == (422, "unsafe_url", {"return_url"})


def test_while_stripe_is_away_no_account_is_opened(business: Business, stripe: LocalStripe) -> None:
    stripe.fail(3, "500")

    refused = business.api.post("/v1/payment-account/onboarding", PAGES)

    assert (refused.status, refused.code) == (503, "stripe_unavailable")
    assert business.api.get("/v1/payment-account").body["stripe_account_id"] is None
