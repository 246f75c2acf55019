"""What a daily run has found, as it was written down; facts are those of `verdict`, as JSON."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`facts` are None when too little was known."""

    metric: str
    window_end: date
    facts: dict[str, object] | None
    evaluated_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """It fires while `resolved_at` is None; `resolved_facts` are None also when its rule was switched off.

    `notified_on` is the end of the window with which its teacher was told, None while they were not.
    """

    id: UUID
    metric: str
    window_end: date
    facts: dict[str, object]
    notified_on: date | None
    fired_at: datetime
    resolved_facts: dict[str, object] | None
    resolved_at: datetime | None
