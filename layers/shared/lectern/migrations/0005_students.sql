-- A student belongs to one teacher. One row per e-mail address and teacher, whoever names it first.
create table students (
  teacher_id uuid not null references teachers,
  id uuid not null,
  name text not null,
  email text not null,
  phone text,
  time_zone text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (teacher_id, id),
  constraint students_name_length check (length(name) between 1 and 120),
  constraint students_email_form check (email = lower(email) and length(email) between 3 and 254),
  constraint students_phone_length check (length(phone) between 3 and 40)
);

create unique index students_email_key on students (teacher_id, email) where deleted_at is null;
create index students_not_deleted on students (teacher_id) where deleted_at is null;
create index students_by_name on students (teacher_id, lower(name), id) where deleted_at is null;

alter table students enable row level security;
alter table students force row level security;
create policy "a teacher has their own students" on students to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on students to lectern_app;
