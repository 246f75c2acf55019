-- When a teacher teaches, as they say it: on their own wall clock, in minutes since 00:00 of a local date. Nothing here is
-- an instant, so no save and no change of a zone's rules can move it. An end before the start is on the next date.
create table availability_rules (
  teacher_id uuid not null references teachers,
  id uuid not null,
  weekday smallint not null,
  start_minute smallint not null,
  end_minute smallint not null,
  effective_from date,
  effective_until date,
  is_active boolean not null default true,
  created_at timestamptz not null,
  primary key (teacher_id, id),
  constraint availability_rules_weekday check (weekday between 0 and 6),
  constraint availability_rules_hours check (
    start_minute between 0 and 1439 and end_minute between 0 and 1440 and start_minute <> end_minute
  ),
  constraint availability_rules_effective check (effective_from <= effective_until)
);

create index availability_rules_active on availability_rules (teacher_id, is_active) where is_active;

alter table availability_rules enable row level security;
alter table availability_rules force row level security;
create policy "a teacher has their own availability rules" on availability_rules to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on availability_rules to lectern_app;

-- One row a date; an empty list of hours is a day off. Hours are [start_minute, end_minute] pairs.
create table availability_overrides (
  teacher_id uuid not null references teachers,
  local_date date not null,
  hours jsonb not null,
  created_at timestamptz not null,
  primary key (teacher_id, local_date),
  constraint availability_overrides_hours
    check (jsonb_typeof(hours) = 'array' and jsonb_array_length(hours) <= 24)
);

alter table availability_overrides enable row level security;
alter table availability_overrides force row level security;
create policy "a teacher has their own overrides" on availability_overrides to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on availability_overrides to lectern_app;

create table time_off (
  teacher_id uuid not null references teachers,
  id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reason text not null default '',
  created_at timestamptz not null,
  primary key (teacher_id, id),
  constraint time_off_order check (starts_at < ends_at),
  constraint time_off_reason_length check (length(reason) <= 500)
);

create index time_off_ends on time_off (teacher_id, ends_at);

alter table time_off enable row level security;
alter table time_off force row level security;
create policy "a teacher has their own time off" on time_off to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on time_off to lectern_app;

-- Busy times as last seen in a calendar of somebody else's; reading slots never asks that calendar.
create table external_busy (
  teacher_id uuid not null references teachers,
  id uuid not null,
  source text not null,
  external_id text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (teacher_id, id),
  constraint external_busy_source check (source in ('google', 'ics')),
  constraint external_busy_order check (starts_at < ends_at),
  constraint external_busy_occurrence_key unique (teacher_id, source, external_id, starts_at)
);

create index external_busy_ends on external_busy (teacher_id, ends_at);

alter table external_busy enable row level security;
alter table external_busy force row level security;
create policy "a teacher has their own external busy times" on external_busy to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on external_busy to lectern_app;
