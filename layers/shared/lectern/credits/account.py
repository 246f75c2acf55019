"""A student's credits to look at: the sums, the lots they lie in, the ledger they come from, and whether they agree."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.credits import account_queries
from lectern.credits.account_queries import Drift, Entry, Lot
from lectern.database import Transaction
from lectern.errors import NotFound
from lectern.page import Page, page_of


@dataclass(frozen=True, slots=True)
class Account:
    """`balance` is not promised to any lesson, `reserved` is; of the balance, `available` can be spent now.

    `lots` are those that have any of it, in the order in which they are spent.
    """

    balance: int
    reserved: int
    available: int
    lots: list[Lot]


def get_account(tx: Transaction, student_id: UUID, now: datetime) -> Account:
    """Of a student who never had credits, an empty one. Raises NotFound `student_not_found`."""
    asked, lots = account_queries.sums(tx, student_id), account_queries.lots(tx, student_id)
    sums = asked.one_or_none()
    if sums is None:
        raise NotFound("student_not_found", "There is no such student.")
    found = lots.all()
    available = sum(lot.remaining for lot in found if lot.can_be_spent(now))
    return Account(sums.balance, sums.reserved, available, found)


def list_entries(tx: Transaction, student_id: UUID, after: UUID | None, limit: int) -> Page[Entry, UUID]:
    """The newest first. `after` is the `next` of the page before, None for the first."""
    rows = account_queries.entries(tx, student_id, after, limit + 1).all()
    return page_of(rows, limit, lambda entry: entry.id)


def audit(tx: Transaction) -> list[Drift]:
    """The tenant's accounts and lots whose sums are not those of their entries: none, or something is very wrong."""
    return account_queries.drifts(tx).all()
