"""A race whose order is sure: one transaction is under way, and somebody else already waits for it."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future

from lectern.database import Transaction


def held_up_by[T](tx: Transaction, thread: Executor, act: Callable[[], T]) -> Future[T]:
    """Begun when all that `tx` has sent is done; it waits for a lock of that transaction's by now."""
    tx.connection.execute("select 1").fetchone()
    begun, until = thread.submit(act), time.monotonic() + 10
    waits = "select 1 from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))"
    while not tx.connection.execute(waits).fetchone():
        assert time.monotonic() < until
        time.sleep(0.01)
    return begun
