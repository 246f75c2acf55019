"""metric-alerts, the daily run: every rule of a teacher held against the windows that end before today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lectern.alerts import queries
from lectern.alerts.alert import Alert
from lectern.alerts.metrics import METRICS
from lectern.alerts.rule import Rule
from lectern.alerts.settings import get_rules
from lectern.alerts.step import LastAlert, Step, next_step
from lectern.alerts.verdict import Verdict, verdict_of
from lectern.alerts.window import windows_before
from lectern.database import Transaction, columns
from lectern.events import record
from lectern.identifiers import new_id
from lectern.sessions.queries import lock_teacher


@dataclass(frozen=True, slots=True)
class _Finding:
    rule: Rule
    verdict: Verdict | None

    @property
    def facts(self) -> dict[str, object] | None:
        return columns(self.verdict.facts) if self.verdict else None


def evaluate(tx: Transaction, local_date: date, now: datetime) -> dict[str, int]:
    """`local_date` is the teacher's. Another run for the same date, or for an earlier one, changes nothing.

    Counts the alerts that fired and that were resolved, whether or not the teacher was told.
    """
    # What fires is read here and written below: a run for another date, or a rule that is set meanwhile, waits.
    lock_teacher(tx)
    asked_zone, asked_alerts = queries.ask_zone(tx), queries.ask_last_alerts(tx)
    rules = [rule for rule in get_rules(tx) if rule.is_enabled]
    findings = _findings(tx, rules, local_date, ZoneInfo(asked_zone.one().time_zone), now)
    last_alerts = {alert.metric: alert for alert in asked_alerts.all()}
    steps: Counter[str] = Counter()
    for finding in _first_of_the_day(tx, findings, local_date, now):
        last = last_alerts.get(finding.rule.metric)
        step = next_step(finding.rule, finding.verdict, last, local_date)
        if step:
            _carry_out(tx, finding, step, last, local_date, now)
            steps[step.to] += 1
    return {"AlertsFired": steps["fired"], "AlertsResolved": steps["resolved"]}


def _findings(tx: Transaction, rules: Sequence[Rule], end: date, zone: ZoneInfo, now: datetime) -> list[_Finding]:
    readings = [
        METRICS[rule.metric].ask(tx, windows_before(end, rule.window_days, rule.windows, zone), now) for rule in rules
    ]
    return [
        _Finding(rule, verdict_of(rule, read(), is_count=METRICS[rule.metric].is_count))
        for rule, read in zip(rules, readings, strict=True)
    ]


def _first_of_the_day(tx: Transaction, findings: Sequence[_Finding], window_end: date, now: datetime) -> list[_Finding]:
    facts = {finding.rule.metric: finding.facts for finding in findings}
    fresh = {each.metric for each in queries.ask_evaluate(tx, facts, window_end, now).all()}
    return [finding for finding in findings if finding.rule.metric in fresh]


def _carry_out(
    tx: Transaction, finding: _Finding, step: Step, last: LastAlert | None, window_end: date, now: datetime
) -> None:
    metric, facts = finding.rule.metric, finding.facts or {}
    alert_id = last.firing_id if last and last.firing_id else new_id()
    match step.to:
        case "fired":
            notified_on = window_end if step.is_notified else None
            queries.insert_alert(tx, Alert(alert_id, metric, window_end, facts, notified_on, now, None, None))
        case "told":
            queries.mark_notified(tx, metric, window_end)
        case "resolved":
            queries.resolve_alert(tx, metric, facts, now)
    if step.is_notified:
        told = {"metric": metric, "window_end": window_end.isoformat(), "channel": finding.rule.channel, "facts": facts}
        record(tx, "alert.resolved" if step.to == "resolved" else "alert.fired", alert_id, told, now)
