"""Money on its way back that one of the two does not know of: afterwards both do, or it is told."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern import database
from lectern.errors import Unavailable
from lectern.payments import stripe_api
from lectern.payments.reconciliation.findings import Finding, Report
from lectern.payments.reconciliation.reconcile import reconcile
from lectern.payments.refunds.ask import refund_payment
from lectern.payments.refunds.told import fail_refund
from lectern.payments.stripe_api import ConnectedAccount
from lectern.sessions.cancel import Cancellation, cancel_session
from local.postgres import Postgres
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, rows_of, run
from tests.payments.reconciliation.differences import (
    NOTHING,
    books_of,
    codes,
    payment_of_stripe,
    tamper,
)
from tests.payments.sales import (
    CLOCK,
    a_package,
    a_paid_lesson,
    a_paid_package,
    buy_package,
    credits_of,
    forget_events,
    hear,
    page_of,
    payment_of,
    refunds_of,
)


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
