"""retention-cohorts, the hourly run: the cohorts of all teachers, added up anew."""

from datetime import datetime

from lectern import directory

# A thousand teachers with 500 sessions each take about 1.5 s. Well below the time that a function has for its job.
LONGEST_SECONDS = 90.0


def refresh(now: datetime) -> None:
    """Readers see the cohorts of before until it is done; of two at once the second waits, and finds little to change.

    Raises Unavailable when it takes longer than LONGEST_SECONDS, and then nothing has changed.
    """
    directory.refresh_retention_cohorts(now, LONGEST_SECONDS)
