"""The statements of the daily run that add up lessons, by the date of their start, and the notes on them."""

from datetime import timedelta

from lectern.analytics.days_asked import DAYS, of_days
from lectern.analytics.local_day import LocalDay
from lectern.database import Transaction

# A note on a lesson is in time within the first after its end, and read in time within the second after it was shared.
TO_SHARE_A_NOTE = timedelta(hours=24)
TO_READ_A_NOTE = timedelta(days=7)

# A trial is no lesson; one that its teacher cancelled has been given back, and is none by its seat.
_LESSONS = f"""
  {DAYS},
  sessions as materialized (
    select d.local_date, c.id, c.service_id, c.status, c.origin, c.starts_at, c.ends_at
    from days d
    join class_sessions c on c.teacher_id = %(teacher_id)s and c.deleted_at is null
      and c.starts_at >= d.starts_at and c.starts_at < d.ends_at
      and c.status in ('scheduled', 'completed', 'no_show', 'cancelled')),
  lessons as materialized (
    select s.local_date, s.id as session_id, s.origin, s.starts_at, s.ends_at, p.status, p.student_id, p.created_at
    from sessions s
    join services v on v.teacher_id = %(teacher_id)s and v.id = s.service_id
    join session_participants p on p.teacher_id = %(teacher_id)s and p.session_id = s.id
      and p.status in ('booked', 'completed', 'no_show', 'cancelled')
      and not (p.uses_trial or p.status = 'cancelled' and v.is_trial))"""  # noqa: S608 - parts of our own


def add_up_operations(tx: Transaction, days: list[LocalDay], bookable: list[int]) -> None:
    """The bookable minutes of a date are those of the first run after it: rules do not tell how they were before."""
    tx.send(
        f"""
        with {_LESSONS},
        counted as (
          select l.local_date, count(*) as lessons,
            count(*) filter (where l.status = 'completed') as completed,
            count(*) filter (where l.status = 'no_show') as no_shows,
            count(*) filter (where l.status = 'cancelled') as cancelled,
            count(*) filter (where exists (
              select from domain_events e
              where e.teacher_id = %(teacher_id)s and e.subject_id = l.session_id
                and e.type = 'session.rescheduled')) as rescheduled,
            count(*) filter (where l.status = 'completed' and exists (
              select from session_participants q
              join class_sessions e on e.teacher_id = %(teacher_id)s and e.id = q.session_id
              where q.teacher_id = %(teacher_id)s and q.student_id = l.student_id and q.status = 'completed'
                and not q.uses_trial and e.starts_at < l.starts_at)) as repeats,
            count(*) filter (where l.origin = 'public') as self_booked,
            sum(extract(epoch from l.starts_at - l.created_at) / 60) filter (where l.origin = 'public') as lead_minutes
          from lessons l
          group by l.local_date),
        taken as (
          select local_date, sum(extract(epoch from ends_at - starts_at) / 60) as minutes
          from sessions where status <> 'cancelled'
          group by local_date)
        insert into operations_daily (teacher_id, local_date, lessons, completed, no_shows, cancelled, rescheduled,
          repeats, self_booked, lead_minutes, booked_minutes, bookable_minutes)
        select %(teacher_id)s, local_date, coalesce(c.lessons, 0), coalesce(c.completed, 0), coalesce(c.no_shows, 0),
          coalesce(c.cancelled, 0), coalesce(c.rescheduled, 0), coalesce(c.repeats, 0), coalesce(c.self_booked, 0),
          coalesce(c.lead_minutes, 0), coalesce(t.minutes, 0), b.minutes
        from unnest(%(dates)s::date[], %(bookable)s::integer[]) as b (local_date, minutes)
        left join counted c using (local_date)
        left join taken t using (local_date)
        on conflict (teacher_id, local_date) do update set
          lessons = excluded.lessons, completed = excluded.completed, no_shows = excluded.no_shows,
          cancelled = excluded.cancelled, rescheduled = excluded.rescheduled, repeats = excluded.repeats,
          self_booked = excluded.self_booked, lead_minutes = excluded.lead_minutes,
          booked_minutes = excluded.booked_minutes
        """,  # noqa: S608 - as above
        {**of_days(days), "bookable": bookable},
    )


def add_up_notes(tx: Transaction, days: list[LocalDay]) -> None:
    """Lessons by the date of their start, notes by the date on which they were shared.

    A note that can still be shared or read in time as the last of the days ends is not counted, in either way. A run
    that comes late, for an earlier date, knows less than has been written, and does not write over it.
    """
    tx.send(
        f"""
        with {_LESSONS},
        noted as (
          select l.local_date, bool_or(a.assigned_at <= l.ends_at + %(to_share)s) as is_in_time
          from lessons l
          left join content_items i
            on i.teacher_id = %(teacher_id)s and i.session_id = l.session_id and i.deleted_at is null
          left join content_assignments a on a.teacher_id = %(teacher_id)s and a.item_id = i.id
          where l.status = 'completed' and l.ends_at + %(to_share)s <= %(as_of)s
          group by l.local_date, l.session_id),
        written as (
          select local_date, count(*) as to_note, count(*) filter (where is_in_time) as in_time
          from noted
          group by local_date),
        opened as (
          select d.local_date, count(*) as to_read,
            count(*) filter (where a.first_opened_at <= a.assigned_at + %(to_read)s) as in_time
          from days d
          join content_assignments a on a.teacher_id = %(teacher_id)s and a.assigned_at + %(to_read)s <= %(as_of)s
            and a.assigned_at >= d.starts_at and a.assigned_at < d.ends_at
          join content_items i on i.teacher_id = %(teacher_id)s and i.id = a.item_id and i.kind = 'lesson_note'
            and i.deleted_at is null
          group by d.local_date)
        insert into notes_daily (
          teacher_id, local_date, as_of, lessons_to_note, noted_in_time, notes_to_read, notes_read_in_time)
        select %(teacher_id)s, local_date, %(as_of_date)s, coalesce(w.to_note, 0), coalesce(w.in_time, 0),
          coalesce(o.to_read, 0), coalesce(o.in_time, 0)
        from days
        left join written w using (local_date)
        left join opened o using (local_date)
        on conflict (teacher_id, local_date) do update set
          as_of = excluded.as_of, lessons_to_note = excluded.lessons_to_note, noted_in_time = excluded.noted_in_time,
          notes_to_read = excluded.notes_to_read, notes_read_in_time = excluded.notes_read_in_time
        where notes_daily.as_of <= excluded.as_of
        """,  # noqa: S608 - as above
        {
            **of_days(days),
            "as_of": days[-1].ends_at,
            "as_of_date": days[-1].local_date,
            "to_share": TO_SHARE_A_NOTE,
            "to_read": TO_READ_A_NOTE,
        },
    )
