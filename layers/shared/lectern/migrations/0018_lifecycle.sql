-- Where each student stands with their teacher, as found once a day, and what is needed to tell.
alter table students add column paused_until date;

-- Every word between a teacher and a student that a teacher wants to remember; a system that writes mails adds its own.
create table contact_log (
  teacher_id uuid not null references teachers,
  id uuid not null,
  student_id uuid not null,
  direction text not null,
  channel text not null,
  note text not null default '',
  sent_at timestamptz not null,
  created_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, student_id) references students,
  constraint contact_log_direction check (direction in ('in', 'out')),
  constraint contact_log_channel check (channel in ('email', 'phone', 'message', 'in_person', 'other')),
  constraint contact_log_note_length check (length(note) <= 500)
);

create index contact_log_by_student on contact_log (teacher_id, student_id, sent_at desc);
create index contact_log_by_time on contact_log (teacher_id, sent_at desc);

alter table contact_log enable row level security;
alter table contact_log force row level security;
create policy "a teacher has their own contact log" on contact_log to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert on contact_log to lectern_app;

-- A row for each change, and for the first stage of all. The key is what makes a second run on one day change nothing.
create table student_stages (
  teacher_id uuid not null references teachers,
  student_id uuid not null,
  local_date date not null,
  stage text not null,
  risk_score smallint,
  reasons jsonb not null,
  detected_at timestamptz not null,
  primary key (teacher_id, student_id, local_date),
  foreign key (teacher_id, student_id) references students,
  constraint student_stages_stage check (
    stage in ('archived', 'paused', 'lead', 'lost_lead', 'trial_booked', 'trial_done', 'lost_trial', 'won_back', 'new',
      'at_risk', 'active', 'lapsed')
  ),
  constraint student_stages_risk check (risk_score between 0 and 100)
);

alter table student_stages enable row level security;
alter table student_stages force row level security;
create policy "a teacher has their own students' stages" on student_stages to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert on student_stages to lectern_app;

-- Only of a teacher who has changed them. Not in the settings document, which the daily run would have to unpack.
create table lifecycle_thresholds (
  teacher_id uuid primary key references teachers,
  thresholds jsonb not null,
  updated_at timestamptz not null
);

alter table lifecycle_thresholds enable row level security;
alter table lifecycle_thresholds force row level security;
create policy "a teacher has their own thresholds" on lifecycle_thresholds to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on lifecycle_thresholds to lectern_app;
