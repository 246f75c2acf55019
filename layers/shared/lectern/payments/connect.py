"""The teacher's own account with Stripe: opened once, and filled in on Stripe's pages.

As a checkout does, opening it asks Stripe between two transactions, and carries the id of a row that is there before.
Whether it may take money yet is what Stripe tells by `account.updated`, which `lectern.payments.told.receive` keeps.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from lectern import database
from lectern.database import Answer, Transaction
from lectern.errors import Conflict
from lectern.events import record
from lectern.identifiers import new_id
from lectern.payments import stripe_api
from lectern.payments.facts import Json
from lectern.payments.return_urls import require_return_urls
from lectern.payments.stripe_api import CLOCKS_DIFFER_BY, KEY_IS_GOOD_FOR, ConnectedAccount
from lectern.settings import stripe_livemode


@dataclass(frozen=True, slots=True)
class PaymentAccount:
    """As Stripe has told us; students can pay once `charges_enabled`."""

    id: UUID
    stripe_account_id: str
    livemode: bool
    charges_enabled: bool
    details_submitted: bool
    created_at: datetime
    updated_at: datetime


def payment_account(tx: Transaction) -> PaymentAccount | None:
    return _ask_account(tx).one_or_none()


def account_for_charges(tx: Transaction) -> PaymentAccount:
    """Raises Conflict `payments_not_set_up` until Stripe lets the teacher take money."""
    account = payment_account(tx)
    if account is None or not account.charges_enabled:
        raise Conflict(
            "payments_not_set_up",
            "This teacher cannot take payments yet. The teacher finishes setting up their account with Stripe first.",
        )
    return account


def start_onboarding(teacher_id: UUID, return_url: str, refresh_url: str, now: datetime) -> str:
    """The address of the page on which the teacher goes on with their account; the account is made if there is none.

    Stripe sends the browser to `refresh_url` when the page cannot be opened any more: ask for a new one there.
    Raises Invalid `unsafe_url` and what `stripe_api` raises. Asking twice, also at once, makes one account.
    """
    require_return_urls(return_url=return_url, refresh_url=refresh_url)
    with database.tenant(teacher_id) as tx:
        _insert(tx, now)
        row = _ask_row(tx).one()
    stripe_account_id = row.stripe_account_id or _open_account(teacher_id, row, now)
    link = stripe_api.create_account_link(ConnectedAccount(teacher_id, stripe_account_id), return_url, refresh_url)
    return str(link["url"])


@dataclass(frozen=True, slots=True)
class _Row:
    """The account as far as it has come: Stripe has been asked for it, or is about to be."""

    id: UUID
    stripe_account_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Opened:
    id: UUID


def _open_account(teacher_id: UUID, row: _Row, now: datetime) -> str:
    made = _opened_before(teacher_id, row, now) or stripe_api.create_account(teacher_id, row.id)
    with database.tenant(teacher_id) as tx:
        if _ask_open(tx, row.id, made).one_or_none():
            record(tx, "payments.account_opened", teacher_id, {"stripe_account_id": made["id"]}, now)
    return str(made["id"])


def _opened_before(teacher_id: UUID, row: _Row, now: datetime) -> Json | None:
    """What Stripe has of it, once the key alone does not tell any more."""
    if now < row.created_at + KEY_IS_GOOD_FOR:
        return None
    accounts = stripe_api.accounts_since(teacher_id, row.created_at - CLOCKS_DIFFER_BY)
    return next((told for told in accounts if told["metadata"].get("lectern_payment_account_id") == str(row.id)), None)


def _ask_account(tx: Transaction) -> Answer[PaymentAccount]:
    return tx.ask(
        """
        select id, stripe_account_id, livemode, charges_enabled, details_submitted, created_at, updated_at
        from payment_accounts
        where teacher_id = %(teacher_id)s and livemode = %(livemode)s and disconnected_at is null
          and stripe_account_id is not null
        """,
        PaymentAccount,
        {"livemode": stripe_livemode()},
    )


def _insert(tx: Transaction, now: datetime) -> None:
    """Unless there is one: whoever comes at the same time waits here, and then finds the other's."""
    tx.send(
        """
        insert into payment_accounts (teacher_id, id, livemode, created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(livemode)s, %(now)s, %(now)s)
        on conflict do nothing
        """,
        {"id": new_id(), "livemode": stripe_livemode(), "now": now},
    )


def _ask_row(tx: Transaction) -> Answer[_Row]:
    return tx.ask(
        """
        select id, stripe_account_id, created_at
        from payment_accounts
        where teacher_id = %(teacher_id)s and livemode = %(livemode)s and disconnected_at is null
        """,
        _Row,
        {"livemode": stripe_livemode()},
    )


def _ask_open(tx: Transaction, payment_account_id: UUID, made: Json) -> Answer[_Opened]:
    """`updated_at` by Stripe's clock and in its whole seconds, so that the first event about it is no older."""
    return tx.ask(
        """
        update payment_accounts
        set stripe_account_id = %(stripe_account_id)s, charges_enabled = %(charges_enabled)s,
          details_submitted = %(details_submitted)s, updated_at = %(made_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and stripe_account_id is null
        returning id
        """,
        _Opened,
        {
            "id": payment_account_id,
            "stripe_account_id": made["id"],
            "charges_enabled": made["charges_enabled"],
            "details_submitted": made["details_submitted"],
            "made_at": datetime.fromtimestamp(made["created"], UTC),
        },
    )
