-- What waits to be sent to somebody, over all teachers, for whoever watches the system: no names, no ids, no contents.
create policy "the directory counts refunds that wait" on refunds for select to lectern_directory using (true);
create policy "the directory finds the oldest event" on domain_events for select to lectern_directory using (true);
grant select (status, requested_at) on refunds to lectern_directory;
grant select (teacher_id, id, occurred_at, published_at) on domain_events to lectern_directory;
grant select (requested_at) on session_calendar_sync to lectern_directory;

-- A teacher without a calendar has rows that nobody waits for, and one whose grant has ended is the one to act. Events
-- are not counted: one probe of an index for each teacher finds the oldest, where counting would read them all.
create function directory.backlogs() returns table (name text, waiting bigint, oldest timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select 'calendar', count(*), min(s.requested_at)
    from public.calendar_connections c
      join public.teachers t on t.id = c.teacher_id and t.deleted_at is null
      join public.session_calendar_sync s on s.teacher_id = c.teacher_id and s.status = 'pending'
    where c.status = 'connected'
    union all
    select 'refunds', count(*), min(requested_at) from public.refunds where status = 'requested'
    union all
    select 'events', null, min(first.occurred_at)
    from public.teachers t
      cross join lateral (
        select e.occurred_at from public.domain_events e
        where e.teacher_id = t.id and e.published_at is null order by e.id limit 1) first
    where t.deleted_at is null;
  end;

revoke all on function directory.backlogs() from public;
grant execute on function directory.backlogs() to lectern_app;

grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
alter function directory.backlogs() owner to lectern_directory;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
