"""The statements about the lifecycle of students, one function each; that of the facts has a file of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from lectern.database import Answer, Transaction, columns
from lectern.lifecycle.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class StoredThresholds:
    thresholds: dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Today:
    local_date: date


@dataclass(frozen=True, slots=True)
class Transition:
    """`reasons` are those of the day, as JSON."""

    local_date: date
    stage: str
    risk_score: int | None
    reasons: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Written:
    number: int


def ask_thresholds(tx: Transaction) -> Answer[StoredThresholds]:
    return tx.ask(
        "select thresholds from lifecycle_thresholds where teacher_id = %(teacher_id)s",
        StoredThresholds,
    )


def put_thresholds(tx: Transaction, thresholds: Thresholds, now: datetime) -> None:
    tx.send(
        """
        insert into lifecycle_thresholds (teacher_id, thresholds, updated_at)
        values (%(teacher_id)s, %(thresholds)s, %(now)s)
        on conflict (teacher_id) do update set thresholds = excluded.thresholds, updated_at = excluded.updated_at
        """,
        {"thresholds": Jsonb(columns(thresholds)), "now": now},
    )


def ask_today(tx: Transaction, now: datetime) -> Answer[Today]:
    return tx.ask(
        "select (%(now)s::timestamptz at time zone time_zone)::date from teachers where id = %(teacher_id)s",
        Today,
        {"now": now},
    )


def ask_write(tx: Transaction, changes: list[dict[str, object]], local_date: date, now: datetime) -> Answer[Written]:
    """Write the changes of a day and an event for each, where that day has no row yet, and no later day has been run.

    A change has a student_id, event_id, stage, the stage before, risk_score and reasons.
    """
    return tx.ask(
        """
        with changed as (
          select c.student_id, c.event_id, c.stage, c.before, c.risk_score, c.reasons
          from jsonb_to_recordset(%(changes)s) as c (
            student_id uuid, event_id uuid, stage text, before text, risk_score smallint, reasons jsonb)
          where not exists (
            select from student_stages later
            where later.teacher_id = %(teacher_id)s and later.student_id = c.student_id
              and later.local_date > %(local_date)s)
          -- A later run that found no change has left no row, and knew more than this one does.
          and not exists (
            select from job_runs
            where teacher_id = %(teacher_id)s and job = 'lifecycle-detection' and local_date > %(local_date)s)),
        written as (
          insert into student_stages (teacher_id, student_id, local_date, stage, risk_score, reasons, detected_at)
          select %(teacher_id)s, student_id, %(local_date)s, stage, risk_score, reasons, %(now)s
          from changed
          on conflict (teacher_id, student_id, local_date) do nothing
          returning student_id),
        told as (
          insert into domain_events (teacher_id, id, type, subject_id, payload, occurred_at)
          select %(teacher_id)s, event_id, 'student.stage_changed', student_id,
            jsonb_build_object('from', before, 'to', stage, 'local_date', %(local_date)s::date,
              'risk_score', risk_score, 'reasons', reasons), %(now)s
          from changed join written using (student_id))
        select count(*) from written
        """,
        Written,
        {"changes": Jsonb(changes), "local_date": local_date, "now": now},
    )


def ask_transitions(tx: Transaction, student_id: UUID, before: date | None, limit: int) -> Answer[Transition]:
    """The newest first, from the last one before that date."""
    return tx.ask(
        """
        select local_date, stage, risk_score, reasons
        from student_stages
        where teacher_id = %(teacher_id)s and student_id = %(student_id)s
          and (%(before)s::date is null or local_date < %(before)s)
        order by local_date desc
        limit %(limit)s
        """,
        Transition,
        {"student_id": student_id, "before": before, "limit": limit},
    )
