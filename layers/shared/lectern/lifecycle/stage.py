"""The stage of a student: the rules in order, of which the first that fits holds. Pure.

Two of them stand elsewhere than a reader of the list of stages might expect. Who has lapsed also has the signs of high
risk, so lapsed comes before at risk. And who was won back is also new or active, so that comes before those.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lectern.lifecycle.case import Case, case_of
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.reason import Reason
from lectern.lifecycle.risk import Risk, risk_of
from lectern.lifecycle.thresholds import Thresholds

type Stage = Literal[
    "archived",
    "paused",
    "lead",
    "lost_lead",
    "trial_booked",
    "trial_done",
    "lost_trial",
    "won_back",
    "new",
    "lapsed",
    "at_risk",
    "active",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands and why; only one who takes lessons has a risk, whose reasons come last."""

    stage: Stage
    reasons: tuple[Reason, ...]
    risk: Risk | None = None

    @property
    def is_at_risk(self) -> bool:
        return self.stage == "at_risk" or (self.risk is not None and self.risk.level == "high")


def standing_of(facts: Facts, thresholds: Thresholds, today: date) -> Standing:
    """`today` is the teacher's local date."""
    case = case_of(facts, thresholds, today)
    return next(found for rule in _RULES if (found := rule(case)))


def _archived(case: Case) -> Standing | None:
    return Standing("archived", (Reason("archived"),)) if case.facts.is_archived else None


def _paused(case: Case) -> Standing | None:
    until = case.facts.paused_until
    if until is None or until < case.today:
        return None
    return Standing("paused", (Reason("days_of_pause_left", -case.days_since(until)),))


def _lead(case: Case) -> Standing | None:
    """Also who had a trial booked and never took it."""
    facts, limit = case.facts, case.thresholds.lead_days
    if facts.is_ever_booked or facts.has_trial_ahead or facts.trial_unmarked_on or facts.trial_done_on:
        return None
    days = case.days_since(facts.known_since)
    reason = Reason("days_without_lesson", days, limit)
    return Standing("lost_lead" if days > limit else "lead", (reason,))


def _trial_booked(case: Case) -> Standing | None:
    facts = case.facts
    if facts.lessons_done or not (facts.has_trial_ahead or facts.trial_unmarked_on):
        return None
    return Standing("trial_booked", (Reason("trial_ahead" if facts.has_trial_ahead else "trial_not_marked"),))


def _trial_done(case: Case) -> Standing | None:
    facts, limit = case.facts, case.thresholds.trial_days
    if facts.trial_done_on is None or facts.is_ever_booked or facts.has_bought:
        return None
    days = case.days_since(facts.trial_done_on)
    return Standing("lost_trial" if days > limit else "trial_done", (Reason("days_since_trial", days, limit),))


def _won_back(case: Case) -> Standing | None:
    if case.facts.returned_on is None:
        return None
    days, limit = case.days_since(case.facts.returned_on), case.thresholds.won_back_days
    return _taught(case, "won_back", Reason("days_since_return", days, limit)) if days <= limit else None


def _new(case: Case) -> Standing | None:
    if case.is_overdue:
        return None
    lessons, first = _paid_lessons(case.facts)
    if lessons < case.thresholds.new_lessons:
        return _taught(case, "new", Reason("few_lessons", lessons, case.thresholds.new_lessons))
    days = case.days_since(first) if first else 0
    if days <= case.thresholds.new_days:
        return _taught(case, "new", Reason("days_since_first_lesson", days, case.thresholds.new_days))
    return None


def _paid_lessons(facts: Facts) -> tuple[int, date | None]:
    """Where no price was ever named, money changes hands elsewhere, and any lesson counts as paid."""
    if facts.paid_lessons_done:
        return facts.paid_lessons_done, facts.first_paid_lesson_on
    return facts.lessons_done, facts.first_lesson_on


def _lapsed(case: Case) -> Standing | None:
    if not case.has_lapsed:
        return None
    return Standing("lapsed", (Reason("days_since_lesson", case.silent_days, case.lapsed_after),))


def _at_risk(case: Case) -> Standing | None:
    if case.is_overdue:
        return _taught(case, "at_risk", Reason("overdue", case.silent_days, case.overdue_after))
    risk = risk_of(case)
    return Standing("at_risk", risk.reasons, risk) if risk.level == "high" else None


def _active(case: Case) -> Standing:
    if case.facts.has_lesson_ahead:
        return _taught(case, "active", Reason("lesson_ahead"))
    return _taught(case, "active", Reason("days_since_lesson", case.silent_days, case.overdue_after))


def _taught(case: Case, stage: Stage, reason: Reason) -> Standing:
    risk = risk_of(case)
    return Standing(stage, (reason, *risk.reasons), risk)


_RULES: tuple[Callable[[Case], Standing | None], ...] = (
    _archived,
    _paused,
    _lead,
    _trial_booked,
    _trial_done,
    _won_back,
    _new,
    _lapsed,
    _at_risk,
    _active,
)
