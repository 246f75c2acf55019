"""How often a student comes: the median gap between their latest lessons."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from lectern.lifecycle.thresholds import Thresholds


def rhythm_days(latest_lessons: Sequence[date], thresholds: Thresholds) -> float:
    """In days, of lessons given the newest first; the usual one while there are too few to tell."""
    if len(latest_lessons) < max(2, thresholds.rhythm_needs_lessons):
        return thresholds.usual_rhythm_days
    gaps = sorted((later - earlier).days for later, earlier in pairwise(latest_lessons))
    median = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2
    return min(max(median, thresholds.shortest_rhythm_days), thresholds.longest_rhythm_days)
