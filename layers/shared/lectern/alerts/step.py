"""What follows from a verdict: an alert fires, is told later, is resolved, or nothing changes. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from lectern.alerts.rule import Rule
from lectern.alerts.verdict import Verdict


@dataclass(frozen=True, slots=True)
class LastAlert:
    """How it stands with a metric: the alert that fires, if one does, and when the teacher was last told of one.

    `notified_on` is the end of the window with which they were told.
    """

    metric: str
    firing_id: UUID | None
    is_firing_notified: bool
    notified_on: date | None


@dataclass(frozen=True, slots=True)
class Step:
    to: Literal["fired", "told", "resolved"]
    is_notified: bool


def next_step(rule: Rule, verdict: Verdict | None, last: LastAlert | None, window_end: date) -> Step | None:
    """None where nothing changes, as when too little is known: what is missing is no sign of anything.

    The cooldown puts off that a teacher is told: what still fires when it is over is told then, once. They are told of
    an end only if they were told of the beginning, even while the cooldown lasts.
    """
    if verdict is None:
        return None
    if last is None or last.firing_id is None:
        return Step("fired", is_notified=not _is_cooling(rule, last, window_end)) if verdict.is_met else None
    if not verdict.is_met:
        return Step("resolved", is_notified=last.is_firing_notified)
    if last.is_firing_notified or _is_cooling(rule, last, window_end):
        return None
    return Step("told", is_notified=True)


def _is_cooling(rule: Rule, last: LastAlert | None, window_end: date) -> bool:
    if last is None or last.notified_on is None:
        return False
    return (window_end - last.notified_on).days < rule.cooldown_days
