"""The thresholds that hold for a teacher: their own, or the usual ones."""

from datetime import datetime

from lectern.database import Transaction
from lectern.errors import Invalid
from lectern.events import record
from lectern.lifecycle import queries
from lectern.lifecycle.thresholds import Thresholds

# The lower one first.
_IN_ORDER = (
    ("overdue_days", "lapsed_days"),
    ("overdue_rhythms", "lapsed_rhythms"),
    ("gap_rhythms", "wide_gap_rhythms"),
    ("rhythm_needs_lessons", "rhythm_lessons"),
    ("shortest_rhythm_days", "longest_rhythm_days"),
    ("watch_score", "high_score"),
)


def get_thresholds(tx: Transaction) -> Thresholds:
    stored = queries.ask_thresholds(tx).one_or_none()
    return Thresholds(**stored.thresholds) if stored else Thresholds()  # type: ignore[arg-type]  # as they were stored


def set_thresholds(tx: Transaction, thresholds: Thresholds, now: datetime) -> None:
    """From the next run on. Raises Invalid "unsatisfiable_thresholds" where one that must not be higher is."""
    for lower, higher in _IN_ORDER:
        if getattr(thresholds, lower) > getattr(thresholds, higher):
            raise Invalid(
                "unsatisfiable_thresholds",
                f"{lower} must not be above {higher}. Change one of them.",
                fields=[lower, higher],
            )
    queries.put_thresholds(tx, thresholds, now)
    record(tx, "lifecycle.thresholds_changed", tx.teacher_id, {}, now)
