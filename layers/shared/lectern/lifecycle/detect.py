"""The daily run: where every student of a teacher stands today, and a note of each who stood elsewhere before."""

from dataclasses import dataclass
from datetime import date, datetime

from lectern.database import Transaction, columns
from lectern.identifiers import new_id
from lectern.lifecycle import queries
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.facts_query import ask_facts
from lectern.lifecycle.settings import get_thresholds
from lectern.lifecycle.stage import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Detection:
    """How many students were looked at, and how many of them have changed their stage."""

    students: int
    changes: int


def detect(tx: Transaction, local_date: date, now: datetime) -> Detection:
    """`local_date` is the teacher's. Another run for the same date, or for an earlier one, changes nothing."""
    thresholds = get_thresholds(tx)
    students = ask_facts(tx, thresholds, local_date, now).all()
    standings = [(facts, standing_of(facts, thresholds, local_date)) for facts in students]
    changes = [_change(facts, found) for facts, found in standings if found.stage != facts.recorded_stage]
    written = queries.ask_write(tx, changes, local_date, now).one().number if changes else 0
    return Detection(len(students), written)


def _change(facts: Facts, found: Standing) -> dict[str, object]:
    return {
        "student_id": str(facts.student_id),
        "event_id": str(new_id()),
        "stage": found.stage,
        "before": facts.recorded_stage,
        "risk_score": found.risk.score if found.risk else None,
        "reasons": [columns(reason) for reason in found.reasons],
    }
