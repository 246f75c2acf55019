"""How likely a student is to leave: points for each sign of it, from 0 to 100, and what the signs are. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lectern.lifecycle.case import Case
from lectern.lifecycle.reason import Reason

type RiskLevel = Literal["healthy", "watch", "high"]

HIGHEST_SCORE = 100


@dataclass(frozen=True, slots=True)
class Risk:
    score: int
    level: RiskLevel
    reasons: tuple[Reason, ...]


def risk_of(case: Case) -> Risk:
    """Of a student who takes lessons; what has no points is no reason."""
    reasons = tuple(found for sign in _SIGNS if (found := sign(case)) and found.points)
    score = min(HIGHEST_SCORE, sum(reason.points for reason in reasons))
    return Risk(score, _level(case, score), reasons)


def _level(case: Case, score: int) -> RiskLevel:
    if score >= case.thresholds.high_score:
        return "high"
    return "watch" if score >= case.thresholds.watch_score else "healthy"


def _no_lesson_ahead(case: Case) -> Reason | None:
    if case.facts.has_lesson_ahead:
        return None
    return Reason("no_lesson_ahead", points=case.thresholds.no_lesson_ahead_points)


def _gap(case: Case) -> Reason | None:
    wide, narrow = (times * case.rhythm for times in (case.thresholds.wide_gap_rhythms, case.thresholds.gap_rhythms))
    if not case.facts.latest_lessons or case.silent_days <= narrow:
        return None
    if case.silent_days > wide:
        return Reason("wide_gap", case.silent_days, wide, case.thresholds.wide_gap_points)
    return Reason("gap", case.silent_days, narrow, case.thresholds.gap_points)


def _absences(case: Case) -> Reason | None:
    if case.facts.absences < case.thresholds.absences:
        return None
    return Reason("absences", case.facts.absences, case.thresholds.absences, case.thresholds.absence_points)


def _fewer_lessons(case: Case) -> Reason | None:
    limit = case.facts.lessons_before * case.thresholds.fewer_lessons_share
    # Who had none before cannot have fewer now.
    if case.facts.lessons_before == 0 or case.facts.lessons_lately > limit:
        return None
    return Reason("fewer_lessons", case.facts.lessons_lately, limit, case.thresholds.fewer_lessons_points)


def _no_credits(case: Case) -> Reason | None:
    # A student who pays in another way has not run out of anything.
    if case.facts.credits is None or case.facts.credits > 0:
        return None
    return Reason("no_credits", 0, 0, case.thresholds.no_credits_points)


def _unpaid(case: Case) -> Reason | None:
    if case.facts.unpaid_since is None:
        return None
    days = case.days_since(case.facts.unpaid_since)
    if days <= case.thresholds.unpaid_days:
        return None
    return Reason("unpaid", days, case.thresholds.unpaid_days, case.thresholds.unpaid_points)


def _no_contact(case: Case) -> Reason | None:
    days = case.days_since(case.facts.last_contact_on or case.facts.known_since)
    if days < case.thresholds.no_contact_days:
        return None
    return Reason("no_contact", days, case.thresholds.no_contact_days, case.thresholds.no_contact_points)


_SIGNS: tuple[Callable[[Case], Reason | None], ...] = (
    _no_lesson_ahead,
    _gap,
    _absences,
    _fewer_lessons,
    _no_credits,
    _unpaid,
    _no_contact,
)
