-- That Google wants to be left alone is said to an account, not of an event: until then nothing is told to it or read
-- from it, and refusals in a row make the pause longer where it does not say until when. The zone is the calendar's own
-- as it was read, in which its all-day events were placed.
alter table calendar_connections
  add column left_alone_until timestamptz,
  add column refusals smallint not null default 0,
  add column time_zone text;

-- What was read of an event before Google heard of its lesson again (`told_at`) says nothing of how it is now; both by
-- the database's clock, as workers' differ. `there_at` is the last read that still found an event which is deleted: it
-- was deleted after that, while `conflict_at` only says when that was read. Null for one that is left to its teacher.
alter table session_calendar_sync
  add column told_at timestamptz,
  add column there_at timestamptz;

grant select (left_alone_until) on calendar_connections to lectern_directory;

grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
set local role lectern_directory;
-- As it was, but for those whose calendar is to be left alone.
create or replace function directory.teachers_with_calendar_work(after uuid, at_most integer)
  returns table (teacher_id uuid, time_zone text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select c.teacher_id, t.time_zone
    from public.calendar_connections c join public.teachers t on t.id = c.teacher_id and t.deleted_at is null
    where c.status = 'connected' and (after is null or c.teacher_id > after)
      and coalesce(c.left_alone_until <= now(), true)
      and (c.last_synced_at is null or c.last_synced_at <= now() - interval '15 minutes'
        or c.pull_requested_at is not null
        or exists (
          select from public.session_calendar_sync s
          where s.teacher_id = c.teacher_id and s.status = 'pending' and s.due_at <= now()))
    order by c.teacher_id limit at_most;
  end;
reset role;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
