"""What the lifecycle needs to have happened: lessons of any age, as rows, for nobody may book in the past."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lectern import database
from lectern.identifiers import new_id
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.stage import Standing, standing_of
from lectern.lifecycle.thresholds import Thresholds
from tests.builders import NOW, Teacher

TODAY = NOW.date()


def ago(*days: float) -> list[date]:
    """Dates so many days before today."""
    return [TODAY - timedelta(days=each) for each in days]


def facts(**known: Any) -> Facts:  # noqa: ANN401 - any field of Facts
    """Somebody who came a year ago, was written to today and has done nothing else, unless it is said."""
    [known_since] = ago(365)
    nobody = Facts(
        student_id=UUID(int=7),
        name="Sam",
        is_archived=False,
        paused_until=None,
        known_since=known_since,
        recorded_stage=None,
        recorded_since=None,
        is_ever_booked=False,
        last_booked_on=None,
        has_lesson_ahead=False,
        lesson_unmarked_on=None,
        has_trial_ahead=False,
        trial_unmarked_on=None,
        trial_done_on=None,
        lessons_done=0,
        first_lesson_on=None,
        latest_lessons=[],
        paid_lessons_done=0,
        first_paid_lesson_on=None,
        returned_on=None,
        absences=0,
        lessons_lately=0,
        lessons_before=0,
        has_bought=False,
        credits=None,
        unpaid_since=None,
        last_contact_on=TODAY,
    )
    return replace(nobody, **known)


def a_regular(last: int = 3, every: int = 7, **known: Any) -> Facts:  # noqa: ANN401 - any field of Facts
    """Somebody with 20 paid lessons, the last one so many days ago, and none ahead unless it is said."""
    latest = ago(*(last + every * n for n in range(8)))
    [first] = ago(last + every * 19)
    usual = {
        "is_ever_booked": True,
        "last_booked_on": latest[0],
        "lessons_done": 20,
        "first_lesson_on": first,
        "latest_lessons": latest,
        "paid_lessons_done": 20,
        "first_paid_lesson_on": first,
    }
    return facts(**{**usual, **known})


def standing(known: Facts, thresholds: Thresholds | None = None) -> Standing:
    return standing_of(known, thresholds or Thresholds(), TODAY)


def codes(found: Standing) -> list[str]:
    return [reason.code for reason in found.reasons]


def a_seat(teacher: Teacher, student: UUID, start: datetime, status: str = "completed", **more: object) -> UUID:
    """A seat in a lesson of its own for 50 euros, booked a week before; `more` are other columns of both rows."""
    row = {
        "status": status,
        "price": 5000,
        "trial": False,
        "units": 0,
        "charge": None,
        "late": False,
        "by": None,
        "held_until": start,
        **more,
    }
    row |= {"id": new_id(), "student": student, "start": start, "booked": start - timedelta(days=7), **_session(row)}
    with database.tenant(teacher.id) as tx:
        tx.send(_SERVICE, {"trial": row["trial"], "now": NOW, "name": f"{row['trial']}"})
        tx.send(_SESSION, row)
        tx.send(_SEAT, row)
    return UUID(str(row["id"]))


def lessons(teacher: Teacher, student: UUID, *days_ago: float, hour: int = 10, **more: object) -> None:
    for days in days_ago:
        a_seat(teacher, student, NOW.replace(hour=hour) - timedelta(days=days), **more)  # type: ignore[arg-type]


def _session(row: dict[str, object]) -> dict[str, object]:
    by_seat = {"booked": "scheduled"}
    cancelled_at = row.get("cancelled_at", NOW if row["status"] == "cancelled" else None)
    session_status = row.get("session_status", by_seat.get(str(row["status"]), row["status"]))
    return {"session_status": session_status, "cancelled_at": cancelled_at}


_SERVICE = """
    insert into services (teacher_id, id, name, duration_minutes, step_minutes, is_trial, created_at, updated_at)
    values (%(teacher_id)s, case when %(trial)s then md5(%(teacher_id)s::text)::uuid else %(teacher_id)s end,
      %(name)s, 60, 60, %(trial)s, %(now)s, %(now)s)
    on conflict do nothing
"""
_SESSION = """
    insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked, time_zone,
      seats, price_amount, price_currency, policy, hold_expires_at, cancelled_at, cancelled_by, created_at, updated_at,
      overlap_allowed)
    values (%(teacher_id)s, %(id)s,
      case when %(trial)s then md5(%(teacher_id)s::text)::uuid else %(teacher_id)s end, %(session_status)s, 'manual',
      %(start)s, %(start)s::timestamptz + interval '1 hour',
      tstzrange(%(start)s, %(start)s::timestamptz + interval '1 hour'), 'UTC', 1, %(price)s, 'EUR',
      '{"notice_hours": 24}', %(held_until)s, %(cancelled_at)s, %(by)s, %(booked)s,
      %(booked)s, true)
"""
_SEAT = """
    insert into session_participants (teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at,
      uses_trial, credit_units, charge_percent, cancelled_late, created_at, updated_at)
    values (%(teacher_id)s, %(id)s, %(id)s, %(student)s, %(status)s, uuid_send(%(id)s), %(start)s,
      %(trial)s and %(status)s <> 'cancelled', %(units)s, %(charge)s, %(late)s, %(booked)s, %(booked)s)
"""
