"""Servers that hang: they are there and take what they are sent, and answer nothing until they go on."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from local.postgres import Postgres


@contextmanager
def stopped(processes: Sequence[int]) -> Iterator[None]:
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def connections_to(server: Postgres) -> list[int]:
    """The server's processes, one for each connection that `lectern.database` has open."""
    with psycopg.connect(server.app_url) as connection:
        found = connection.execute("select pid from pg_stat_activity where application_name = 'lectern'").fetchall()
    return [process for (process,) in found]
