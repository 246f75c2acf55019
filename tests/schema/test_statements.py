"""What every statement of the package keeps to, by reading the package."""

import re
from pathlib import Path

import pytest

import lectern

EVERY_COLUMN = re.compile(r"\b(select|returning)\s+(distinct\s+)?(\w+\.)?\*", re.IGNORECASE)
PACKAGE = Path(lectern.__file__).parent
SOURCES = sorted(path for pattern in ("*.py", "*.sql") for path in PACKAGE.rglob(pattern))


@pytest.mark.parametrize("statement", ["select * from teachers", "SELECT\n t.*", "update t set a = 1 returning *"])
def test_the_pattern_finds_what_it_should(statement: str) -> None:
    assert EVERY_COLUMN.search(statement)


def test_no_statement_asks_for_every_column() -> None:
    assert len(SOURCES) > 20
    assert [path.name for path in SOURCES if EVERY_COLUMN.search(path.read_text(encoding="utf-8"))] == []
