"""The statements with which a teacher says when they teach; `offer_query` reads it for the slots."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from psycopg.types.json import Jsonb

from lectern.database import Answer, Transaction
from lectern.slots import Override


@dataclass(frozen=True, slots=True)
class StoredRule:
    """As `rules.WeeklyRule`, with its id."""

    id: UUID
    weekday: int
    start_minute: int
    end_minute: int
    effective_from: date | None
    effective_until: date | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class StoredOverride:
    local_date: date
    hours: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class TimeOff:
    id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    rows: int


def rules(tx: Transaction) -> Answer[StoredRule]:
    return tx.ask(
        """
        select id, weekday, start_minute, end_minute, effective_from, effective_until, is_active
        from availability_rules
        where teacher_id = %(teacher_id)s
        order by weekday, start_minute, end_minute, id
        """,
        StoredRule,
    )


def count_rules(tx: Transaction) -> Answer[Count]:
    return tx.ask("select count(*) from availability_rules where teacher_id = %(teacher_id)s", Count)


def insert_rules(tx: Transaction, new: Sequence[StoredRule], now: datetime) -> None:
    tx.send(
        """
        insert into availability_rules (teacher_id, id, weekday, start_minute, end_minute,
          effective_from, effective_until, is_active, created_at)
        select %(teacher_id)s, r.id, r.weekday, r.start_minute, r.end_minute,
          r.effective_from, r.effective_until, r.is_active, %(now)s
        from jsonb_to_recordset(%(rules)s) as r (id uuid, weekday smallint, start_minute smallint,
          end_minute smallint, effective_from date, effective_until date, is_active boolean)
        """,
        {"rules": Jsonb([asdict(rule) for rule in new], dumps=partial(json.dumps, default=str)), "now": now},
    )


def delete_rules(tx: Transaction) -> None:
    tx.send("delete from availability_rules where teacher_id = %(teacher_id)s")


def delete_rule(tx: Transaction, rule_id: UUID) -> Answer[StoredRule]:
    return tx.ask(
        """
        delete from availability_rules
        where teacher_id = %(teacher_id)s and id = %(rule_id)s
        returning id, weekday, start_minute, end_minute, effective_from, effective_until, is_active
        """,
        StoredRule,
        {"rule_id": rule_id},
    )


def overrides(tx: Transaction, from_date: date, until_date: date) -> Answer[StoredOverride]:
    """Of the dates in [from_date, until_date)."""
    return tx.ask(
        """
        select local_date, hours
        from availability_overrides
        where teacher_id = %(teacher_id)s and local_date >= %(from_date)s and local_date < %(until_date)s
        order by local_date
        """,
        StoredOverride,
        {"from_date": from_date, "until_date": until_date},
    )


def put_override(tx: Transaction, override: Override, now: datetime) -> None:
    hours = [(hours.start_minute, hours.end_minute) for hours in override.hours]
    tx.send(
        """
        insert into availability_overrides (teacher_id, local_date, hours, created_at)
        values (%(teacher_id)s, %(local_date)s, %(hours)s, %(now)s)
        on conflict (teacher_id, local_date) do update set hours = excluded.hours
        """,
        {"local_date": override.local_date, "hours": Jsonb(hours), "now": now},
    )


def delete_override(tx: Transaction, local_date: date) -> Answer[StoredOverride]:
    return tx.ask(
        """
        delete from availability_overrides
        where teacher_id = %(teacher_id)s and local_date = %(local_date)s
        returning local_date, hours
        """,
        StoredOverride,
        {"local_date": local_date},
    )


def time_off(tx: Transaction, from_: datetime, until: datetime) -> Answer[TimeOff]:
    """Whatever reaches into [from_, until)."""
    return tx.ask(
        """
        select id, starts_at, ends_at, reason
        from time_off
        where teacher_id = %(teacher_id)s and ends_at > %(from)s and starts_at < %(until)s
        order by starts_at, id
        """,
        TimeOff,
        {"from": from_, "until": until},
    )


def insert_time_off(tx: Transaction, added: TimeOff, now: datetime) -> None:
    tx.send(
        """
        insert into time_off (teacher_id, id, starts_at, ends_at, reason, created_at)
        values (%(teacher_id)s, %(id)s, %(starts_at)s, %(ends_at)s, %(reason)s, %(now)s)
        """,
        {**asdict(added), "now": now},
    )


def delete_time_off(tx: Transaction, time_off_id: UUID) -> Answer[TimeOff]:
    return tx.ask(
        """
        delete from time_off
        where teacher_id = %(teacher_id)s and id = %(time_off_id)s
        returning id, starts_at, ends_at, reason
        """,
        TimeOff,
        {"time_off_id": time_off_id},
    )
