"""Opens the transactions of a tenant, and nothing else touches the connection pool.

Statements travel in psycopg's pipeline mode: one is sent when it is written and waited for when its rows are read, so that
what does not depend on an answer shares its round trip. Errors of the driver become the errors of `lectern.errors` here.
"""

import select
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow, args_row
from psycopg_pool import ConnectionPool, PoolTimeout

from lectern.constraints import broken_rule
from lectern.errors import Unavailable
from lectern.settings import database_settings

type Parameters = Mapping[str, object]


class Answer[T]:
    """The rows of a statement that was sent; reading them waits for what was sent so far."""

    def __init__(self, cursor: psycopg.Cursor[T]) -> None:
        self._cursor = cursor

    def all(self) -> list[T]:
        return self._cursor.fetchall()

    def one_or_none(self) -> T | None:
        return self._cursor.fetchone()

    def one(self) -> T:
        """The row of a statement that always has one."""
        row = self._cursor.fetchone()
        if row is None:
            raise AssertionError("a statement that always has a row had none")
        return row


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction of one teacher; `%(teacher_id)s` is filled in for every statement."""

    teacher_id: UUID
    connection: psycopg.Connection[TupleRow]

    def ask[T](
        self, statement: LiteralString, of: type[T], parameters: Parameters | None = None
    ) -> Answer[T]:
        """Send a statement whose columns are the fields of `of`, in order."""
        cursor = self.connection.cursor(row_factory=args_row(of))
        return Answer(cursor.execute(statement, self._with_teacher(parameters)))

    def send(self, statement: LiteralString, parameters: Parameters | None = None) -> None:
        """Send a statement without waiting; what it breaks is raised by the next read, or by the commit."""
        self.connection.execute(statement, self._with_teacher(parameters))

    def _with_teacher(self, parameters: Parameters | None) -> dict[str, object]:
        return {"teacher_id": self.teacher_id, **(parameters or {})}


@contextmanager
def tenant(teacher_id: UUID) -> Iterator[Transaction]:
    """A transaction in which only this teacher's rows exist. It commits at the end of the block, or rolls back on any error.

    Raises Unavailable when the database does not answer, and the rule behind a constraint that a statement breaks.
    """
    with _connection() as connection, connection.pipeline():
        connection.execute("select set_config('app.teacher_id', %s, true)", [str(teacher_id)])
        yield Transaction(teacher_id, connection)
        connection.commit()


def ask_directory(statement: LiteralString, parameters: Sequence[object]) -> TupleRow | None:
    """The first row of a call into the schema `directory`; for `lectern.directory` alone."""
    with _connection() as connection, connection.pipeline():
        cursor = connection.execute(statement, parameters)
        connection.commit()
        return cursor.fetchone()


def close() -> None:
    """Drop every connection, as before a snapshot of the process; the next use opens a new one."""
    if _pool.cache_info().currsize:
        _pool().close()
        _pool.cache_clear()


class _Connection(psycopg.Connection[TupleRow]):
    used_at = 0.0


@cache
def _pool() -> ConnectionPool[_Connection]:
    settings = database_settings()
    timeouts = {
        "statement_timeout": settings.statement_seconds,
        "idle_in_transaction_session_timeout": settings.idle_in_transaction_seconds,
    }
    return ConnectionPool(
        settings.url,
        connection_class=_Connection,
        kwargs={
            "connect_timeout": int(settings.connect_seconds),
            "options": " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in timeouts.items()),
            "application_name": "lectern",
        },
        min_size=0,
        max_size=settings.max_connections,
        max_idle=settings.idle_seconds,
        timeout=settings.connect_seconds,
        # One connection is all that a Lambda environment needs at a time, and so one thread to open it.
        num_workers=1,
        check=_refuse_dead,
        reset=_note_use,
        open=True,
    )


def _note_use(connection: _Connection) -> None:
    connection.used_at = time.time()


def _refuse_dead(connection: _Connection) -> None:
    """Raise for a connection that must not be used again, without asking the server: that would be a round trip."""
    # By the wall clock: the monotonic one may stand still while the environment is frozen, and the pool's thread does.
    too_old = connection.used_at and time.time() - connection.used_at > database_settings().idle_seconds
    # An idle connection has nothing to read unless the server has closed it or is saying so.
    if too_old or select.select([connection.fileno()], [], [], 0)[0]:
        connection.close()
        raise psycopg.OperationalError("the connection has idled too long or was closed by the server")


@contextmanager
def _connection() -> Iterator[_Connection]:
    try:
        with _pool().connection() as connection:
            yield connection
    except psycopg.IntegrityError as error:
        raise broken_rule(error.diag.constraint_name) from error
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise Unavailable(
            "database_unavailable", "The database does not answer just now. Try again.", retry_after=1
        ) from error
