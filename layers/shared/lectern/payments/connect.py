"""The teacher's own account with Stripe: opened once, and filled in on Stripe's pages.

Whether it may take money yet is what Stripe tells by `account.updated`, which `lectern.payments.receive` keeps.
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
from lectern.payments.stripe_api import ConnectedAccount
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
        asked, disconnected = _ask_account(tx), _ask_disconnected(tx)
        account, nth = asked.one_or_none(), disconnected.one().accounts
    stripe_account_id = account.stripe_account_id if account else _open_account(teacher_id, nth, now)
    link = stripe_api.create_account_link(ConnectedAccount(teacher_id, stripe_account_id), return_url, refresh_url)
    return str(link["url"])


def _open_account(teacher_id: UUID, nth: int, now: datetime) -> str:
    """The key counts the accounts that were disconnected before, or Stripe would answer with one of those."""
    made = stripe_api.create_account(teacher_id, f"account:{teacher_id}:{nth}")
    with database.tenant(teacher_id) as tx:
        if _ask_insert(tx, made, now).one_or_none():
            record(tx, "payments.account_opened", teacher_id, {"stripe_account_id": made["id"]}, now)
        return _ask_account(tx).one().stripe_account_id


@dataclass(frozen=True, slots=True)
class _Count:
    accounts: int


@dataclass(frozen=True, slots=True)
class _Inserted:
    id: UUID


def _ask_account(tx: Transaction) -> Answer[PaymentAccount]:
    return tx.ask(
        """
        select id, stripe_account_id, livemode, charges_enabled, details_submitted, created_at, updated_at
        from payment_accounts
        where teacher_id = %(teacher_id)s and livemode = %(livemode)s and disconnected_at is null
        """,
        PaymentAccount,
        {"livemode": stripe_livemode()},
    )


def _ask_disconnected(tx: Transaction) -> Answer[_Count]:
    """Not the open one: between two statements somebody else may have opened it, and the key must be theirs."""
    return tx.ask(
        """
        select count(*) from payment_accounts
        where teacher_id = %(teacher_id)s and livemode = %(livemode)s and disconnected_at is not null
        """,
        _Count,
        {"livemode": stripe_livemode()},
    )


def _ask_insert(tx: Transaction, made: Json, now: datetime) -> Answer[_Inserted]:
    """`updated_at` by Stripe's clock and in its whole seconds, so that the first event about it is no older."""
    return tx.ask(
        """
        insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, charges_enabled, details_submitted,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(stripe_account_id)s, %(livemode)s, %(charges_enabled)s,
          %(details_submitted)s, %(now)s, %(made_at)s)
        on conflict do nothing returning id
        """,
        _Inserted,
        {
            "id": new_id(),
            "stripe_account_id": made["id"],
            "livemode": stripe_livemode(),
            "charges_enabled": made["charges_enabled"],
            "details_submitted": made["details_submitted"],
            "now": now,
            "made_at": datetime.fromtimestamp(made["created"], UTC),
        },
    )
