-- Lessons. The exclusion constraint is the arbiter of every race for a teacher's time; Python explains what it decides.
create table session_series (
  teacher_id uuid not null references teachers,
  id uuid not null,
  service_id uuid not null,
  student_id uuid not null,
  first_local_start timestamp not null,
  every_weeks smallint not null,
  time_zone text not null,
  created_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, service_id) references services,
  foreign key (teacher_id, student_id) references students,
  constraint session_series_every_weeks check (every_weeks between 1 and 8)
);

create index session_series_student on session_series (teacher_id, student_id);
create index session_series_service on session_series (teacher_id, service_id);

alter table session_series enable row level security;
alter table session_series force row level security;
create policy "a teacher has their own series" on session_series to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert on session_series to lectern_app;

-- A session keeps its id for life, and the zone, duration, price, buffers and policy it was booked with.
create table class_sessions (
  teacher_id uuid not null references teachers,
  id uuid not null,
  service_id uuid not null,
  series_id uuid,
  status text not null,
  origin text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  blocked tstzrange not null,
  time_zone text not null,
  seats integer not null,
  price_amount integer not null,
  price_currency text not null,
  policy jsonb not null,
  overlap_allowed boolean not null default false,
  hold_expires_at timestamptz,
  reschedules smallint not null default 0,
  cancelled_at timestamptz,
  cancelled_by text,
  cancellation_reason text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (teacher_id, id),
  foreign key (teacher_id, service_id) references services,
  foreign key (teacher_id, series_id) references session_series,
  constraint class_sessions_status check (
    status in ('held', 'pending', 'scheduled', 'completed', 'no_show', 'cancelled', 'expired')
  ),
  constraint class_sessions_origin check (origin in ('public', 'trial', 'manual', 'recurring', 'import')),
  constraint class_sessions_order check (starts_at < ends_at),
  constraint class_sessions_blocked check (blocked @> tstzrange(starts_at, ends_at)),
  -- Readers of busy time look this far back for a session that may still reach into their window.
  constraint class_sessions_length check (upper(blocked) - lower(blocked) <= interval '48 hours'),
  constraint class_sessions_seats check (seats >= 1),
  constraint class_sessions_hold check (status <> 'held' or hold_expires_at is not null),
  constraint class_sessions_cancelled check ((status = 'cancelled') = (cancelled_at is not null)),
  constraint class_sessions_cancelled_by check (cancelled_by in ('student', 'teacher')),
  constraint class_sessions_reason_length check (length(cancellation_reason) <= 500),
  constraint class_sessions_no_overlap exclude using gist (teacher_id with =, blocked with &&)
    where (status in ('held', 'pending', 'scheduled') and deleted_at is null and not overlap_allowed)
);

create index class_sessions_by_status on class_sessions (teacher_id, status, starts_at, ends_at);
create index class_sessions_by_start on class_sessions (teacher_id, starts_at, id);
create index class_sessions_by_series on class_sessions (teacher_id, series_id) where series_id is not null;
create index class_sessions_by_service on class_sessions (teacher_id, service_id);
create index class_sessions_not_deleted on class_sessions (teacher_id) where deleted_at is null;
-- The first two bookers of a group session must meet in one session, not make two.
create unique index class_sessions_group_key on class_sessions (teacher_id, service_id, starts_at)
  where seats > 1 and status in ('held', 'pending', 'scheduled') and deleted_at is null;

alter table class_sessions enable row level security;
alter table class_sessions force row level security;
create policy "a teacher has their own sessions" on class_sessions to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on class_sessions to lectern_app;

-- A seat in a session. A hold is a seat without a name; its token books, moves and cancels it.
create table session_participants (
  teacher_id uuid not null references teachers,
  id uuid not null,
  session_id uuid not null,
  student_id uuid,
  status text not null,
  token_hash bytea not null,
  hold_expires_at timestamptz,
  uses_trial boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, session_id) references class_sessions,
  foreign key (teacher_id, student_id) references students,
  constraint session_participants_token_key unique (token_hash),
  constraint session_participants_status
    check (status in ('held', 'booked', 'completed', 'no_show', 'cancelled', 'expired')),
  constraint session_participants_named check (student_id is not null or status in ('held', 'expired')),
  constraint session_participants_hold check (status <> 'held' or hold_expires_at is not null)
);

create index session_participants_by_session on session_participants (teacher_id, session_id);
create unique index session_participants_student_key on session_participants (teacher_id, student_id, session_id)
  where status in ('held', 'booked');
create index session_participants_by_student on session_participants (teacher_id, student_id);
-- One trial per student and teacher, ever; a teacher who cancels it gives it back.
create unique index session_participants_one_trial on session_participants (teacher_id, student_id) where uses_trial;

alter table session_participants enable row level security;
alter table session_participants force row level security;
create policy "a teacher has their own participants" on session_participants to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the directory finds a seat by its token" on session_participants
  for select to lectern_directory using (true);
grant select, insert, update on session_participants to lectern_app;
grant select (teacher_id, id, session_id, token_hash) on session_participants to lectern_directory;

-- Ends a transaction that came too late for a time, under the constraint's own name. An insert that skips conflicts tells
-- of a lost race without the deadlocks that waiting inserts run into, and this keeps the rest of the transaction out.
create function lost_race(name_of_constraint text) returns void language plpgsql as $$
begin
  raise exception 'lost the race for %', name_of_constraint
    using errcode = 'exclusion_violation', constraint = name_of_constraint;
end
$$;
