"""Holding our rows against Stripe's lists, for when its word did not reach us or our question did not reach it.

What Stripe knows better is applied by the functions that its events are applied by, so running it again, or twice at
once, changes nothing more. What does not add up is reported, and never made to.
"""

from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.credits.account import audit
from lectern.payments import queries, stripe_api
from lectern.payments.connect import PaymentAccount, payment_account
from lectern.payments.facts import read_account, read_event
from lectern.payments.findings import Report
from lectern.payments.outcome import APPLIED
from lectern.payments.receive import receive
from lectern.payments.reconcile_paid import compare_paid
from lectern.payments.reconcile_refunds import compare_refunds, send_waiting
from lectern.payments.reconcile_unfinished import finish_payments
from lectern.payments.stripe_api import ConnectedAccount

# As long as Stripe keeps events: https://docs.stripe.com/api/events.
LOOKS_BACK = timedelta(days=30)


def reconcile(teacher_id: UUID, now: datetime) -> Report:
    """Compare and repair one teacher's events, payments and refunds of LOOKS_BACK, and audit their students' credits.

    Raises Unavailable `stripe_unavailable` and TooMany; what was repaired by then stays so, and the next run goes on.
    """
    report = Report()
    with database.tenant(teacher_id) as tx:
        connected, drifts = payment_account(tx), audit(tx)
    for drift in drifts:
        report.tell("credits_drift", drift.lot_id or drift.student_id)
    if connected:
        account, since = ConnectedAccount(teacher_id, connected.stripe_account_id), now - LOOKS_BACK
        _compare_account(account, connected, report, now)
        send_waiting(account, report, now)
        _receive_undelivered(account, report, since, now)
        compare_paid(account, report, since, now)
        finish_payments(account, report, now)
        compare_refunds(account, report, since, now)
    return report


def _compare_account(account: ConnectedAccount, known: PaymentAccount, report: Report, now: datetime) -> None:
    """Of two events of one second the older may have come last, and then no other will."""
    told = read_account(stripe_api.get_account(account))
    if (told.charges_enabled, told.details_submitted) != (known.charges_enabled, known.details_submitted):
        with database.tenant(account.teacher_id) as tx:
            queries.set_account(tx, told, now)
        report.add(APPLIED, "account_differs", account.stripe_account_id)


def _receive_undelivered(account: ConnectedAccount, report: Report, since: datetime, now: datetime) -> None:
    """In the order in which things happened. An event that we have, and whose answer Stripe missed, does nothing."""
    for told in reversed(list(stripe_api.undelivered_events_since(account, since))):
        event = read_event({**told, "account": account.stripe_account_id})
        if outcome := receive(account.teacher_id, event, now):
            report.add(outcome, "event_not_delivered", event.id)
