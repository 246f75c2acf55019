"""The number that tells a reader of slots that something may have changed (AC20)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from lectern import database


@dataclass(frozen=True, slots=True)
class _Version:
    number: int


def slots_version(teacher_id: UUID) -> int:
    with database.tenant(teacher_id) as tx:
        answer = tx.ask("select version from slots_versions where teacher_id = %(teacher_id)s", _Version)
        return answer.one().number


@contextmanager
def moved_slots_version(teacher_id: UUID) -> Iterator[None]:
    """What happens in this block must be seen by the next reader of slots."""
    before = slots_version(teacher_id)
    yield
    assert slots_version(teacher_id) > before
