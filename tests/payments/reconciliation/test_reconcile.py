"""Nothing that Stripe told has reached us, or our question has not reached Stripe: afterwards both agree, or say so."""

from datetime import timedelta
from functools import partial

import pytest

from lectern.credits.grant import adjust
from lectern.errors import Unavailable
from lectern.identifiers import new_id
from lectern.payments.reconciliation.findings import Finding, Report
from lectern.payments.reconciliation.reconcile import reconcile
from local.postgres import Postgres
from local.stripe import LocalStripe
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_teacher, rows_of, run
from tests.payments.reconciliation.differences import (
    LATER,
    NOTHING,
    books_of,
    codes,
    payment_of_stripe,
    set_payment,
    tamper,
)
from tests.payments.sales import (
    CLOCK,
    a_lesson,
    a_package,
    a_paid_lesson,
    a_paid_package,
    buy_lesson,
    buy_package,
    credits_of,
    forget_events,
    hear,
    page_of,
    payment_of,
    refunds_of,
)
from tests.sessions.afterwards import statuses


def test_credits_that_no_account_can_hold_are_told_and_end_nothing(teacher: Teacher, stripe: LocalStripe) -> None:
    full, other = (buy_package(teacher, a_package(teacher)).payment_id for _ in range(2))
    room = payment_of(teacher, full)["student_id"]
    run(teacher, adjust, room, 1_000_000_000 - 1000, "a gift", NOW, "For everything")
    for payment in (full, other):
        stripe.pay(page_of(teacher, payment))

    report = reconcile(teacher.id, LATER)

    assert sorted(payment_of(teacher, payment)["status"] for payment in (full, other)) == ["open", "paid"]
    assert "too_many_credits" in codes(report.reported)


def test_where_both_agree_there_is_nothing_to_say(teacher: Teacher, stripe: LocalStripe) -> None:
    a_paid_package(stripe, teacher)
    buy_lesson(teacher, a_lesson(teacher))

    assert reconcile(teacher.id, LATER) == NOTHING


@pytest.mark.usefixtures("stripe")
def test_a_teacher_without_an_account_has_nothing_to_compare() -> None:
    assert reconcile(a_teacher().id, NOW) == NOTHING


def test_events_that_were_never_delivered_are_taken(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))

    report = reconcile(teacher.id, NOW)

    assert codes(report.repaired) == {"event_not_delivered"}
    assert payment_of(teacher, payment)["status"] == "paid"
    assert credits_of(teacher) == 1000
    assert reconcile(teacher.id, NOW) == NOTHING


@pytest.mark.parametrize("minutes", [1, 20])
def test_what_was_paid_counts_though_no_event_tells_of_it(teacher: Teacher, stripe: LocalStripe, minutes: int) -> None:
    payment = buy_lesson(teacher, a_lesson(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))
    forget_events(stripe)

    report = reconcile(teacher.id, NOW + timedelta(minutes=minutes))

    assert report == Report([Finding("paid_at_stripe", str(payment))], [])
    assert payment_of(teacher, payment)["status"] == "paid"
    assert statuses(teacher) == ["scheduled"]


def test_a_checkout_that_ran_out_unheard_ends_and_frees_its_lesson(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = buy_lesson(teacher, a_lesson(teacher)).payment_id
    stripe.expire(page_of(teacher, payment))
    forget_events(stripe)
    # The event may still come by itself.
    assert reconcile(teacher.id, NOW + timedelta(minutes=14)) == NOTHING

    report = reconcile(teacher.id, LATER)

    assert report == Report([Finding("end_not_told", str(payment))], [])
    assert payment_of(teacher, payment)["status"] == "expired"
    assert statuses(teacher) == ["expired"]


def test_a_page_whose_address_got_lost_is_found(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = new_id()
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        buy_package(teacher, a_package(teacher), payment)

    report = reconcile(teacher.id, LATER)

    assert report == Report([Finding("end_not_told", str(payment))], [])
    found = payment_of(teacher, payment)
    assert (found["status"], found["checkout_url"].startswith(stripe.url)) == ("open", True)


def test_a_checkout_that_stripe_never_saw_is_left_to_its_buyer_until_its_time_is_over(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = new_id()
    stripe.fail(3, "reset")
    with pytest.raises(Unavailable):
        buy_lesson(teacher, a_lesson(teacher), payment)
    assert reconcile(teacher.id, NOW + timedelta(minutes=30)) == NOTHING

    report = reconcile(teacher.id, NOW + timedelta(minutes=40))

    assert report == Report([Finding("never_asked", str(payment))], [])
    assert payment_of(teacher, payment)["status"] == "expired"
    assert statuses(teacher) == ["expired"]


@pytest.mark.parametrize(("status", "units"), [("paid", 1000), ("failed", 0)])
def test_money_that_took_days_is_known_to_have_come_or_not(
    teacher: Teacher, stripe: LocalStripe, status: str, units: int
) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment), "processing")
    forget_events(stripe)
    reconcile(teacher.id, LATER)
    assert payment_of(teacher, payment)["status"] == "processing"
    assert reconcile(teacher.id, LATER) == NOTHING

    stripe.settle(page_of(teacher, payment), succeeded=status == "paid")
    forget_events(stripe)
    reconcile(teacher.id, LATER)

    assert payment_of(teacher, payment)["status"] == status
    assert credits_of(teacher) == units


def test_a_payment_that_was_begun_before_stripes_list_begins_is_asked_for_by_itself(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment), "processing")
    a_month_later = CLOCK.wait(timedelta(days=31))
    stripe.settle(page_of(teacher, payment), succeeded=True)
    hear(stripe, teacher, a_month_later)

    assert reconcile(teacher.id, a_month_later) == NOTHING


def test_a_sale_of_the_teachers_own_is_none_of_ours(teacher: Teacher, stripe: LocalStripe) -> None:
    [account] = rows_of(teacher, "payment_accounts")
    invoice = stripe.pay_invoice(account["stripe_account_id"], 7000)
    hear(stripe, teacher)
    assert invoice["amount_paid"] == 7000

    assert reconcile(teacher.id, NOW) == NOTHING


def test_sums_that_differ_are_told_and_left_alone(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_lesson(stripe, teacher)
    set_payment(teacher, payment, "amount", 4000)

    assert reconcile(teacher.id, NOW) == Report([], [Finding("amount_differs", str(payment))])
    assert payment_of(teacher, payment)["amount"] == 4000


def test_a_payment_that_only_we_believe_in_is_told_and_left_alone(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_lesson(stripe, teacher)
    set_payment(teacher, payment, "payment_intent_id", "pi_unknown")

    report = reconcile(teacher.id, NOW)

    assert Finding("not_paid_at_stripe", str(payment)) in report.reported
    assert payment_of(teacher, payment)["status"] == "paid"


def test_credits_that_are_not_those_of_their_ledger_are_told(
    teacher: Teacher, stripe: LocalStripe, postgres: Postgres
) -> None:
    a_paid_package(stripe, teacher)
    [lot] = rows_of(teacher, "credit_lots")
    tamper(postgres, "credit_lots", "remaining", 900, lot["id"])

    assert reconcile(teacher.id, NOW) == Report([], [Finding("credits_drift", lot["id"])])


def test_four_at_once_do_no_harm(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))
    stripe.refund(payment_of_stripe(stripe, teacher), 3600)

    at_once([partial(reconcile, teacher.id, LATER)] * 4)

    assert credits_of(teacher) == 900
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]
    assert reconcile(teacher.id, LATER) == NOTHING


def test_while_stripe_is_down_nothing_is_lost(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))
    stripe.fail(3, "500")
    with pytest.raises(Unavailable):
        reconcile(teacher.id, LATER)

    reconcile(teacher.id, LATER)
    assert credits_of(teacher) == 1000


def test_lists_longer_than_a_page_are_read_to_their_end(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))
    # Stripe tells the newest first, so the payment's own events are on the second page.
    for _ in range(130):
        stripe.complete_onboarding(payment_of(teacher, payment)["stripe_account_id"])

    reconcile(teacher.id, NOW)

    taken = {row["type"] for row in rows_of(teacher, "stripe_events")}
    assert taken >= {"account.updated", "checkout.session.completed", "payment_intent.succeeded"}


def test_what_changes_nothing_is_not_told_as_put_right(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = stripe.refund(payment_of(teacher, payment)["payment_intent_id"], 3600)
    stripe.settle_refund(refund["id"], succeeded=False)
    hear(stripe, teacher)
    # What has failed never succeeds, whatever a list that lags behind may say.
    books_of(stripe, teacher).get("refund", refund["id"])["status"] = "succeeded"

    assert reconcile(teacher.id, NOW) == NOTHING


def test_a_payment_of_ours_that_nobody_can_read_is_told_and_one_of_the_teachers_own_is_not(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    bad, good = (buy_package(teacher, a_package(teacher)).payment_id for _ in range(2))
    for payment in (bad, good):
        stripe.pay(page_of(teacher, payment))
    forget_events(stripe)
    last, first = books_of(stripe, teacher).all("payment_intent")
    books_of(stripe, teacher).add({**last, "id": "pi_own", "metadata": {}, "amount_received": 3_000_000_000})
    first["amount_received"] = None

    report = reconcile(teacher.id, NOW)

    assert report.repaired == [Finding("paid_at_stripe", str(good))]
    assert report.reported == [Finding("unreadable: `amount_received` is no amount", first["id"])]


def test_an_event_that_nobody_can_use_keeps_no_other_from_being_taken(teacher: Teacher, stripe: LocalStripe) -> None:
    [account] = rows_of(teacher, "payment_accounts")
    stripe.pay_invoice(account["stripe_account_id"], 5000)
    [event] = [each for each in stripe.happened if each["pending_webhooks"] and each["type"] == "invoice.paid"]
    # The SDK makes a decimal of it, which is no JSON.
    prices = {"data": [{"object": "line_item", "pricing": {"unit_amount_decimal": "5000"}}]}
    event["data"]["object"] |= {"amount_paid": 3_000_000_000, "lines": {"object": "list", **prices}}
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))

    report = reconcile(teacher.id, NOW)

    assert report.reported == [Finding("`amount_paid` is no amount", event["id"])]
    assert payment_of(teacher, payment)["status"] == "paid"


def test_an_event_that_nobody_can_read_is_told(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))
    last = stripe.happened[-1]
    last["livemode"] = None

    report = reconcile(teacher.id, NOW)

    assert report.reported == [Finding("unreadable: `livemode` is neither true nor false", last["id"])]
    assert payment_of(teacher, payment)["status"] == "paid"
