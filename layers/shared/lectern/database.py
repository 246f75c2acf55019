"""Opens the transactions of a tenant, and nothing else touches the connection pool.

Statements travel in psycopg's pipeline mode: one is sent when it is written and waited for when its rows are read, so
that what does not depend on an answer shares its round trip. Errors of the driver become `lectern.errors` here.
"""

import logging
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from functools import cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, LiteralString, Self
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, args_row
from psycopg_pool import ConnectionPool, PoolTimeout

from lectern.constraints import broken_rule
from lectern.errors import Unavailable
from lectern.settings import database_settings, database_url_instead

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Parameters = Mapping[str, object]

# A lost race fails a statement while others are under way. psycopg raises that, and logs that the others were skipped.
logging.getLogger("psycopg").addFilter(lambda record: not record.getMessage().startswith("error ignored terminating"))


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
    _afterwards: dict[str, Callable[[], None]] = field(default_factory=dict)

    def ask[T](self, statement: LiteralString, of: type[T], parameters: Parameters | None = None) -> Answer[T]:
        """Send a statement whose columns are the fields of `of`, in order."""
        cursor = self.connection.cursor(row_factory=args_row(of))
        return Answer(cursor.execute(statement, self._with_teacher(parameters)))

    def send(self, statement: LiteralString, parameters: Parameters | None = None) -> None:
        """Send a statement without waiting; what it breaks is raised by the next read, or by the commit."""
        self.connection.execute(statement, self._with_teacher(parameters))

    def after_commit(self, what: str, act: Callable[[], None]) -> None:
        """Do it once the commit has succeeded, with the connection given back: once, however often it is asked for.

        It sees what the statements of this transaction answered. It must not raise: what it follows is done.
        """
        self._afterwards[what] = act

    def _with_teacher(self, parameters: Parameters | None) -> dict[str, object]:
        return {"teacher_id": self.teacher_id, **(parameters or {})}


def columns(row: "DataclassInstance") -> dict[str, object]:
    """The fields of a flat dataclass, by name. `dataclasses.asdict` would copy each value, at ten times the cost."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


@contextmanager
def tenant(teacher_id: UUID) -> Iterator[Transaction]:
    """A transaction in which only this teacher's rows exist; it commits at the end of the block, or rolls back.

    Raises Unavailable when the database does not answer, and the rule behind a constraint that a statement breaks.
    """
    with _connection() as connection, _rolled_back_on_error(connection), connection.pipeline() as pipeline:
        _send_along(pipeline, b"begin")
        connection.execute("select set_config('app.teacher_id', %s, true)", [str(teacher_id)])
        before = _in_transaction.set(True)
        tx = Transaction(teacher_id, connection)
        try:
            yield tx
        except KeyboardInterrupt:
            # Nobody wants any more what the server is still at. Leaving the pipeline would wait for it, and without end
            # for a server that hangs.
            with suppress(psycopg.Error):
                connection.cancel_safe(timeout=1)
            connection.pgconn.finish()
            raise
        finally:
            _in_transaction.reset(before)
        # The end of the pipeline waits for it, and raises what it or a statement before it breaks.
        _send_along(pipeline, b"commit")
    for act in tx._afterwards.values():  # noqa: SLF001 - its own, filled in by its users
        act()


def _send_along(pipeline: psycopg.Pipeline, command: bytes) -> None:
    """Have a command travel with what is sent next, as psycopg's own do: a cursor would write it by itself."""
    pipeline.command_queue.append(partial(pipeline.pgconn.send_query_params, command, None))
    pipeline.result_queue.append(None)


def in_transaction() -> bool:
    """Whether this thread is inside a `tenant` block, and keeps its connection and locks through all that it does."""
    return _in_transaction.get()


def ask_directory(statement: LiteralString, parameters: Sequence[object]) -> TupleRow | None:
    """The first row of a call into the schema `directory`; for `lectern.directory` alone."""
    with _connection() as connection:
        return connection.execute(statement, parameters).fetchone()


def list_directory(statement: LiteralString, parameters: Sequence[object]) -> list[TupleRow]:
    """Every row of a call into the schema `directory`; for `lectern.directory` alone."""
    with _connection() as connection:
        return connection.execute(statement, parameters).fetchall()


def carry_out_directory(statement: LiteralString, parameters: Sequence[object], seconds: float) -> None:
    """A call into the schema `directory` that may take that long; for `lectern.directory` alone."""
    with _connection() as connection, connection.transaction():
        # Once a transaction has begun, its time can be lifted, but not made longer.
        limits = "select set_config('transaction_timeout', '0', true), set_config('statement_timeout', %s, true)"
        connection.execute(limits, [f"{seconds * 1000:.0f}"])
        connection.execute(statement, parameters)


def close() -> None:
    """Drop every connection, as before a snapshot of the process; the next use opens a new one."""
    if _opened_pool.cache_info().currsize:
        _opened_pool().close()
        _opened_pool.cache_clear()


_in_transaction = ContextVar("in_transaction", default=False)


class _Connection(psycopg.Connection[TupleRow]):
    used_at = 0.0

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Self:  # noqa: ANN401 - as psycopg declares them
        try:
            return super().connect(conninfo, **options)
        except psycopg.OperationalError as error:
            # libpq has no code for it: https://www.postgresql.org/docs/17/client-authentication-problems.html
            if "password authentication failed" not in str(error):
                raise
        return super().connect(database_url_instead(conninfo), **options)


_opening = Lock()


def _pool() -> ConnectionPool[_Connection]:
    # Threads that come first together must not open a pool each.
    with _opening:
        return _opened_pool()


@cache
def _opened_pool() -> ConnectionPool[_Connection]:
    settings = database_settings()
    options = {
        "statement_timeout": f"{settings.statement_seconds * 1000:.0f}",
        # Not idle_in_transaction_session_timeout: a pipeline that waits for its client is active, not idle.
        "transaction_timeout": f"{settings.transaction_seconds * 1000:.0f}",
        # Every statement reads one tenant by an index, whatever its parameters, and planning one can take longer than
        # running it. So that happens once a connection, where psycopg and PostgreSQL would do it for ten executions.
        "plan_cache_mode": "force_generic_plan",
    }
    return ConnectionPool(
        # Asked for each connection, since the password may have been changed since the last.
        lambda: database_settings().url,
        connection_class=_Connection,
        kwargs={
            "connect_timeout": int(settings.connect_seconds),
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "lectern",
            # psycopg would wait for the begin and the commit that it sends by itself, each a round trip of its own.
            "autocommit": True,
            "prepare_threshold": 0,
        },
        min_size=0,
        max_size=settings.max_connections,
        max_idle=settings.idle_seconds,
        timeout=settings.connect_seconds,
        # One connection is all that a Lambda environment needs at a time, and so one thread to open it.
        num_workers=1,
        check=_refuse_dead,
        # A failed attempt backs off for up to this long; by default for minutes, also when the server is back.
        reconnect_timeout=settings.connect_seconds,
        open=True,
    )


def _refuse_dead(connection: _Connection) -> None:
    """Raise for a connection that must not be used again, without asking the server: that would be a round trip."""
    # By the wall clock: the monotonic one may stand still while the environment is frozen, and the pool's thread does.
    too_old = connection.used_at and time.time() - connection.used_at > database_settings().idle_seconds
    # An idle connection has nothing to read unless the server has closed it or is saying so.
    if too_old or select.select([connection.fileno()], [], [], 0)[0]:
        connection.close()
        # The others have died with it, and the pool would take seconds to find that out one by one.
        _pool().drain()
        raise psycopg.OperationalError("the connection has idled too long or was closed by the server")


@contextmanager
def _rolled_back_on_error(connection: _Connection) -> Iterator[None]:
    """The pool would roll back as well, but psycopg then forgets what it prepared, and refusals are daily business."""
    try:
        yield
    except BaseException:
        if connection.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            connection.pgconn.exec_(b"rollback")
        raise


@contextmanager
def _connection() -> Iterator[_Connection]:
    try:
        with _pool().connection() as connection:
            try:
                yield connection
            finally:
                # Here and not as the pool's `reset`, for which it returns connections by its thread: the next
                # transaction would not find this one there yet, and open another.
                connection.used_at = time.time()
    except (psycopg.Error, PoolTimeout) as error:
        failure = _first(error)
        if isinstance(failure, psycopg.IntegrityError):
            raise broken_rule(failure.diag.constraint_name) from failure
        if isinstance(failure, psycopg.OperationalError | PoolTimeout):
            raise Unavailable(
                "database_unavailable", "The database does not answer just now. Try again.", retry_after=1
            ) from failure
        raise failure from None


def _first(error: Exception) -> Exception:
    """What failed: where its answer comes before the commit's, psycopg raises of the two that there was no commit."""
    if isinstance(error, psycopg.errors.PipelineAborted) and isinstance(error.__context__, psycopg.Error):
        return error.__context__
    return error
