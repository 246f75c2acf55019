"""Where students stand just now, for a teacher to look at: one of them with the way there, or all in numbers.

By the same rules as the daily run, on what is known at the moment of asking; only the run writes anything down.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lectern.database import Transaction
from lectern.errors import NotFound
from lectern.lifecycle import queries
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.facts_query import ask_facts, ask_facts_of
from lectern.lifecycle.queries import Transition
from lectern.lifecycle.settings import get_thresholds
from lectern.lifecycle.stage import Standing, standing_of
from lectern.page import Page, page_of

type RiskKey = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class StudentStanding:
    """`since` is the local date on which a run first found the stage; None when none has yet."""

    student_id: UUID
    name: str
    standing: Standing
    since: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """On the local date `today`. Numbers of students by stage, and by risk of those who take lessons."""

    today: date
    stages: Counter[str]
    risks: Counter[str]
    at_risk: Page[StudentStanding, RiskKey]


def student_standing(
    tx: Transaction, student_id: UUID, now: datetime, before: date | None, limit: int
) -> tuple[StudentStanding, Page[Transition, date]]:
    """A student's stage and a page of its history, the newest first. Raises NotFound `student_not_found`."""
    asked_today, transitions = queries.ask_today(tx, now), queries.ask_transitions(tx, student_id, before, limit + 1)
    thresholds, today = get_thresholds(tx), asked_today.one().local_date
    facts = ask_facts_of(tx, student_id, thresholds, today, now).one_or_none()
    if facts is None:
        raise NotFound("student_not_found", "There is no such student.")
    history = page_of(transitions.all(), limit, lambda transition: transition.local_date)
    return _with_since(facts, standing_of(facts, thresholds, today)), history


def overview(tx: Transaction, now: datetime, after: RiskKey | None, limit: int) -> Overview:
    """All students in numbers and those at risk, the highest score first."""
    asked_today = queries.ask_today(tx, now)
    thresholds, today = get_thresholds(tx), asked_today.one().local_date
    students = [
        _with_since(facts, standing_of(facts, thresholds, today))
        for facts in ask_facts(tx, thresholds, today, now).all()
    ]
    risks = [student.standing.risk for student in students]
    at_risk = sorted((student for student in students if student.standing.is_at_risk), key=_risk_key)
    rest = [student for student in at_risk if after is None or _risk_key(student) > after]
    return Overview(
        today,
        Counter(student.standing.stage for student in students),
        Counter(risk.level for risk in risks if risk),
        page_of(rest, limit, _risk_key),
    )


def _with_since(facts: Facts, found: Standing) -> StudentStanding:
    since = facts.recorded_since if found.stage == facts.recorded_stage else None
    return StudentStanding(facts.student_id, facts.name, found, since)


def _risk_key(student: StudentStanding) -> RiskKey:
    return (-student.standing.risk.score if student.standing.risk else 0, student.student_id)
