"""Refunds held against Stripe's: sent if they were not, and taken over where Stripe knows more of them than we do."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from lectern import database
from lectern.payments import queries, stripe_api
from lectern.payments.facts import Json, Malformed, StripeRefund, read_refund
from lectern.payments.queries import StripeIds
from lectern.payments.reconciliation import queries as reconcile_queries
from lectern.payments.reconciliation.findings import Report
from lectern.payments.refunds.send import send_requested_refunds
from lectern.payments.refunds.told import apply_refund
from lectern.payments.stripe_api import ConnectedAccount


def compare_refunds(account: ConnectedAccount, report: Report, since: datetime, now: datetime) -> None:
    listed = list(_readable(account, stripe_api.refunds_since(account, since), report))
    with database.tenant(account.teacher_id) as tx:
        known = reconcile_queries.ask_refunds_at_stripe(tx, account.stripe_account_id, since).all()
    statuses = {refund.stripe_refund_id: refund.status for refund in known}
    # Those under way for longer than the list reaches back are asked for one by one.
    rest = [pending for pending, status in statuses.items() if status == "pending" and not _is_in(pending, listed)]
    for pending in rest:
        with report.instead_of_ending(pending):
            listed.insert(0, read_refund(stripe_api.get_refund(account, pending)))
    for refund in reversed(listed):
        if statuses.get(refund.id) != refund.status:
            with report.instead_of_ending(refund.id):
                _take_over(account, refund, report, now)


def send_waiting(account: ConnectedAccount, report: Report, now: datetime) -> None:
    """Money that is to go back waits for nothing else."""
    for sent in send_requested_refunds(account.teacher_id, now):
        if sent.failure_code:
            report.tell(sent.failure_code, sent.id)
        else:
            report.add(sent.outcome, "refund_not_sent", sent.id)


def tell_unsettled(account: ConnectedAccount, report: Report) -> None:
    """Until it is paid: nobody waits for the answer of a refund that a policy has asked for."""
    with database.tenant(account.teacher_id) as tx:
        unsettled = reconcile_queries.ask_unsettled(tx, account.stripe_account_id).all()
    for refund in unsettled:
        report.tell(refund.failure_code or "refund_failed", refund.id)


def _readable(account: ConnectedAccount, told: Iterable[Json], report: Report) -> Iterator[StripeRefund]:
    for one in told:
        try:
            yield read_refund(one)
        except Malformed as error:
            if _is_ours(account, one):
                report.tell(f"unreadable: {error}", one["id"])


def _is_ours(account: ConnectedAccount, told: Json) -> bool:
    with database.tenant(account.teacher_id) as tx:
        ids = StripeIds(payment_intent_id=told["payment_intent"], charge_id=told["charge"])
        return queries.ask_payment_at_stripe(tx, ids).one_or_none() is not None


def _is_in(stripe_refund_id: str, listed: list[StripeRefund]) -> bool:
    return any(refund.id == stripe_refund_id for refund in listed)


def _take_over(account: ConnectedAccount, refund: StripeRefund, report: Report, now: datetime) -> None:
    """What is of no payment of ours is the teacher's own affair."""
    with database.tenant(account.teacher_id) as tx:
        outcome = apply_refund(tx, refund, now)
    report.add(outcome, "refund_differs", refund.id)
