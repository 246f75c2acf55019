"""Whether a rule can be met, and can be not met, by what its metric can be: another one is a slip of its teacher's."""

from lectern.alerts.metrics import Metric
from lectern.alerts.rule import Rule
from lectern.errors import Invalid

GREATEST_FALL_PERCENT = -100


def require_sense(rule: Rule, metric: Metric) -> None:
    """Raises Invalid.

    - `no_past` for a change of what is only known as it is now,
    - `senseless_threshold` for one that is always passed, or never,
    - `no_sample` for a `min_sample` of what has none: a number that is not compared, or of this moment.
    """
    if rule.is_about_change:
        _require_change(rule, metric)
    else:
        _require_value(rule, metric)
    if rule.min_sample and not rule.is_about_change and (metric.is_count or not metric.has_past):
        raise Invalid("no_sample", "It is a number of its own, and drawn from no others.", fields=["min_sample"])


def _require_change(rule: Rule, metric: Metric) -> None:
    if not metric.has_past:
        raise Invalid("no_past", "It is known as it is now alone. Use above or below.", fields=["condition"])
    if not (GREATEST_FALL_PERCENT <= rule.threshold < 0 or rule.threshold > 0):
        raise Invalid(
            "senseless_threshold",
            "A change is in percent: below 0 and not below -100 for a fall, above 0 for a rise.",
            fields=["threshold"],
        )


def _require_value(rule: Rule, metric: Metric) -> None:
    """Nothing is below 0: a rule of less than 0 is never met, and one of more than that always."""
    is_beyond = rule.condition == "above" and metric.most is not None and rule.threshold >= metric.most
    if rule.threshold < 0 or (rule.condition == "below" and rule.threshold == 0) or is_beyond:
        raise Invalid("senseless_threshold", "It is never there, or always.", fields=["threshold"])
