"""What the demo says, held against the rows in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString, Protocol

import psycopg

from local.demo.api import StepFailed


class Claims(Protocol):
    """Where a story is held against what was written."""

    def claim(self, what: str, expected: object, query: LiteralString, **parameters: object) -> None: ...


class Unseen:
    """Of a stack whose database nobody reaches from here: the API's answers must do."""

    def claim(self, what: str, expected: object, query: LiteralString, **parameters: object) -> None:
        pass


class Database:
    """The tables as one teacher's functions see them, through row-level security."""

    def __init__(self, app_url: str, teacher_slug: str) -> None:
        self._url = app_url
        self._slug = teacher_slug

    def claim(self, what: str, expected: object, query: LiteralString, **parameters: object) -> None:
        """Print a claim that holds; raise StepFailed for one that does not. The query answers one value."""
        found = self.value(query, **parameters)
        if found != expected:
            raise StepFailed(f"The database does not show that {what}: expected {expected}, found {found}.")
        print(f"    ✓ in the database: {what}")

    def value(self, query: LiteralString, **parameters: object) -> object:
        with self.transaction() as connection:
            row = connection.execute(query, parameters).fetchone()
            return row[0] if row else None

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection]:
        """One as a person with the password might open it; committed at the end."""
        with psycopg.connect(self._url) as connection:
            connection.execute(
                "select set_config('app.teacher_id', directory.teacher_by_slug(%s)::text, true)", [self._slug]
            )
            yield connection


LEDGER_DRIFT: LiteralString = """
    select count(*) from credit_accounts a join (
      select teacher_id, student_id, sum(units) as units, sum(reserved_units) as reserved_units
      from credit_ledger group by teacher_id, student_id) e
      on e.teacher_id = a.teacher_id and e.student_id = a.student_id
    where a.balance <> e.units or a.reserved <> e.reserved_units
"""

NO_OVERLAP: LiteralString = """
    select count(*) from class_sessions a join class_sessions b
      on a.teacher_id = b.teacher_id and a.id < b.id and a.blocked && b.blocked
    where a.status in ('held', 'pending', 'scheduled') and b.status in ('held', 'pending', 'scheduled')
      and not a.overlap_allowed and not b.overlap_allowed
"""
