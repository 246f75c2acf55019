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
from lectern.payments.facts import Account, read_account, read_event
from lectern.payments.outcome import APPLIED
from lectern.payments.reconciliation.findings import Report
from lectern.payments.reconciliation.paid import compare_paid
from lectern.payments.reconciliation.refunds import compare_refunds, send_waiting, tell_unsettled
from lectern.payments.reconciliation.unfinished import finish_payments
from lectern.payments.stripe_api import ConnectedAccount
from lectern.payments.told.receive import receive

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
        account = ConnectedAccount(teacher_id, connected.stripe_account_id)
        # An account that has left us answers nothing at all.
        with report.instead_of_ending(account.stripe_account_id):
            _compare(account, report, now)
    return report


def _compare(account: ConnectedAccount, report: Report, now: datetime) -> None:
    since = now - LOOKS_BACK
    tell_unsettled(account, report)
    try:
        send_waiting(account, report, now)
    finally:
        # Stripe may fail at one refund time and again, and at nothing else.
        _receive_undelivered(account, report, since, now)
        compare_paid(account, report, since, now)
        finish_payments(account, report, now)
        compare_refunds(account, report, since, now)
        _compare_account(account, report, now)


def _receive_undelivered(account: ConnectedAccount, report: Report, since: datetime, now: datetime) -> None:
    """In the order in which things happened. An event that we have, and whose answer Stripe missed, does nothing."""
    for told in reversed(list(stripe_api.undelivered_events_since(account, since))):
        with report.instead_of_ending(told["id"]):
            event = read_event({**told, "account": account.stripe_account_id})
            if outcome := receive(account.teacher_id, event, now):
                report.add(outcome, "event_not_delivered", event.id)


def _compare_account(account: ConnectedAccount, report: Report, now: datetime) -> None:
    """Of two events of one second the older may have come last, and then no other will."""
    told = read_account(stripe_api.get_account(account))
    with database.tenant(account.teacher_id) as tx:
        known = payment_account(tx)
        if known and _standing(known) != _standing(told):
            # In whole seconds, as Stripe's own: an event of this second is no older than what was read in it.
            queries.set_account(tx, told, now.replace(microsecond=0))
            report.add(APPLIED, "account_differs", account.stripe_account_id)


def _standing(account: PaymentAccount | Account) -> tuple[bool, bool]:
    return account.charges_enabled, account.details_submitted
