"""Paid at Stripe is paid here, and the other way round, and the sums are the same."""

from datetime import UTC, datetime

from lectern import database
from lectern.payments import stripe_api
from lectern.payments.facts import Json, PaymentIntent, read_payment_intent
from lectern.payments.reconciliation import queries
from lectern.payments.reconciliation.findings import Report
from lectern.payments.reconciliation.queries import PaidPayment
from lectern.payments.stripe_api import ConnectedAccount, RefusedByStripe
from lectern.payments.told.confirm import confirm_intent


def compare_paid(account: ConnectedAccount, report: Report, since: datetime, now: datetime) -> None:
    """Confirms what Stripe has the money of, and reports what only we believe to be paid."""
    told = list(stripe_api.payment_intents_since(account, since))
    with database.tenant(account.teacher_id) as tx:
        paid = queries.ask_paid(tx, account.stripe_account_id, since).all()
    here = {payment.payment_intent_id for payment in paid}
    listed = {one["id"]: one for one in told}
    for one in reversed(told):
        # Without our id it is a sale of the teacher's own, which is none of ours.
        if one["id"] not in here and "lectern_payment_id" in one["metadata"]:
            with report.instead_of_ending(one["id"]):
                _confirm(account, one, report, now)
    for payment in paid:
        with report.instead_of_ending(payment.id):
            _compare(account, payment, listed.get(payment.payment_intent_id), report)


def _confirm(account: ConnectedAccount, told: Json, report: Report, now: datetime) -> None:
    intent = read_payment_intent(told)
    if intent.status != "succeeded" or intent.payment_id is None:
        return
    with database.tenant(account.teacher_id) as tx:
        outcome = confirm_intent(tx, intent, datetime.fromtimestamp(told["created"], UTC), now)
    report.add(outcome, "paid_at_stripe", intent.payment_id)


def _compare(account: ConnectedAccount, payment: PaidPayment, listed: Json | None, report: Report) -> None:
    """One that the list lacks may be older than the list is long, so it is asked for by its id."""
    intent = read_payment_intent(listed) if listed else _look_up(account, payment.payment_intent_id)
    if intent is None or intent.status != "succeeded":
        report.tell("not_paid_at_stripe", payment.id)
    elif (intent.amount, intent.currency) != (payment.amount, payment.currency):
        report.tell("amount_differs", payment.id)


def _look_up(account: ConnectedAccount, payment_intent_id: str) -> PaymentIntent | None:
    try:
        return read_payment_intent(stripe_api.get_payment_intent(account, payment_intent_id))
    except RefusedByStripe as refusal:
        if refusal.stripe_code != "resource_missing":
            raise
        return None
