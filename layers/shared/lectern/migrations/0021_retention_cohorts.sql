-- How many students come back, by the month in which they began. One statement over all teachers costs far less than one
-- for each. A materialized view knows no row security, so the functions' role may not read it, and reads a view of the
-- tenant's rows instead. The role that owns both sees what is counted, and nobody signs in as it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'lectern_cohorts') then
    create role lectern_cohorts nologin;
  end if;
end
$$;
grant usage on schema public to lectern_cohorts;

create policy "cohorts are of all teachers" on teachers for select to lectern_cohorts using (true);
create policy "cohorts count everybody's sessions" on class_sessions for select to lectern_cohorts using (true);
create policy "cohorts count everybody's seats" on session_participants for select to lectern_cohorts using (true);
grant select (id, time_zone, deleted_at) on teachers to lectern_cohorts;
grant select (teacher_id, id, starts_at, price_amount, deleted_at) on class_sessions to lectern_cohorts;
grant select (teacher_id, session_id, student_id, status, uses_trial, credit_units) on session_participants
  to lectern_cohorts;

-- A row for each month in which somebody of a cohort had a lesson. Students who were deleted are not looked up, so they
-- stay counted, without a name. Made by the owner, who sees no rows: it is empty until the first refresh.
create materialized view retention_cohorts as
  with seats as (
    select p.teacher_id, p.student_id, p.uses_trial as is_trial, p.credit_units,
      c.price_amount > 0 or p.credit_units > 0 as is_paid, (c.starts_at at time zone t.time_zone)::date as on_date
    from session_participants p
    join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
    join teachers t on t.id = p.teacher_id and t.deleted_at is null
    where p.status = 'completed' and p.student_id is not null),
  firsts as (
    select teacher_id, student_id, min(on_date) filter (where is_trial) as trial_on,
      min(on_date) filter (where is_paid and not is_trial) as paid_on
    from seats
    group by teacher_id, student_id),
  members as (
    select teacher_id, 'paid' as kind, date_trunc('month', paid_on::timestamp)::date as cohort, student_id,
      null::boolean as has_paid_soon
    from firsts
    where paid_on is not null
    union all
    select teacher_id, 'trial', date_trunc('month', trial_on::timestamp)::date, student_id,
      coalesce(paid_on between trial_on and trial_on + 30, false)
    from firsts
    where trial_on is not null),
  sizes as (
    select teacher_id, kind, cohort, count(*)::integer as students,
      case kind when 'trial' then count(*) filter (where has_paid_soon) end::integer as paid_soon
    from members
    group by teacher_id, kind, cohort),
  months as (
    select teacher_id, student_id, date_trunc('month', on_date::timestamp)::date as month, sum(credit_units) as units
    from seats
    where not is_trial
    group by teacher_id, student_id, date_trunc('month', on_date::timestamp)::date),
  activity as (
    select m.teacher_id, m.kind, m.cohort, a.month, a.units,
      lead(a.month) over (partition by m.teacher_id, m.kind, m.student_id order by a.month) is null as is_last
    from members m
    left join months a on a.teacher_id = m.teacher_id and a.student_id = m.student_id and a.month >= m.cohort),
  -- Say two students began in January: Asha came in January, February and April, Om in January alone. It was the last
  -- month of Om's, and April of Asha's, so `counts` says (retained, leaving): January (2, 1), February (1, 0), April (1, 1).
  -- Whoever was there in a month or later leaves then or later, so that is the sum of those who leave from it on: January
  -- 2, February 1, April 1. March has no row: nobody was retained in it, and in it or later as many as from April on.
  -- Who came to a trial and to nothing after it has no month, but makes the cohort have one.
  counts as (
    select teacher_id, kind, cohort, coalesce(month, cohort) as month, count(month) as retained,
      count(month) filter (where is_last) as leaving, coalesce(sum(units), 0)::bigint as units
    from activity
    group by teacher_id, kind, cohort, coalesce(month, cohort))
  select c.teacher_id, c.kind, c.cohort, c.month, s.students, s.paid_soon, c.retained::integer as retained,
    (sum(c.leaving) over (partition by c.teacher_id, c.kind, c.cohort order by c.month desc))::integer
      as retained_or_later,
    c.units
  from counts c
  join sizes s on s.teacher_id = c.teacher_id and s.kind = c.kind and s.cohort = c.cohort;

-- Without a unique index, a refresh would lock out the readers.
create unique index retention_cohorts_key on retention_cohorts (teacher_id, kind, cohort, month);

-- It shows no column of the tenant: there is only one whose rows it has.
create view own_retention_cohorts with (security_barrier) as
  select kind, cohort, month, students, paid_soon, retained, retained_or_later, units
  from retention_cohorts
  where teacher_id = (select current_teacher_id());
grant select on own_retention_cohorts to lectern_app;

create table cohort_refreshes (
  is_only boolean primary key default true,
  refreshed_at timestamptz not null,
  constraint cohort_refreshes_one_row check (is_only)
);
grant select on cohort_refreshes to lectern_app;
grant select, insert, update on cohort_refreshes to lectern_directory;

create function directory.refresh_retention_cohorts(at timestamptz) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  refresh materialized view concurrently retention_cohorts;
  insert into cohort_refreshes (refreshed_at) values (at)
  -- Two may end the other way round, and the later one of them has seen what the earlier has.
  on conflict (is_only) do update set refreshed_at = greatest(cohort_refreshes.refreshed_at, excluded.refreshed_at);
end
$$;

revoke all on function directory.refresh_retention_cohorts(timestamptz) from public;
grant execute on function directory.refresh_retention_cohorts(timestamptz) to lectern_app;

grant lectern_directory, lectern_cohorts to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
grant create on schema public to lectern_cohorts;
grant maintain on retention_cohorts to lectern_directory;
alter function directory.refresh_retention_cohorts(timestamptz) owner to lectern_directory;
alter materialized view retention_cohorts owner to lectern_cohorts;
alter view own_retention_cohorts owner to lectern_cohorts;
revoke create on schema public from lectern_cohorts;
revoke create on schema directory from lectern_directory;
revoke lectern_directory, lectern_cohorts from current_user;
