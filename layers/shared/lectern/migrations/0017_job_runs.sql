-- Which daily jobs are done. The row commits with the job's effect, so that a second delivery of a message finds it, and
-- a job that broke off runs again.
create table job_runs (
  teacher_id uuid not null references teachers,
  key text not null,
  job text not null,
  local_date date not null,
  finished_at timestamptz not null,
  primary key (teacher_id, key)
);

alter table job_runs enable row level security;
alter table job_runs force row level security;
create policy "a teacher has their own job runs" on job_runs to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, delete on job_runs to lectern_app;

-- For the hourly job that ends holds, which few of a teacher's many seats are.
create index session_participants_held on session_participants (teacher_id, hold_expires_at) where status = 'held';

create function directory.active_teachers(after uuid, at_most integer)
  returns table (teacher_id uuid, time_zone text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select id, t.time_zone from public.teachers t
    where deleted_at is null and (after is null or id > after)
    order by id limit at_most;
  end;

revoke all on function directory.active_teachers(uuid, integer) from public;
grant execute on function directory.active_teachers(uuid, integer) to lectern_app;
grant select (time_zone) on teachers to lectern_directory;

grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
alter function directory.active_teachers(uuid, integer) owner to lectern_directory;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
