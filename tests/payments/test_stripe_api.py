"""What a caller is told of the ways in which Stripe does not do what it was asked."""

import subprocess
import sys
from uuid import UUID

import pytest
import stripe as sdk

from lectern import database, settings
from lectern.errors import Unavailable
from lectern.payments import stripe_api
from lectern.payments.stripe_api import ConnectedAccount, RefusedByStripe
from local.stripe import LocalStripe
from tests.builders import Teacher, rows_of
from tests.payments.sales import a_package, a_seller, buy_package, page_of


def account_of(teacher: Teacher) -> ConnectedAccount:
    [account] = rows_of(teacher, "payment_accounts")
    return ConnectedAccount(teacher.id, account["stripe_account_id"])


@pytest.fixture
def payment(teacher: Teacher) -> UUID:
    return buy_package(teacher, a_package(teacher)).payment_id


def test_each_call_is_made_in_the_name_of_the_teachers_account(
    teacher: Teacher, stripe: LocalStripe, payment: UUID
) -> None:
    page = page_of(teacher, payment)
    assert stripe_api.get_checkout_session(account_of(teacher), page)["id"] == page

    with pytest.raises(RefusedByStripe) as refused:
        stripe_api.get_checkout_session(account_of(a_seller(stripe)), page)
    assert refused.value.stripe_code == "resource_missing"


@pytest.mark.parametrize("how", ["429", "500", "reset", "garbled", "blocked"])
def test_a_failure_that_passes_is_not_noticed(teacher: Teacher, stripe: LocalStripe, payment: UUID, how: str) -> None:
    stripe.fail(2, how)  # type: ignore[arg-type]  # one of the words that it takes
    page = page_of(teacher, payment)

    assert stripe_api.get_checkout_session(account_of(teacher), page)["id"] == page


@pytest.mark.parametrize("how", ["429", "500", "reset", "garbled", "blocked"])
def test_a_failure_that_lasts_makes_stripe_unavailable(
    teacher: Teacher, stripe: LocalStripe, payment: UUID, how: str
) -> None:
    stripe.fail(3, how)  # type: ignore[arg-type]  # as above

    with pytest.raises(Unavailable) as refused:
        stripe_api.get_checkout_session(account_of(teacher), page_of(teacher, payment))
    assert refused.value.code == "stripe_unavailable"


def test_one_teacher_who_is_told_to_slow_down_does_not_keep_stripe_from_another(
    teacher: Teacher, stripe: LocalStripe, payment: UUID
) -> None:
    other = a_seller(stripe)
    page = page_of(other, buy_package(other, a_package(other)).payment_id)
    stripe.fail(6, "429")
    for _ in range(2):
        with pytest.raises(Unavailable):
            stripe_api.get_checkout_session(account_of(teacher), page_of(teacher, payment))

    assert stripe_api.get_checkout_session(account_of(other), page)["id"] == page


def test_a_key_does_not_get_into_a_log_with_the_settings_that_it_is_of(stripe: LocalStripe) -> None:
    assert stripe.api_key not in repr(settings.stripe_settings())
    assert "livemode=False" in repr(settings.stripe_settings())


def test_a_key_that_stripe_does_not_know_is_told_loudly(
    teacher: Teacher, payment: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_wrong")
    with pytest.raises(sdk.AuthenticationError):
        stripe_api.get_checkout_session(account_of(teacher), page_of(teacher, payment))


def test_nobody_asks_stripe_with_a_transaction_open(teacher: Teacher, stripe: LocalStripe, payment: UUID) -> None:
    account, page = account_of(teacher), page_of(teacher, payment)
    stripe.requests.clear()
    with pytest.raises(RuntimeError, match="transaction"), database.tenant(teacher.id):
        stripe_api.get_checkout_session(account, page)
    assert stripe.requests == []


def test_who_only_needs_to_know_of_payments_does_not_load_stripes_sdk() -> None:
    modules = ", ".join(f"lectern.payments.{each}" for each in ("checkout.start", "refunds.send", "told.receive"))
    program = f"import sys, {modules}; sys.exit('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - our own
