"""The teacher's account at Stripe: opened once, filled in on Stripe's pages, known to be ready when Stripe says so."""

from datetime import timedelta
from functools import partial

import pytest

from lectern.errors import Invalid, LecternError, Unavailable
from lectern.payments.connect import payment_account, start_onboarding
from lectern.payments.queries import disconnect_account
from local.stripe import LocalStripe
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_teacher, rows_of, run
from tests.payments.sales import CLOCK
from tests.sessions.afterwards import events

HERE, AGAIN = "https://studio.example/settings", "https://studio.example/again"

pytestmark = pytest.mark.usefixtures("stripe")


@pytest.fixture
def newcomer() -> Teacher:
    return a_teacher()


def test_onboarding_opens_an_account_and_leads_to_stripes_page(newcomer: Teacher, stripe: LocalStripe) -> None:
    url = start_onboarding(newcomer.id, HERE, AGAIN, NOW)

    account = run(newcomer, payment_account)
    assert account is not None
    assert (account.charges_enabled, account.livemode) == (False, False)
    assert stripe.books_of(account.stripe_account_id).get("account", account.stripe_account_id)["metadata"] == {
        "lectern_teacher_id": str(newcomer.id),
        "lectern_payment_account_id": str(account.id),
    }
    assert url.startswith(stripe.url)


def test_going_on_with_onboarding_opens_no_second_account(newcomer: Teacher, stripe: LocalStripe) -> None:
    before = len(stripe.connected)

    first, second = (start_onboarding(newcomer.id, HERE, AGAIN, NOW) for _ in range(2))

    assert first != second
    assert len(stripe.connected) == before + 1


def test_eight_at_once_open_one_account(newcomer: Teacher, stripe: LocalStripe) -> None:
    before = len(stripe.connected)
    at_once([partial(run, newcomer, payment_account)] * 8)  # opens the connections

    answers = at_once([partial(start_onboarding, newcomer.id, HERE, AGAIN, NOW)] * 8)

    refusals = {answer.code for answer in answers if isinstance(answer, LecternError)}
    assert refusals <= {"request_in_progress"}
    assert len(stripe.connected) == before + 1
    assert len(rows_of(newcomer, "payment_accounts")) == 1


def test_who_disconnected_an_account_gets_a_new_one(newcomer: Teacher, stripe: LocalStripe) -> None:
    start_onboarding(newcomer.id, HERE, AGAIN, NOW)
    [old] = rows_of(newcomer, "payment_accounts")
    run(newcomer, disconnect_account, old["stripe_account_id"], NOW)

    start_onboarding(newcomer.id, HERE, AGAIN, NOW)

    new = run(newcomer, payment_account)
    assert new is not None
    assert new.stripe_account_id != old["stripe_account_id"]
    assert new.stripe_account_id in stripe.connected


@pytest.mark.parametrize("hours", [0, 22, 30])
def test_an_account_whose_answer_got_lost_is_found_again(newcomer: Teacher, stripe: LocalStripe, hours: int) -> None:
    before = len(stripe.connected)
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        start_onboarding(newcomer.id, HERE, AGAIN, NOW)
    assert run(newcomer, payment_account) is None

    # After a day Stripe knows the key no more, and others have opened accounts meanwhile.
    later = CLOCK.wait(timedelta(hours=hours))
    stripe.open_account()
    start_onboarding(newcomer.id, HERE, AGAIN, later)

    assert len(stripe.connected) == before + 2
    [account] = rows_of(newcomer, "payment_accounts")
    assert stripe.books_of(account["stripe_account_id"]).get("account", account["stripe_account_id"])["metadata"][
        "lectern_teacher_id"
    ] == str(newcomer.id)


def test_an_account_that_stripe_was_never_asked_for_is_opened_days_later(
    newcomer: Teacher, stripe: LocalStripe
) -> None:
    stripe.fail(3, "reset")
    with pytest.raises(Unavailable):
        start_onboarding(newcomer.id, HERE, AGAIN, NOW)

    start_onboarding(newcomer.id, HERE, AGAIN, CLOCK.wait(timedelta(days=2)))

    account = run(newcomer, payment_account)
    assert account is not None
    assert account.stripe_account_id in stripe.connected
    assert events(newcomer, "payments.") == ["payments.account_opened"]


def test_stripe_sends_no_teacher_back_to_a_page_that_is_not_safe(newcomer: Teacher) -> None:
    with pytest.raises(Invalid) as refused:
        start_onboarding(newcomer.id, "http://studio.example", AGAIN, NOW)
    assert (refused.value.code, refused.value.facts) == ("unsafe_url", {"fields": ["return_url"]})


def test_a_teacher_without_an_account_has_none(newcomer: Teacher) -> None:
    assert run(newcomer, payment_account) is None
