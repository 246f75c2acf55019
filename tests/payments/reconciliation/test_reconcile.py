"""Nothing that Stripe told has reached us, or our question has not reached Stripe: afterwards both agree, or say so."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from lectern import database
from lectern.credits.grant import adjust
from lectern.errors import Unavailable
from lectern.identifiers import new_id
from lectern.payments import stripe_api
from lectern.payments.facts import read_account
from lectern.payments.queries import set_account
from lectern.payments.reconciliation.findings import Finding, Report
from lectern.payments.reconciliation.reconcile import reconcile
from lectern.payments.refunds.ask import refund_payment
from lectern.payments.refunds.told import fail_refund
from lectern.payments.stripe_api import ConnectedAccount
from lectern.sessions.cancel import Cancellation, cancel_session
from local.postgres import Postgres
from local.stripe import LocalStripe
from local.stripe.platform import Books
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_teacher, rows_of, run
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

LATER = NOW + timedelta(minutes=20)
NOTHING = Report([], [])


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def books_of(stripe: LocalStripe, teacher: Teacher) -> Books:
    [account] = rows_of(teacher, "payment_accounts")
    return stripe.books_of(account["stripe_account_id"])


def payment_of_stripe(stripe: LocalStripe, teacher: Teacher) -> str:
    """The id of the only payment intent that Stripe has of the teacher."""
    [intent] = books_of(stripe, teacher).all("payment_intent")
    return str(intent["id"])


def set_payment(teacher: Teacher, payment: UUID, column: str, value: object) -> None:
    """What no code of ours would write."""
    with database.tenant(teacher.id) as tx:
        tx.connection.execute(f"update payments set {column} = %s where id = %s", [value, payment])  # noqa: S608


def tamper(postgres: Postgres, table: str, column: str, value: int, row_id: str) -> None:
    """With what the functions may not write at all."""
    key = sql.Identifier("student_id" if table == "credit_accounts" else "id")
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("alter table {} no force row level security").format(sql.Identifier(table)))
        change = sql.SQL("update {} set {} = %s where {} = %s")
        owner.execute(change.format(sql.Identifier(table), sql.Identifier(column), key), [value, row_id])
        owner.execute(sql.SQL("alter table {} force row level security").format(sql.Identifier(table)))


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


def test_a_refund_that_was_only_asked_for_is_sent(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = run(teacher, refund_payment, payment, 3600, NOW)

    report = reconcile(teacher.id, NOW)

    assert report.repaired[0] == Finding("refund_not_sent", str(refund.id))
    assert report.reported == []
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]


def test_a_refund_from_stripes_dashboard_is_taken_over(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = stripe.refund(payment_of(teacher, payment)["payment_intent_id"], 3600)
    forget_events(stripe)

    report = reconcile(teacher.id, NOW)

    assert report == Report([Finding("refund_differs", refund["id"])], [])
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]
    assert payment_of(teacher, payment)["refunded_amount"] == 3600
    assert reconcile(teacher.id, NOW) == NOTHING


def test_a_refund_that_the_database_refuses_is_told_and_keeps_no_other_from_being_taken_over(
    teacher: Teacher, stripe: LocalStripe, postgres: Postgres
) -> None:
    payments = [a_paid_package(stripe, teacher), a_paid_lesson(stripe, teacher)]
    refunds = [stripe.refund(payment_of(teacher, each)["payment_intent_id"], 3600)["id"] for each in payments]
    forget_events(stripe)
    tamper(postgres, "credit_accounts", "balance", 0, payment_of(teacher, payments[0])["student_id"])

    report = reconcile(teacher.id, NOW)

    assert report.repaired == [Finding("refund_differs", refunds[1])]
    assert Finding("insufficient_credits", refunds[0]) in report.reported


def test_a_refund_that_the_bank_sent_back_is_known_to_have_failed(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = stripe.refund(payment_of(teacher, payment)["payment_intent_id"], 3600)
    hear(stripe, teacher)
    stripe.settle_refund(refund["id"], succeeded=False)
    forget_events(stripe)

    reconcile(teacher.id, NOW)

    assert [status for _, _, status in refunds_of(teacher)] == ["failed"]
    assert credits_of(teacher) == 1000


def test_a_payment_that_was_begun_before_stripes_list_begins_is_asked_for_by_itself(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment), "processing")
    a_month_later = CLOCK.wait(timedelta(days=31))
    stripe.settle(page_of(teacher, payment), succeeded=True)
    hear(stripe, teacher, a_month_later)

    assert reconcile(teacher.id, a_month_later) == NOTHING


def test_a_refund_that_takes_longer_than_stripes_list_is_long_is_asked_for_by_itself(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment), "processing")
    stripe.settle(page_of(teacher, payment), succeeded=True)
    refund = stripe.refund(payment_of_stripe(stripe, teacher), 3600)
    hear(stripe, teacher)
    assert refunds_of(teacher) == [(3600, 100, "pending")]
    stripe.settle_refund(refund["id"], succeeded=True)
    forget_events(stripe)

    reconcile(teacher.id, CLOCK.wait(timedelta(days=31)))

    assert refunds_of(teacher) == [(3600, 100, "succeeded")]


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


def test_one_object_that_stripe_does_not_have_keeps_no_refund_from_being_sent(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    lost = buy_package(teacher, a_package(teacher)).payment_id
    paid = a_paid_package(stripe, teacher)
    run(teacher, refund_payment, paid, 3600, NOW)
    with database.tenant(teacher.id) as tx:
        tx.send(
            "update payments set checkout_session_id = 'cs_gone' where teacher_id = %(teacher_id)s and id = %(id)s",
            {"id": lost},
        )

    report = reconcile(teacher.id, NOW + timedelta(minutes=20))

    assert Finding("resource_missing", str(lost)) in report.reported
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]


def test_money_that_is_to_go_back_waits_for_nothing_else(teacher: Teacher, stripe: LocalStripe) -> None:
    run(teacher, refund_payment, a_paid_package(stripe, teacher), 3600, NOW)
    stripe.requests.clear()

    reconcile(teacher.id, NOW)

    assert (stripe.requests[0].method, stripe.requests[0].path) == ("POST", "/v1/refunds")


def test_one_refund_that_gets_no_answer_keeps_nothing_else_from_being_put_right(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    run(teacher, refund_payment, a_paid_package(stripe, teacher), 3600, NOW)
    unheard = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, unheard))
    stripe.fail(3, "reset")

    with pytest.raises(Unavailable):
        reconcile(teacher.id, NOW)

    assert payment_of(teacher, unheard)["status"] == "paid"
    assert refunds_of(teacher) == [(3600, 100, "requested")]


def test_a_refund_that_stripe_refuses_is_told_by_its_code_and_not_as_put_right(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = run(teacher, refund_payment, payment, 3600, NOW)
    stripe.refund(payment_of(teacher, payment)["payment_intent_id"])

    report = reconcile(teacher.id, NOW)

    assert report.reported == [Finding("charge_already_refunded", str(refund.id))]
    assert "refund_not_sent" not in codes(report.repaired)


def test_money_that_a_cancelled_lesson_owes_is_told_until_it_is_back(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_lesson(stripe, teacher)
    [session] = rows_of(teacher, "class_sessions")
    run(teacher, cancel_session, session["id"], Cancellation("teacher", None), NOW)
    [owed] = rows_of(teacher, "refunds")
    run(teacher, fail_refund, UUID(owed["id"]), "balance_insufficient", NOW)

    for _ in range(2):
        assert reconcile(teacher.id, NOW) == Report([], [Finding("balance_insufficient", owed["id"])])

    run(teacher, refund_payment, payment, None, NOW)
    reconcile(teacher.id, NOW)
    assert reconcile(teacher.id, NOW) == NOTHING


def test_a_refund_that_was_sent_in_other_words_is_told_and_stays_asked_for(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = run(teacher, refund_payment, payment, 3600, NOW)
    row = payment_of(teacher, payment)
    account = ConnectedAccount(teacher.id, row["stripe_account_id"])
    stripe_api.create_refund(account, refund.id, row["payment_intent_id"], 1000)

    report = reconcile(teacher.id, NOW)

    assert Finding("idempotency_error", str(refund.id)) in report.reported
    assert "refund_not_sent" not in codes(report.repaired)
    assert refunds_of(teacher)[0] == (3600, 100, "requested")


def test_what_changes_nothing_is_not_told_as_put_right(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)
    refund = stripe.refund(payment_of(teacher, payment)["payment_intent_id"], 3600)
    stripe.settle_refund(refund["id"], succeeded=False)
    hear(stripe, teacher)
    # What has failed never succeeds, whatever a list that lags behind may say.
    books_of(stripe, teacher).get("refund", refund["id"])["status"] = "succeeded"

    assert reconcile(teacher.id, NOW) == NOTHING


def test_a_refund_of_ours_that_nobody_can_read_is_told_and_one_of_the_teachers_own_is_not(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    refund = stripe.refund(payment_of(teacher, a_paid_package(stripe, teacher))["payment_intent_id"], 3600)
    last = stripe.refund(payment_of(teacher, a_paid_package(stripe, teacher))["payment_intent_id"], 7200)
    forget_events(stripe)
    books = books_of(stripe, teacher)
    books.get("refund", refund["id"])["status"] = None
    books.add({**refund, "id": "re_own", "payment_intent": "pi_own", "charge": "ch_own", "amount": 3_000_000_000})

    report = reconcile(teacher.id, NOW)

    assert report.repaired == [Finding("refund_differs", last["id"])]
    assert report.reported == [Finding("unreadable: `status` is no text", refund["id"])]


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


def test_an_account_that_has_left_is_told(teacher: Teacher, stripe: LocalStripe) -> None:
    [account] = rows_of(teacher, "payment_accounts")
    left = stripe.connected.pop(account["stripe_account_id"])
    try:
        report = reconcile(teacher.id, NOW)
    finally:
        stripe.connected[account["stripe_account_id"]] = left

    assert report == Report([], [Finding("account_invalid", account["stripe_account_id"])])


def test_of_two_events_of_one_second_the_newer_counts_afterwards(teacher: Teacher, stripe: LocalStripe) -> None:
    [row] = rows_of(teacher, "payment_accounts")
    at_stripe = books_of(stripe, teacher).get("account", row["stripe_account_id"])
    run(teacher, set_account, read_account(at_stripe), NOW)
    run(teacher, set_account, read_account({**at_stripe, "charges_enabled": False}), NOW)

    report = reconcile(teacher.id, NOW + timedelta(milliseconds=500))

    assert codes(report.repaired) == {"account_differs"}
    assert rows_of(teacher, "payment_accounts")[0]["charges_enabled"]
    assert rows_of(teacher, "payment_accounts")[0]["updated_at"] == NOW.isoformat()


def test_an_account_that_an_event_has_made_ready_is_not_put_right_once_more(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    [account] = rows_of(teacher, "payment_accounts")
    with database.tenant(teacher.id) as tx:
        tx.send("update payment_accounts set charges_enabled = false where teacher_id = %(teacher_id)s")
    stripe.complete_onboarding(account["stripe_account_id"])

    assert codes(reconcile(teacher.id, NOW).repaired) == {"event_not_delivered"}


def test_an_account_that_became_ready_unheard_is_ready_afterwards(teacher: Teacher) -> None:
    with database.tenant(teacher.id) as tx:
        tx.send("update payment_accounts set charges_enabled = false where teacher_id = %(teacher_id)s")
    [account] = rows_of(teacher, "payment_accounts")

    report = reconcile(teacher.id, NOW)

    assert report == Report([Finding("account_differs", account["stripe_account_id"])], [])
    assert rows_of(teacher, "payment_accounts")[0]["charges_enabled"]
