"""Time-ordered identifiers (RFC 9562, UUID version 7), so that new rows lie together in an index."""

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_A = ((1 << 12) - 1) << 64
_RANDOM_B = (1 << 62) - 1


def new_id() -> UUID:
    """48 bits of Unix time in milliseconds, then 74 random bits (RFC 9562, section 5.7)."""
    random = int.from_bytes(os.urandom(10))
    milliseconds = time.time_ns() // 1_000_000
    return UUID(int=milliseconds << 80 | _VERSION_7 | random & _RANDOM_A | _VARIANT | random & _RANDOM_B)
