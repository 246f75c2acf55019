"""The settings of a function's environment, for code of Lectern's that runs in this process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from lectern import database
from lectern.settings import database_settings, token_key


def point_at(database_url: str) -> None:
    """For good: this process serves nothing else."""
    os.environ |= {"DATABASE_URL": database_url, "TOKEN_KEY": "a key that only the benchmark knows"}


@contextmanager
def pointed_at(database_url: str) -> Iterator[None]:
    _forget()
    point_at(database_url)
    yield
    _forget()


def _forget() -> None:
    database.close()
    database_settings.cache_clear()
    token_key.cache_clear()
