"""Where credits go without a lesson: refunded with their payment, frozen while it is disputed, or past their date."""

from datetime import datetime
from uuid import UUID

from lectern.credits import queries
from lectern.credits.settle import EXPIRED_LOT_GRACE
from lectern.database import Transaction
from lectern.decisions import tell_each, tell_when_committed
from lectern.errors import Conflict


def refund(tx: Transaction, payment_id: UUID, units: int, key: str, now: datetime) -> None:
    """Take back what is left of a payment's lot, also if it is frozen or past its date.

    Raises Conflict `credits_spent`, with those `left` in its facts, when fewer are free: the rest is reserved, spent,
    lost or refunded already.
    """
    queries.lock_account_of(tx, payment_id)
    found = queries.refund(tx, payment_id, units, key, now).one()
    if not found.is_done:
        raise Conflict(
            "credits_spent",
            f"Only {found.left} units of this payment are left to refund, and {units} were asked for.",
            left=found.left,
        )


def reclaim(tx: Transaction, payment_id: UUID, units: int, now: datetime) -> None:
    """Take back what money has paid for that is back already: what is free now, the rest as lessons give it back.

    Without a key, for there may be nothing to write under it: whoever calls does so once, in the transaction in which
    they learn of the money.
    """
    queries.lock_account_of(tx, payment_id)
    queries.owe(tx, payment_id, units)
    tell_each(tx, "credits_reclaimed", queries.take_owed_by_lot_of(tx, payment_id, now))


def give_again(tx: Transaction, payment_id: UUID, units: int, now: datetime) -> None:
    """The refund for which they were taken has failed: back into the payment's lot, less what that still owes.

    A lot that has expired meanwhile is good for EXPIRED_LOT_GRACE from now; a frozen one stays frozen. Without a key,
    as `reclaim`.
    """
    queries.lock_account_of(tx, payment_id)
    # As in lectern.credits.settle.release: what has expired in it does not come back to life with them.
    tell_each(tx, "credits_expired", queries.expire_lot_of(tx, payment_id, now))
    given = queries.give_again(tx, payment_id, units, now, now + EXPIRED_LOT_GRACE)
    tell_each(tx, "credits_given_again", given)


def take_owed(tx: Transaction, now: datetime) -> None:
    """What the tenant's lots owe for their refunds and have in them, which `reclaim` and `release` take at once.

    Units that came to a lot by the code before theirs, which knew of no such debt, are taken here.
    """
    queries.lock_accounts_that_owe(tx)
    tell_each(tx, "credits_reclaimed", queries.take_owed(tx, now))


def freeze(tx: Transaction, payment_id: UUID, now: datetime) -> None:
    """Nobody spends what is left of a disputed payment's lot, and it does not expire. Reserved credits stay so."""
    queries.lock_account_of(tx, payment_id)
    # Else what had expired before would be good again if the frozen lot is extended.
    tell_each(tx, "credits_expired", queries.expire_lot_of(tx, payment_id, now))
    queries.freeze(tx, payment_id, now)


def unfreeze(tx: Transaction, payment_id: UUID, now: datetime) -> None:
    """The dispute is over: a lot that ran out while nobody could spend it is good for EXPIRED_LOT_GRACE from now."""
    queries.lock_account_of(tx, payment_id)
    queries.unfreeze(tx, payment_id, now, now + EXPIRED_LOT_GRACE)


def expire(tx: Transaction, now: datetime) -> int:
    """Take what is left in the tenant's lots past their date, and answer how many lots that were.

    Reserved credits stay so: they are good for the lessons that they were promised to.
    """
    queries.lock_accounts_to_expire(tx, now)
    expired = queries.expire(tx, now).all()
    for lot in expired:
        tell_when_committed(tx, "credits_expired", lot_id=lot.lot_id, student_id=lot.student_id, units=lot.units)
    return len(expired)
