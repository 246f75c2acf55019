"""What Google grants is of no use to whoever has a dump of the database."""

import pytest

from lectern.calendar.sealed import Unreadable, seal, unseal
from lectern.identifiers import new_id

KEY, SECRET = b"a key", "1//0-refresh"


def test_what_was_sealed_is_read_with_the_key() -> None:
    teacher = new_id()

    assert unseal(KEY, teacher, seal(KEY, teacher, SECRET)) == SECRET


def test_what_was_sealed_tells_nothing_and_never_looks_the_same() -> None:
    teacher = new_id()
    one, other = seal(KEY, teacher, SECRET), seal(KEY, teacher, SECRET)

    assert SECRET.encode() not in one
    assert one != other


@pytest.mark.parametrize("changed", ["key", "teacher", "text"])
def test_nobody_else_reads_it(changed: str) -> None:
    teacher = new_id()
    sealed = seal(KEY, teacher, SECRET)

    with pytest.raises(Unreadable):
        unseal(
            b"another key" if changed == "key" else KEY,
            new_id() if changed == "teacher" else teacher,
            sealed[:-1] if changed == "text" else sealed,
        )
