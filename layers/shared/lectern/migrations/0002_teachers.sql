-- A teacher is a tenant. The settings document is large and read only by who asks for it; what a booking needs to know is
-- in columns of its own.
create table teachers (
  id uuid primary key,
  slug text not null,
  email text not null,
  password_hash text not null,
  name text not null,
  bio text not null default '',
  time_zone text not null,
  max_sessions_per_day integer,
  max_sessions_per_week integer,
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  constraint teachers_slug_form check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,58}[a-z0-9])$'),
  constraint teachers_email_form check (email = lower(email) and length(email) between 3 and 254),
  constraint teachers_name_length check (length(name) between 1 and 120),
  constraint teachers_bio_length check (length(bio) <= 4000),
  constraint teachers_daily_limit check (max_sessions_per_day between 1 and 100),
  constraint teachers_weekly_limit check (max_sessions_per_week between 1 and 700)
);

create unique index teachers_slug_key on teachers (slug) where deleted_at is null;
create unique index teachers_email_key on teachers (email) where deleted_at is null;
create index teachers_not_deleted on teachers (id) where deleted_at is null;

alter table teachers enable row level security;
alter table teachers force row level security;
create policy "a teacher sees and changes only themselves" on teachers to lectern_app
  using (id = (select current_teacher_id())) with check (id = (select current_teacher_id()));
create policy "the directory finds teachers" on teachers for select to lectern_directory using (true);
grant select, insert, update on teachers to lectern_app;
grant select (id, slug, email, password_hash, deleted_at) on teachers to lectern_directory;

-- Moves with everything that can change what is free. A row of its own: it is written by every booking, and the
-- teacher's row is wide.
create table slots_versions (
  teacher_id uuid primary key references teachers,
  version bigint not null default 1
);

alter table slots_versions enable row level security;
alter table slots_versions force row level security;
create policy "a teacher has their own slots version" on slots_versions to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on slots_versions to lectern_app;
