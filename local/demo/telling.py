"""How the demo speaks, and waits for what it says."""

import time
from collections.abc import Callable

from local.demo.api import StepFailed

LONGEST_WAIT_SECONDS = 20.0


def heading(text: str) -> None:
    print(f"\n● {text}")


def say(text: str) -> None:
    print(f"    {text}")


def await_that(what: str, is_so: Callable[[], bool]) -> None:
    """Raise StepFailed when it does not become so."""
    latest = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_so():
        if time.monotonic() > latest:
            raise StepFailed(f"By now, {what}.")
        time.sleep(0.1)
