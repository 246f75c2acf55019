"""An account whose state we have not heard of, or that has left."""

from datetime import timedelta

from lectern import database
from lectern.payments.facts import read_account
from lectern.payments.queries import set_account
from lectern.payments.reconciliation.findings import Finding, Report
from lectern.payments.reconciliation.reconcile import reconcile
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, rows_of, run
from tests.payments.reconciliation.differences import (
    books_of,
    codes,
)


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
