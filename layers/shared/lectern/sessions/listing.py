"""Reading sessions: the list, the calendar and one session in full."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import NotFound
from lectern.page import Page, page_of

# Constraint services_duration, and what the API allows a teacher to enter.
LONGEST_SESSION = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """Instants in UTC; `time_zone` is the teacher's when it was booked; `students` are the names in its seats."""

    id: UUID
    service_id: UUID
    service_name: str
    series_id: UUID | None
    status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    seats: int
    price_amount: int
    price_currency: str
    overlap_allowed: bool
    updated_at: datetime
    students: list[str]


@dataclass(frozen=True, slots=True)
class Participant:
    """`disputed_at` is when they said that the lesson, which completed by itself, was otherwise."""

    id: UUID
    student_id: UUID
    name: str
    status: str
    disputed_at: datetime | None
    dispute_reason: str | None
    dispute_decided_at: datetime | None


def list_sessions(
    tx: Transaction,
    starts_from: datetime,
    starts_before: datetime,
    statuses: list[str],
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Page[SessionSummary, tuple[datetime, UUID]]:
    """Sessions that start in [from, before) in one of the statuses, in order of start, after the last one seen."""
    rows = _ask_summaries(tx, starts_from, starts_before, statuses, after, limit + 1).all()
    return page_of(rows, limit, lambda session: (session.starts_at, session.id))


def calendar(tx: Transaction, starts_from: datetime, starts_before: datetime) -> list[SessionSummary]:
    """Every session that takes or took place in the range, also in part, in order; no holds and no cancelled ones."""
    statuses = ["pending", "scheduled", "completed", "no_show"]
    sessions = _ask_summaries(tx, starts_from - LONGEST_SESSION, starts_before, statuses, None, None).all()
    return [session for session in sessions if session.ends_at > starts_from]


def get_session(tx: Transaction, session_id: UUID) -> tuple[SessionSummary, list[Participant]]:
    """Raises NotFound "session_not_found"."""
    asked = _ask_summary(tx, session_id)
    participants = _ask_participants(tx, session_id)
    session = asked.one_or_none()
    if session is None:
        raise NotFound("session_not_found", "There is no such session. List the sessions.")
    return session, participants.all()


_SUMMARY = """
  c.id, c.service_id, s.name, c.series_id, c.status, c.starts_at, c.ends_at, c.time_zone, c.seats,
  c.price_amount, c.price_currency, c.overlap_allowed, c.updated_at,
  array(
    select st.name from session_participants p
    join students st on st.teacher_id = p.teacher_id and st.id = p.student_id
    where p.teacher_id = c.teacher_id and p.session_id = c.id and p.status in ('booked', 'completed', 'no_show')
    order by p.id)
  from class_sessions c
  join services s on s.teacher_id = c.teacher_id and s.id = c.service_id
  where c.teacher_id = %(teacher_id)s and c.deleted_at is null
"""


def _ask_summaries(
    tx: Transaction,
    starts_from: datetime,
    starts_before: datetime,
    statuses: list[str],
    after: tuple[datetime, UUID] | None,
    limit: int | None,
) -> Answer[SessionSummary]:
    after_start, after_id = after or (None, None)
    return tx.ask(
        "select"
        + _SUMMARY
        + """
          and c.starts_at >= %(from)s and c.starts_at < %(before)s and c.status = any (%(statuses)s)
          and (%(after_start)s::timestamptz is null
            or (c.starts_at, c.id) > (%(after_start)s::timestamptz, %(after_id)s::uuid))
        order by c.starts_at, c.id
        limit %(limit)s
        """,
        SessionSummary,
        {
            "from": starts_from,
            "before": starts_before,
            "statuses": statuses,
            "after_start": after_start,
            "after_id": after_id,
            "limit": limit,
        },
    )


def _ask_summary(tx: Transaction, session_id: UUID) -> Answer[SessionSummary]:
    return tx.ask("select" + _SUMMARY + " and c.id = %(session_id)s", SessionSummary, {"session_id": session_id})


def _ask_participants(tx: Transaction, session_id: UUID) -> Answer[Participant]:
    return tx.ask(
        """
        select p.id, p.student_id, st.name, p.status, p.disputed_at, p.dispute_reason, p.dispute_decided_at
        from session_participants p
        join students st on st.teacher_id = p.teacher_id and st.id = p.student_id
        where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s
        order by p.id
        """,
        Participant,
        {"session_id": session_id},
    )
