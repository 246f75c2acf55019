"""The statements about rules and alerts, one function each; those that measure have files of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from lectern.alerts.alert import Alert, Evaluation
from lectern.alerts.rule import Rule
from lectern.alerts.step import LastAlert
from lectern.database import Answer, Transaction, columns


@dataclass(frozen=True, slots=True)
class Zone:
    time_zone: str


@dataclass(frozen=True, slots=True)
class Evaluated:
    metric: str


def ask_zone(tx: Transaction) -> Answer[Zone]:
    return tx.ask("select time_zone from teachers where id = %(teacher_id)s", Zone)


def ask_rules(tx: Transaction) -> Answer[Rule]:
    """Those that the teacher has changed."""
    return tx.ask(
        """
        select metric, condition, threshold, window_days, min_sample, channel, cooldown_days, is_enabled
        from alert_rules
        where teacher_id = %(teacher_id)s
        """,
        Rule,
    )


def put_rule(tx: Transaction, rule: Rule, now: datetime) -> None:
    tx.send(
        """
        insert into alert_rules (teacher_id, metric, condition, threshold, window_days, min_sample, channel,
          cooldown_days, is_enabled, updated_at)
        values (%(teacher_id)s, %(metric)s, %(condition)s, %(threshold)s, %(window_days)s, %(min_sample)s, %(channel)s,
          %(cooldown_days)s, %(is_enabled)s, %(now)s)
        on conflict (teacher_id, metric) do update set
          condition = excluded.condition, threshold = excluded.threshold, window_days = excluded.window_days,
          min_sample = excluded.min_sample, channel = excluded.channel, cooldown_days = excluded.cooldown_days,
          is_enabled = excluded.is_enabled, updated_at = excluded.updated_at
        """,
        {**columns(rule), "now": now},
    )


def ask_evaluations(tx: Transaction) -> Answer[Evaluation]:
    return tx.ask(
        "select metric, window_end, facts, evaluated_at from alert_evaluations where teacher_id = %(teacher_id)s",
        Evaluation,
    )


def ask_evaluate(tx: Transaction, facts: Mapping[str, object], window_end: date, now: datetime) -> Answer[Evaluated]:
    """Write down the facts by metric; those come back that had not been evaluated for this window or a later one."""
    return tx.ask(
        """
        insert into alert_evaluations (teacher_id, metric, window_end, facts, evaluated_at)
        select %(teacher_id)s, f.key, %(window_end)s, nullif(f.value, 'null'), %(now)s
        from jsonb_each(%(facts)s) f
        on conflict (teacher_id, metric) do update set
          window_end = excluded.window_end, facts = excluded.facts, evaluated_at = excluded.evaluated_at
        where alert_evaluations.window_end < excluded.window_end
        returning metric
        """,
        Evaluated,
        {"facts": Jsonb(dict(facts)), "window_end": window_end, "now": now},
    )


def ask_last_alerts(tx: Transaction) -> Answer[LastAlert]:
    """Of each metric that ever had an alert."""
    return tx.ask(
        """
        select metric, (array_agg(id) filter (where resolved_at is null))[1],
          coalesce(bool_or(notified_on is not null) filter (where resolved_at is null), false), max(notified_on)
        from metric_alerts
        where teacher_id = %(teacher_id)s
        group by metric
        """,
        LastAlert,
    )


def insert_alert(tx: Transaction, alert: Alert) -> None:
    tx.send(
        """
        insert into metric_alerts (teacher_id, id, metric, window_end, facts, notified_on, fired_at)
        values (%(teacher_id)s, %(id)s, %(metric)s, %(window_end)s, %(facts)s, %(notified_on)s, %(fired_at)s)
        """,
        {**columns(alert), "facts": Jsonb(alert.facts)},
    )


def mark_notified(tx: Transaction, metric: str, window_end: date) -> None:
    """Of the one that fires."""
    tx.send(
        """
        update metric_alerts set notified_on = %(window_end)s
        where teacher_id = %(teacher_id)s and metric = %(metric)s and resolved_at is null
        """,
        {"metric": metric, "window_end": window_end},
    )


def resolve_alert(tx: Transaction, metric: str, facts: dict[str, object] | None, now: datetime) -> None:
    """The one that fires, if there is one."""
    tx.send(
        """
        update metric_alerts set resolved_facts = %(facts)s, resolved_at = %(now)s
        where teacher_id = %(teacher_id)s and metric = %(metric)s and resolved_at is null
        """,
        {"metric": metric, "facts": Jsonb(facts) if facts else None, "now": now},
    )


def ask_alerts(tx: Transaction, after: tuple[datetime, UUID] | None, limit: int, *, only_firing: bool) -> Answer[Alert]:
    """The newest first."""
    after_time, after_id = after or (None, None)
    return tx.ask(
        """
        select id, metric, window_end, facts, notified_on, fired_at, resolved_facts, resolved_at
        from metric_alerts
        where teacher_id = %(teacher_id)s and (not %(only_firing)s or resolved_at is null)
          and (%(after_time)s::timestamptz is null
            or (fired_at, id) < (%(after_time)s::timestamptz, %(after_id)s::uuid))
        order by fired_at desc, id desc
        limit %(limit)s
        """,
        Alert,
        {"only_firing": only_firing, "after_time": after_time, "after_id": after_id, "limit": limit},
    )
