"""The teacher's slots version: moves in the same transaction as anything that can change what is free."""

from lectern.database import Transaction


def bump_slots_version(tx: Transaction) -> None:
    """Call it last: the row is locked until the commit, and every change of a teacher's time waits for it."""
    tx.send(
        "update slots_versions set version = version + 1 where teacher_id = %(teacher_id)s",
    )
