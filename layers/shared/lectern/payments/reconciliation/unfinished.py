"""Payments whose end we were never told: Stripe is asked what became of their page, if it has one."""

from datetime import datetime, timedelta

from lectern import database
from lectern.database import Transaction
from lectern.payments import stripe_api
from lectern.payments.checkout import queries as checkout_queries
from lectern.payments.checkout.start import give_up
from lectern.payments.facts import CheckoutSession, Json, read_checkout_session, read_payment_intent
from lectern.payments.outcome import APPLIED, Outcome, ignored
from lectern.payments.reconciliation import queries
from lectern.payments.reconciliation.findings import Report
from lectern.payments.reconciliation.queries import UnfinishedPayment
from lectern.payments.stripe_api import CLOCKS_DIFFER_BY, ConnectedAccount
from lectern.payments.told.confirm import confirm_checkout
from lectern.payments.told.unpaid import expire_checkout, fail_checkout, mark_processing

# Until then its events may well be on their way, and its buyer on the page.
LEFT_ALONE_FOR = timedelta(minutes=15)

# Of a payment intent whose money will not come: https://docs.stripe.com/payments/paymentintents/lifecycle.
_FAILED = ("requires_payment_method", "canceled")


def finish_payments(account: ConnectedAccount, report: Report, now: datetime) -> None:
    """Bring each to the end that Stripe knows of.

    One that Stripe has no page for was never paid, as nobody was told where. It is not asked for anew, which is for
    whoever wants it to do: until its time has run out, by the same request.
    """
    with database.tenant(account.teacher_id) as tx:
        asked = queries.ask_unfinished(tx, account.stripe_account_id, now - LEFT_ALONE_FOR)
        unfinished = asked.all()
    pages = _pages_of_lost(account, [payment for payment in unfinished if payment.checkout_session_id is None])
    for payment in unfinished:
        with report.instead_of_ending(payment.id):
            _finish_one(account, payment, pages.get(str(payment.id)), report, now)


def _finish_one(
    account: ConnectedAccount, payment: UnfinishedPayment, lost: Json | None, report: Report, now: datetime
) -> None:
    if payment.checkout_session_id:
        page = stripe_api.get_checkout_session(account, payment.checkout_session_id)
        _finish(account, payment, page, report, now)
    elif lost:
        _finish(account, payment, lost, report, now)
    elif payment.expires_at and payment.expires_at <= now:
        _give_up(account, payment, report, now)


def _pages_of_lost(account: ConnectedAccount, payments: list[UnfinishedPayment]) -> dict[str, Json]:
    """Those that Stripe has of the payments, by the payments' ids."""
    if not payments:
        return {}
    since = min(payment.created_at for payment in payments) - CLOCKS_DIFFER_BY
    pages = stripe_api.checkout_sessions_since(account, since)
    return {ours: page for page in pages if (ours := page["metadata"].get("lectern_payment_id"))}


def _finish(account: ConnectedAccount, payment: UnfinishedPayment, told: Json, report: Report, now: datetime) -> None:
    page = read_checkout_session(told)
    failed = page.status == "complete" and not page.is_paid and _has_failed(account, page)
    with database.tenant(account.teacher_id) as tx:
        outcome = _keep_page(tx, payment, told, now) if page.status == "open" else _end(tx, page, now, failed=failed)
    report.add(outcome, "end_not_told", payment.id)


def _has_failed(account: ConnectedAccount, page: CheckoutSession) -> bool:
    if page.payment_intent_id is None:
        return False
    return read_payment_intent(stripe_api.get_payment_intent(account, page.payment_intent_id)).status in _FAILED


def _keep_page(tx: Transaction, payment: UnfinishedPayment, told: Json, now: datetime) -> Outcome:
    if payment.checkout_session_id:
        return ignored("still_open")
    checkout_queries.ask_open(tx, payment.id, told["id"], told["url"], now)
    return APPLIED


def _end(tx: Transaction, page: CheckoutSession, now: datetime, *, failed: bool) -> Outcome:
    if page.is_paid:
        return confirm_checkout(tx, page, now, now)
    if page.status == "expired":
        return expire_checkout(tx, page, now)
    if failed:
        return fail_checkout(tx, page, now)
    return mark_processing(tx, page, now)


def _give_up(account: ConnectedAccount, payment: UnfinishedPayment, report: Report, now: datetime) -> None:
    with database.tenant(account.teacher_id) as tx:
        asked = checkout_queries.ask_payment(tx, payment.id).one()
    if give_up(account.teacher_id, asked, "expired", None, now):
        report.add(APPLIED, "never_asked", payment.id)
