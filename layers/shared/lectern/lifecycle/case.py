"""One student on one day: their facts, held against the thresholds and the calendar. Pure."""

from dataclasses import dataclass
from datetime import date

from lectern.lifecycle.facts import Facts
from lectern.lifecycle.rhythm import rhythm_days
from lectern.lifecycle.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Case:
    """`silent_days` have passed since the student's last lesson or, before there is one, since they last did anything.

    Nobody is silent for having come to a lesson that is not marked yet.

    Without a lesson ahead, they are overdue after `overdue_after` days of that and have lapsed after `lapsed_after`.
    """

    facts: Facts
    thresholds: Thresholds
    today: date
    rhythm: float
    silent_days: int

    @property
    def overdue_after(self) -> float:
        return max(self.thresholds.overdue_days, self.thresholds.overdue_rhythms * self.rhythm)

    @property
    def lapsed_after(self) -> float:
        return max(self.thresholds.lapsed_days, self.thresholds.lapsed_rhythms * self.rhythm)

    @property
    def is_overdue(self) -> bool:
        return not self.facts.has_lesson_ahead and self.silent_days > self.overdue_after

    @property
    def has_lapsed(self) -> bool:
        return not self.facts.has_lesson_ahead and self.silent_days > self.lapsed_after

    def days_since(self, day: date) -> int:
        return (self.today - day).days


def case_of(facts: Facts, thresholds: Thresholds, today: date) -> Case:
    silent_days = (today - _last_sign(facts)).days
    return Case(facts, thresholds, today, rhythm_days(facts.latest_lessons, thresholds), silent_days)


def _last_sign(facts: Facts) -> date:
    lessons = [day for day in (facts.lesson_unmarked_on, *facts.latest_lessons[:1]) if day]
    before_any = [facts.known_since, facts.trial_unmarked_on, facts.trial_done_on, facts.last_booked_on]
    return max(lessons or [day for day in before_any if day])
