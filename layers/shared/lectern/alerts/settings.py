"""The rules that hold for a teacher: their own, or the usual ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lectern.alerts import queries
from lectern.alerts.metrics import metric_named
from lectern.alerts.rule import USUAL_RULES, Rule
from lectern.alerts.sense import require_sense
from lectern.database import Transaction
from lectern.errors import Invalid
from lectern.events import record
from lectern.sessions.queries import lock_teacher


def get_rules(tx: Transaction) -> list[Rule]:
    """One for each metric."""
    own = {rule.metric: rule for rule in queries.ask_rules(tx).all()}
    return [own.get(metric, usual) for metric, usual in USUAL_RULES.items()]


def usual_rule_with(metric: str, asked: Mapping[str, Any]) -> Rule:
    """The usual rule of a metric but for the fields of a `Rule` that are asked for.

    Raises NotFound `metric_not_found`, and Invalid `threshold_required` where the usual threshold is a change and the
    condition is not, or the other way round: the one says nothing about the other.
    """
    usual = USUAL_RULES[metric_named(metric).name]
    rule = replace(usual, **asked)
    if rule.is_about_change != usual.is_about_change and "threshold" not in asked:
        raise Invalid("threshold_required", "Say the threshold of that condition, too.", fields=["threshold"])
    return rule


def set_rule(tx: Transaction, rule: Rule, now: datetime) -> None:
    """From the next run on; the alert of a rule that is switched off ends, and nobody is told.

    Raises NotFound `metric_not_found`, and Invalid as `require_sense`.
    """
    require_sense(rule, metric_named(rule.metric))
    # A run that is under way may be about to fire by the rule as it was.
    lock_teacher(tx)
    queries.put_rule(tx, rule, now)
    if not rule.is_enabled:
        queries.resolve_alert(tx, rule.metric, None, now)
    record(tx, "alerts.rule_changed", tx.teacher_id, {"metric": rule.metric}, now)
