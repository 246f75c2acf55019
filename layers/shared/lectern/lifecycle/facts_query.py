"""The one statement that finds the facts of students: of all of a teacher's, or of one.

Each table is read once and added up by student: the cost is that of the rows, however they spread over students.
"""

from datetime import date, datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.thresholds import Thresholds

_FACTS = """
  with teacher as (select time_zone from teachers where id = %(teacher_id)s),
  stages as (
    select student_id, (array_agg(stage order by local_date desc))[1] as stage, max(local_date) as since,
      max(local_date) filter (where stage = 'lapsed') as lapsed_on
    from student_stages
    where teacher_id = %(teacher_id)s {of_student}
    group by student_id),
  -- Materialized, or every sum below would work out the dates again.
  seats as materialized (
    select p.student_id, p.created_at, (c.starts_at at time zone teacher.time_zone)::date as on_date, kind.is_trial,
      p.status = 'booked' and c.status = 'scheduled' and c.starts_at > %(now)s as is_ahead,
      p.status = 'completed' and kind.is_trial as is_trial_done,
      p.status = 'completed' and not kind.is_trial as is_done,
      p.status = 'completed' and not kind.is_trial and (c.price_amount > 0 or p.credit_units > 0) as is_paid_and_done,
      not kind.is_trial and (p.status = 'no_show'
        -- Where the policy keeps nothing of a late cancellation, only its time tells that it was late.
        or p.status = 'cancelled' and (p.charge_percent > 0 or p.free_pass_used_at is not null
          or c.cancelled_by = 'student' and c.cancelled_at > c.starts_at
            - make_interval(hours => (coalesce(p.policy, c.policy) ->> 'notice_hours')::integer))) as is_absence
    from session_participants p
    join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
    join services v on v.teacher_id = c.teacher_id and v.id = c.service_id
    cross join teacher
    -- A trial that its teacher cancelled has been given back, and is none by its seat.
    cross join lateral (select p.uses_trial or p.status = 'cancelled' and v.is_trial as is_trial) kind
    where p.teacher_id = %(teacher_id)s and p.status in ('booked', 'completed', 'no_show', 'cancelled') {of_student}),
  taught as (
    select student_id, bool_or(not is_trial) as is_ever_booked,
      max(created_at) filter (where not is_trial) as last_booked_at,
      bool_or(is_ahead and not is_trial) as has_lesson_ahead, bool_or(is_ahead and is_trial) as has_trial_ahead,
      max(on_date) filter (where is_trial_done) as trial_done_on,
      count(*) filter (where is_done) as done, min(on_date) filter (where is_done) as first_on,
      (array_agg(on_date order by on_date desc) filter (where is_done))[1:%(rhythm_lessons)s] as latest,
      count(*) filter (where is_paid_and_done) as paid, min(on_date) filter (where is_paid_and_done) as first_paid_on,
      min(on_date) filter (where is_done and on_date >= stages.lapsed_on) as returned_on,
      count(*) filter (where is_absence and on_date > %(today)s::date - %(absence_days)s::integer) as absences,
      count(*) filter (where is_done and on_date > %(today)s::date - %(fewer_lessons_days)s::integer) as lately,
      count(*) filter (where is_done and on_date > %(today)s::date - 2 * %(fewer_lessons_days)s::integer
        and on_date <= %(today)s::date - %(fewer_lessons_days)s::integer) as before
    from seats left join stages using (student_id)
    group by student_id),
  credit as (
    select student_id, coalesce(sum(remaining) filter (
      where frozen_at is null and (expires_at is null or expires_at > %(now)s)), 0)::integer as available
    from credit_lots
    where teacher_id = %(teacher_id)s {of_student}
    group by student_id),
  paid as (
    select student_id, max(paid_at) as last_paid_at
    from payments
    where teacher_id = %(teacher_id)s and status = 'paid' and student_id is not null {of_student}
    group by student_id),
  unpaid as (
    select student_id, min(created_at) as since
    from payments left join paid using (student_id)
    where teacher_id = %(teacher_id)s and status in ('failed', 'open', 'processing')
      and (last_paid_at is null or created_at > last_paid_at) {of_student}
    group by student_id),
  contacts as (
    select student_id, max(sent_at) as last_at
    from contact_log
    where teacher_id = %(teacher_id)s {of_student}
    group by student_id)
  select s.id, s.name, s.archived_at is not null, s.paused_until,
    (s.created_at at time zone teacher.time_zone)::date,
    stages.stage, stages.since, stages.lapsed_on,
    coalesce(taught.is_ever_booked, false), (taught.last_booked_at at time zone teacher.time_zone)::date,
    coalesce(taught.has_lesson_ahead, false), coalesce(taught.has_trial_ahead, false), taught.trial_done_on,
    coalesce(taught.done, 0), taught.first_on, coalesce(taught.latest, '{{}}'),
    coalesce(taught.paid, 0), taught.first_paid_on, taught.returned_on,
    coalesce(taught.absences, 0), coalesce(taught.lately, 0), coalesce(taught.before, 0),
    credit.student_id is not null or paid.student_id is not null, credit.available,
    (unpaid.since at time zone teacher.time_zone)::date,
    (contacts.last_at at time zone teacher.time_zone)::date
  from students s
  cross join teacher
  left join stages on stages.student_id = s.id
  left join taught on taught.student_id = s.id
  left join credit on credit.student_id = s.id
  left join paid on paid.student_id = s.id
  left join unpaid on unpaid.student_id = s.id
  left join contacts on contacts.student_id = s.id
  where s.teacher_id = %(teacher_id)s and s.deleted_at is null {students}
"""

_OF_ALL = _FACTS.format(students="", of_student="and student_id is not null")
_OF_ONE = _FACTS.format(students="and s.id = %(student_id)s", of_student="and student_id = %(student_id)s")


def ask_facts(tx: Transaction, thresholds: Thresholds, today: date, now: datetime) -> Answer[Facts]:
    """Of every student; `today` is the teacher's local date, and what is ahead starts after `now`."""
    return tx.ask(_OF_ALL, Facts, {**columns(thresholds), "today": today, "now": now})


def ask_facts_of(
    tx: Transaction, student_id: UUID, thresholds: Thresholds, today: date, now: datetime
) -> Answer[Facts]:
    parameters = {**columns(thresholds), "today": today, "now": now, "student_id": student_id}
    return tx.ask(_OF_ONE, Facts, parameters)
