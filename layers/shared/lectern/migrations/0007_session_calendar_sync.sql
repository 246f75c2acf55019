-- What the teacher's own calendar has yet to be told: one row a session, always the latest wish.
create table session_calendar_sync (
  teacher_id uuid not null references teachers,
  session_id uuid not null,
  action text not null,
  status text not null default 'pending',
  external_event_id text not null,
  attempts integer not null default 0,
  requested_at timestamptz not null,
  last_error text,
  primary key (teacher_id, session_id),
  foreign key (teacher_id, session_id) references class_sessions,
  constraint session_calendar_sync_action check (action in ('create', 'update', 'delete')),
  constraint session_calendar_sync_status check (status in ('pending', 'done', 'failed'))
);

create index session_calendar_sync_pending on session_calendar_sync (teacher_id, requested_at)
  where status = 'pending';

alter table session_calendar_sync enable row level security;
alter table session_calendar_sync force row level security;
create policy "a teacher has their own calendar sync" on session_calendar_sync to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on session_calendar_sync to lectern_app;
