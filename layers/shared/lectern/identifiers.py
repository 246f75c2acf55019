"""Time-ordered identifiers (RFC 9562, UUID version 7), so that new rows lie together in an index."""

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_NANOSECONDS = 1_000_000


def new_id() -> UUID:
    """48 bits of Unix time in milliseconds, 12 of the fraction, then 62 random ones (RFC 9562, sections 5.7 and 6.2).

    The fraction keeps what one process makes within a millisecond in order, the events of a transaction for one.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), _NANOSECONDS)
    fraction = (nanoseconds << 12) // _NANOSECONDS
    random = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=milliseconds << 80 | _VERSION_7 | fraction << 64 | _VARIANT | random)
