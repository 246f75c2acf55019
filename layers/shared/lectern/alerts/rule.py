"""A rule by which a teacher is told of a metric, and the usual one for each."""

from dataclasses import dataclass
from typing import Literal

type Condition = Literal["above", "below", "change", "change_from_mean"]
type Channel = Literal["in_app", "email"]
type WindowDays = Literal[7, 28]

# How many windows, the present one among them, a condition looks at.
_WINDOWS = {"above": 1, "below": 1, "change": 2, "change_from_mean": 5}


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when the value is `above` or `below` the threshold, or has changed by that many percent or more.

    A `change` is from the window of the same length before, `change_from_mean` from the mean of the four before; a
    threshold below zero means a fall. Fewer than `min_sample` things to measure say nothing. After a teacher was told,
    `cooldown_days` pass before they are told of the same metric again, if it still fires then.
    """

    metric: str
    condition: Condition
    threshold: float
    window_days: WindowDays = 28
    min_sample: int = 0
    channel: Channel = "email"
    cooldown_days: int = 7
    is_enabled: bool = True

    @property
    def windows(self) -> int:
        return _WINDOWS[self.condition]

    @property
    def is_about_change(self) -> bool:
        return self.windows > 1

    @property
    def is_about_fall(self) -> bool:
        return self.is_about_change and self.threshold < 0


# The last three have no threshold that would suit most teachers, and wait to be switched on.
USUAL_RULES = {
    rule.metric: rule
    for rule in (
        Rule("no_show_and_late_cancel_rate", "above", 10, min_sample=10),
        Rule("page_conversion", "change", -30, min_sample=50),
        Rule("active_students", "change", -15),
        Rule("lessons_next_14_days", "change", -25),
        Rule("failed_payments", "above", 1, window_days=7),
        Rule("calendar_stale_minutes", "above", 30),
        Rule("unconfirmed_lessons", "above", 0),
        Rule("revenue", "change", -20, is_enabled=False),
        Rule("utilisation", "below", 30, is_enabled=False),
        Rule("response_minutes", "above", 24 * 60, min_sample=3, is_enabled=False),
    )
}
