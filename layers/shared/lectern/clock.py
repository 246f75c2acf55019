"""The one place where the wall clock is read; everything else is told what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """In UTC, to the microsecond, as PostgreSQL keeps it."""
    return datetime.now(UTC)
