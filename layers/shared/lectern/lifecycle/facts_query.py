"""The one statement that finds the facts of students: of all of a teacher's, or of one.

Each table is read once and added up by student: the cost is that of the rows, however they spread over students.
"""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.thresholds import Thresholds
from lectern.sessions.missed import WAS_MISSED

_FACTS = """
  with teacher as (select time_zone from teachers where id = %(teacher_id)s),
  stages as (
    select student_id, (array_agg(stage order by local_date desc))[1] as recorded_stage,
      max(local_date) as recorded_since,
      coalesce(array_agg(local_date) filter (where stage = 'lapsed'), '{{}}') as lapses
    from student_stages
    where teacher_id = %(teacher_id)s {of_student}
    group by student_id),
  -- Materialized, or every sum below would work out the dates again.
  seats as materialized (
    select p.student_id, p.created_at, (c.starts_at at time zone teacher.time_zone)::date as on_date, kind.is_trial,
      c.price_amount > 0 or p.credit_units > 0 as is_paid,
      case
        when p.status = 'completed' then 'done'
        when p.status = 'booked' and c.status = 'scheduled' and c.starts_at > %(now)s then 'ahead'
        -- It becomes done by itself, hours or days later, unless the teacher says something else of it.
        when p.status = 'booked' and c.status = 'scheduled' then 'unmarked'
        when {was_missed} then 'missed'
      end as became
    from session_participants p
    join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
    join services v on v.teacher_id = c.teacher_id and v.id = c.service_id
    cross join teacher
    -- A trial that its teacher cancelled has been given back, and is none by its seat.
    cross join lateral (select p.uses_trial or p.status = 'cancelled' and v.is_trial as is_trial) kind
    where p.teacher_id = %(teacher_id)s and p.status in ('booked', 'completed', 'no_show', 'cancelled') {of_student}),
  trials as (
    select student_id, bool_or(became = 'ahead') as is_ahead,
      max(on_date) filter (where became = 'unmarked') as unmarked_on,
      max(on_date) filter (where became = 'done') as done_on
    from seats where is_trial
    group by student_id),
  lessons as (
    select student_id, max(created_at) as last_booked_at, bool_or(became = 'ahead') as is_ahead,
      max(on_date) filter (where became = 'unmarked') as unmarked_on,
      count(*) filter (where became = 'done') as done,
      min(on_date) filter (where became = 'done') as first_on,
      (array_agg(on_date order by on_date desc) filter (where became = 'done'))[1:%(rhythm_lessons)s] as latest,
      count(*) filter (where became = 'done' and is_paid) as paid,
      min(on_date) filter (where became = 'done' and is_paid) as first_paid_on,
      count(*) filter (where became = 'missed'
        and on_date > %(today)s::date - %(absence_days)s::integer) as absences,
      count(*) filter (where became in ('done', 'unmarked')
        and on_date > %(today)s::date - %(fewer_lessons_days)s::integer) as lately,
      count(*) filter (where became = 'done' and on_date > %(today)s::date - 2 * %(fewer_lessons_days)s::integer
        and on_date <= %(today)s::date - %(fewer_lessons_days)s::integer) as before
    from seats where not is_trial
    group by student_id),
  returns as (
    select student_id, max(first_on) as last_on
    from (
      select stages.student_id, lapsed_on, min(seats.on_date) as first_on
      from stages cross join unnest(stages.lapses) lapsed_on
      join seats on seats.student_id = stages.student_id and seats.on_date >= lapsed_on
      where seats.became = 'done' and not seats.is_trial
      group by stages.student_id, lapsed_on) after_each_lapse
    group by student_id),
  credit as (
    select student_id, coalesce(sum(remaining) filter (
      where frozen_at is null and (expires_at is null or expires_at > %(now)s)), 0)::integer as available
    from credit_lots
    where teacher_id = %(teacher_id)s {of_student}
    group by student_id),
  -- As in the sums of money that a teacher is shown: a try is made good by a later one at the same.
  tries as (
    select y.student_id, y.status, y.created_at, lead(y.id) over (
      partition by y.student_id, coalesce(y.package_id, c.service_id, y.id) order by y.created_at, y.id
    ) is null as is_last
    from (
      select id, student_id, status, created_at, package_id, participant_id from payments
      where teacher_id = %(teacher_id)s and status in ('open', 'processing', 'paid', 'failed') {of_student}) y
    left join session_participants p on p.teacher_id = %(teacher_id)s and p.id = y.participant_id
    left join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id),
  money as (
    select student_id, bool_or(status = 'paid') as has_paid,
      min(created_at) filter (where status in ('open', 'processing') or status = 'failed' and is_last) as unpaid_since
    from tries
    group by student_id),
  contacts as (
    select student_id, max(sent_at) as last_at
    from contact_log
    where teacher_id = %(teacher_id)s {of_student}
    group by student_id),
  facts as (
    select s.id as student_id, s.name, s.archived_at is not null as is_archived, s.paused_until,
      (s.created_at at time zone teacher.time_zone)::date as known_since,
      stages.recorded_stage, stages.recorded_since,
      lessons.student_id is not null as is_ever_booked,
      (lessons.last_booked_at at time zone teacher.time_zone)::date as last_booked_on,
      coalesce(lessons.is_ahead, false) as has_lesson_ahead, lessons.unmarked_on as lesson_unmarked_on,
      coalesce(trials.is_ahead, false) as has_trial_ahead, trials.unmarked_on as trial_unmarked_on,
      trials.done_on as trial_done_on,
      coalesce(lessons.done, 0) as lessons_done, lessons.first_on as first_lesson_on,
      coalesce(lessons.latest, '{{}}') as latest_lessons,
      coalesce(lessons.paid, 0) as paid_lessons_done, lessons.first_paid_on as first_paid_lesson_on,
      returns.last_on as returned_on,
      coalesce(lessons.absences, 0) as absences,
      coalesce(lessons.lately, 0) as lessons_lately, coalesce(lessons.before, 0) as lessons_before,
      credit.student_id is not null or coalesce(money.has_paid, false) as has_bought, credit.available as credits,
      (money.unpaid_since at time zone teacher.time_zone)::date as unpaid_since,
      (contacts.last_at at time zone teacher.time_zone)::date as last_contact_on
    from students s
    cross join teacher
    left join stages on stages.student_id = s.id
    left join trials on trials.student_id = s.id
    left join lessons on lessons.student_id = s.id
    left join returns on returns.student_id = s.id
    left join credit on credit.student_id = s.id
    left join money on money.student_id = s.id
    left join contacts on contacts.student_id = s.id
    where s.teacher_id = %(teacher_id)s and s.deleted_at is null {students})
  select {fields} from facts
"""

_FIELDS = ", ".join(field.name for field in fields(Facts))
_OF_ALL = _FACTS.format(was_missed=WAS_MISSED, fields=_FIELDS, students="", of_student="and student_id is not null")
_OF_ONE = _FACTS.format(
    was_missed=WAS_MISSED,
    fields=_FIELDS,
    students="and s.id = %(student_id)s",
    of_student="and student_id = %(student_id)s",
)


def ask_facts(tx: Transaction, thresholds: Thresholds, today: date, now: datetime) -> Answer[Facts]:
    """Of every student; `today` is the teacher's local date, and what is ahead starts after `now`."""
    return tx.ask(_OF_ALL, Facts, {**columns(thresholds), "today": today, "now": now})


def ask_facts_of(
    tx: Transaction, student_id: UUID, thresholds: Thresholds, today: date, now: datetime
) -> Answer[Facts]:
    parameters = {**columns(thresholds), "today": today, "now": now, "student_id": student_id}
    return tx.ask(_OF_ONE, Facts, parameters)
