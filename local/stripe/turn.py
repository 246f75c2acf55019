"""Whose turn it is: one at a time reads or changes what this Stripe knows, and finds what is due by now done."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.stripe.objects import checkout_sessions
from local.stripe.platform import Platform


@contextmanager
def turn(platform: Platform) -> Iterator[None]:
    with platform.lock:
        for books in platform.every_books():
            checkout_sessions.expire_due(books)
        try:
            yield
        finally:
            platform.keep()
