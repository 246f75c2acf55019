"""The end of a job that takes too long: it fails by itself, and does not take the function and its whole batch along.

A function that outlives its timeout is killed, and every message of its batch counts as received once more, those too
that had not begun: behind a slow teacher, others would end among the dead letters.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from lectern.errors import Unavailable

# psycopg has the server end its statement and waits for that; the next interruption ends the wait, for a server that
# does not answer. Whatever else is to be done at the end takes less.
AGAIN_SECONDS = 5


class _Interrupted(KeyboardInterrupt):
    """No Exception, which a job might take for a failure of what it was just doing.

    And the one interruption for which psycopg gives up what it waits for, and has the server give it up.
    """


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raises Unavailable `took_too_long` out of the block. For the main thread, in which Lambda runs a handler."""
    before = signal.signal(signal.SIGALRM, _interrupt)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Interrupted as interrupted:
        failure = Unavailable("took_too_long", "The job took the whole of the invocation.")
        # Where it was is what the log is to tell.
        raise failure.with_traceback(interrupted.__traceback__) from None
    finally:
        signal.signal(signal.SIGALRM, before)


def _interrupt(*_: object) -> Never:
    raise _Interrupted
