"""What is in an account afterwards."""

from datetime import datetime
from uuid import UUID

from lectern.credits.account import Account, get_account, list_entries
from tests.builders import NOW, Teacher, run


def account(teacher: Teacher, student: UUID, now: datetime = NOW) -> Account:
    return run(teacher, get_account, student, now)


def sums(teacher: Teacher, student: UUID) -> tuple[int, int]:
    """The balance and the reserved units."""
    found = account(teacher, student)
    return found.balance, found.reserved


def lots(teacher: Teacher, student: UUID) -> list[tuple[int, int]]:
    """What is free and what is reserved in each lot that has anything, the first to be spent first."""
    return [(lot.remaining, lot.reserved) for lot in account(teacher, student).lots]


def entries(teacher: Teacher, student: UUID) -> list[tuple[str, int, int]]:
    """The kind of each entry and what it did to the two sums, the oldest first."""
    page = run(teacher, list_entries, student, None, 100)
    return [(entry.kind, entry.units, entry.reserved_units) for entry in reversed(page.items)]
