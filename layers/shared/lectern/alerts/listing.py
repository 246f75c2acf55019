"""What a teacher sees: the alerts, and how each of their rules stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.alerts import queries
from lectern.alerts.alert import Alert, Evaluation
from lectern.alerts.metrics import METRICS, Metric
from lectern.alerts.rule import Rule
from lectern.alerts.settings import get_rules
from lectern.database import Transaction
from lectern.page import Page, page_of

type AlertKey = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """`latest` is None before the first run, and `firing_id` while nothing fires."""

    rule: Rule
    metric: Metric
    latest: Evaluation | None
    firing_id: UUID | None


def list_alerts(tx: Transaction, after: AlertKey | None, limit: int, *, only_firing: bool) -> Page[Alert, AlertKey]:
    """The newest first. `after` is the `next` of the page before, None for the first."""
    rows = queries.ask_alerts(tx, after, limit + 1, only_firing=only_firing).all()
    return page_of(rows, limit, lambda alert: (alert.fired_at, alert.id))


def list_rules(tx: Transaction) -> list[RuleStanding]:
    """Of every metric there is."""
    asked_latest, asked_alerts = queries.ask_evaluations(tx), queries.ask_last_alerts(tx)
    rules = get_rules(tx)
    latest = {each.metric: each for each in asked_latest.all()}
    firing = {each.metric: each.firing_id for each in asked_alerts.all()}
    return [
        RuleStanding(rule, METRICS[rule.metric], latest.get(rule.metric), firing.get(rule.metric)) for rule in rules
    ]
