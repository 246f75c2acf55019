"""What the slot engine refuses, in the words of who asked: the engine knows values, the caller knows fields."""

from collections.abc import Iterator
from contextlib import contextmanager

from lectern.errors import Invalid


@contextmanager
def naming(*fields: str) -> Iterator[None]:
    """Raises Invalid `impossible` that names the fields, for a ValueError of the values that are made of them."""
    try:
        yield
    except ValueError as error:
        raise Invalid("impossible", f"{' and '.join(fields)}: {error}.", fields=list(fields)) from error
