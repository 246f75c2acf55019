-- A teacher's calendar at Google, and how far we have read it. The grant is sealed with a key that the database has not.
create table calendar_connections (
  teacher_id uuid not null references teachers,
  -- Connecting again is another connection, perhaps to another account: what is under way for the one before is void.
  id uuid not null,
  provider text not null,
  status text not null,
  calendar_id text not null,
  refresh_token bytea not null,
  access_token bytea,
  access_expires_at timestamptz,
  connected_at timestamptz not null,
  sync_token text,
  read_until timestamptz,
  last_synced_at timestamptz,
  pull_requested_at timestamptz,
  channel_id uuid,
  channel_resource_id text,
  channel_expires_at timestamptz,
  primary key (teacher_id),
  constraint calendar_connections_provider check (provider = 'google'),
  constraint calendar_connections_status check (status in ('connected', 'needs_reauth')),
  constraint calendar_connections_sync_token check ((sync_token is null) = (read_until is null)),
  constraint calendar_connections_channel check (
    (channel_id is null) = (channel_expires_at is null) and (channel_id is null) = (channel_resource_id is null)
  )
);

create unique index calendar_connections_channel_key on calendar_connections (channel_id)
  where channel_id is not null;

alter table calendar_connections enable row level security;
alter table calendar_connections force row level security;
create policy "a teacher has their own calendar connection" on calendar_connections to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the directory finds calendars" on calendar_connections for select to lectern_directory using (true);
grant select, insert, update, delete on calendar_connections to lectern_app;
grant select (teacher_id, status, last_synced_at, pull_requested_at, channel_id) on calendar_connections
  to lectern_directory;

-- A teacher who was sent to Google's consent page and may come back from it, once, in the same auth session.
create table calendar_consents (
  teacher_id uuid not null references teachers,
  state_hash bytea not null,
  auth_session_hash bytea not null,
  return_url text not null,
  expires_at timestamptz not null,
  primary key (teacher_id),
  constraint calendar_consents_return_url_length check (length(return_url) <= 2000)
);

alter table calendar_consents enable row level security;
alter table calendar_consents force row level security;
create policy "a teacher has their own consent under way" on calendar_consents to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on calendar_consents to lectern_app;

-- A row that waits is due at `due_at`: later while somebody is at it, and after an attempt that failed. Code from before
-- does not write it, and its rows are due since ever. The conflict is what became of our event in Google's calendar.
alter table session_calendar_sync
  add column due_at timestamptz not null default '-infinity',
  add column event_updated_at timestamptz,
  add column conflict text,
  add column conflict_starts_at timestamptz,
  add column conflict_ends_at timestamptz,
  add constraint session_calendar_sync_conflict check (conflict in ('deleted', 'moved'));

create index session_calendar_sync_due on session_calendar_sync (teacher_id, due_at) where status = 'pending';
create index session_calendar_sync_problems on session_calendar_sync (teacher_id, session_id)
  where status = 'failed' or conflict is not null;

create policy "the directory finds what a calendar waits for" on session_calendar_sync
  for select to lectern_directory using (true);
grant select (teacher_id, status, due_at) on session_calendar_sync to lectern_directory;

create function directory.teacher_by_calendar_channel(wanted uuid) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select c.teacher_id
    from public.calendar_connections c join public.teachers t on t.id = c.teacher_id and t.deleted_at is null
    where c.channel_id = wanted and c.status = 'connected';
  end;

-- Of the teachers with a calendar, who has something to tell it, or has not read it for a quarter of an hour
-- (lectern.calendar.pull). It looks at each of them once, by the keys, and at nobody else.
create function directory.teachers_with_calendar_work(after uuid, at_most integer)
  returns table (teacher_id uuid, time_zone text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select c.teacher_id, t.time_zone
    from public.calendar_connections c join public.teachers t on t.id = c.teacher_id and t.deleted_at is null
    where c.status = 'connected' and (after is null or c.teacher_id > after)
      and (c.last_synced_at is null or c.last_synced_at <= now() - interval '15 minutes'
        or c.pull_requested_at is not null
        or exists (
          select from public.session_calendar_sync s
          where s.teacher_id = c.teacher_id and s.status = 'pending' and s.due_at <= now()))
    order by c.teacher_id limit at_most;
  end;

revoke all on function directory.teacher_by_calendar_channel(uuid) from public;
revoke all on function directory.teachers_with_calendar_work(uuid, integer) from public;
grant execute on function directory.teacher_by_calendar_channel(uuid) to lectern_app;
grant execute on function directory.teachers_with_calendar_work(uuid, integer) to lectern_app;

grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
alter function directory.teacher_by_calendar_channel(uuid) owner to lectern_directory;
alter function directory.teachers_with_calendar_work(uuid, integer) owner to lectern_directory;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
