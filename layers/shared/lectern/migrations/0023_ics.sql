-- Calendars as files (RFC 5545): the one in which a teacher's lessons are read, and those from which we read when the
-- teacher is busy. Who has the address of either has its contents: we keep the hash of ours, and theirs sealed.
create table calendar_feeds (
  teacher_id uuid not null references teachers,
  id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  primary key (teacher_id),
  constraint calendar_feeds_token_key unique (token_hash)
);

alter table calendar_feeds enable row level security;
alter table calendar_feeds force row level security;
create policy "a teacher has their own feed" on calendar_feeds to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the directory finds a feed by its token" on calendar_feeds for select to lectern_directory using (true);
grant select, insert, update, delete on calendar_feeds to lectern_app;
grant select (teacher_id, token_hash) on calendar_feeds to lectern_directory;

-- A row is due at `due_at`: later while somebody is at it, and later still after failures. A file that has not changed
-- since `etag` is read again all the same once a day, as time moves on, and when the teacher's zone has changed.
create table calendar_imports (
  teacher_id uuid not null references teachers,
  id uuid not null,
  url bytea not null,
  url_hash bytea not null,
  host text not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  etag text,
  read_at timestamptz,
  read_in_zone text,
  unread_events integer not null default 0,
  fetched_at timestamptz,
  failures smallint not null default 0,
  last_error text,
  primary key (teacher_id, id),
  constraint calendar_imports_url_key unique (teacher_id, url_hash),
  constraint calendar_imports_failures check ((failures = 0) = (last_error is null))
);

alter table calendar_imports enable row level security;
alter table calendar_imports force row level security;
create policy "a teacher has their own imports" on calendar_imports to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the directory finds imports that are due" on calendar_imports
  for select to lectern_directory using (true);
grant select, insert, update, delete on calendar_imports to lectern_app;
grant select (teacher_id, due_at) on calendar_imports to lectern_directory;

create function directory.teacher_by_feed_token(wanted bytea) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select f.teacher_id
    from public.calendar_feeds f join public.teachers t on t.id = f.teacher_id and t.deleted_at is null
    where f.token_hash = wanted;
  end;

create function directory.teachers_with_imports_due(after uuid, at_most integer)
  returns table (teacher_id uuid, time_zone text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select distinct i.teacher_id, t.time_zone
    from public.calendar_imports i join public.teachers t on t.id = i.teacher_id and t.deleted_at is null
    where i.due_at <= now() and (after is null or i.teacher_id > after)
    order by i.teacher_id limit at_most;
  end;

revoke all on function directory.teacher_by_feed_token(bytea) from public;
revoke all on function directory.teachers_with_imports_due(uuid, integer) from public;
grant execute on function directory.teacher_by_feed_token(bytea) to lectern_app;
grant execute on function directory.teachers_with_imports_due(uuid, integer) to lectern_app;

grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
alter function directory.teacher_by_feed_token(bytea) owner to lectern_directory;
alter function directory.teachers_with_imports_due(uuid, integer) owner to lectern_directory;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
