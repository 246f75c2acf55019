-- What a teacher gives students to read or fetch, who has opened it, who looked at the booking page, and the sums of each
-- day. What is raw is kept for 90 days; the sums stay.
create table content_items (
  teacher_id uuid not null references teachers,
  id uuid not null,
  kind text not null,
  title text not null,
  url text,
  body text,
  session_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (teacher_id, id),
  foreign key (teacher_id, session_id) references class_sessions,
  constraint content_items_kind check (kind in ('material', 'lesson_note')),
  constraint content_items_note_of_a_lesson check ((kind = 'lesson_note') = (session_id is not null)),
  constraint content_items_one_of_both check (num_nonnulls(url, body) = 1),
  constraint content_items_title_length check (length(title) between 1 and 120),
  constraint content_items_url_form check (url ~ '^https://' and length(url) <= 2000),
  constraint content_items_body_length check (length(body) between 1 and 20000)
);

create index content_items_not_deleted on content_items (teacher_id) where deleted_at is null;
create index content_items_by_session on content_items (teacher_id, session_id) where session_id is not null;

alter table content_items enable row level security;
alter table content_items force row level security;
create policy "a teacher has their own content" on content_items to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on content_items to lectern_app;

-- The first and the last opening outlive the views themselves: how long it took and whether it ever was are asked for longer.
create table content_assignments (
  teacher_id uuid not null references teachers,
  item_id uuid not null,
  student_id uuid not null,
  assigned_at timestamptz not null,
  first_opened_at timestamptz,
  last_opened_at timestamptz,
  primary key (teacher_id, item_id, student_id),
  foreign key (teacher_id, item_id) references content_items,
  foreign key (teacher_id, student_id) references students,
  constraint content_assignments_opened check ((first_opened_at is null) = (last_opened_at is null))
);

create index content_assignments_by_student on content_assignments (teacher_id, student_id, item_id);
create index content_assignments_by_time on content_assignments (teacher_id, assigned_at);

alter table content_assignments enable row level security;
alter table content_assignments force row level security;
create policy "a teacher has their own assignments" on content_assignments to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on content_assignments to lectern_app;

-- The key is the rule of what one view is: whatever a student does with an item in half an hour.
create table content_views (
  teacher_id uuid not null references teachers,
  item_id uuid not null,
  student_id uuid not null,
  half_hour timestamptz not null,
  opened_at timestamptz not null,
  is_download boolean not null,
  primary key (teacher_id, item_id, student_id, half_hour),
  foreign key (teacher_id, item_id) references content_items,
  foreign key (teacher_id, student_id) references students
);

create index content_views_by_student on content_views (teacher_id, student_id);
create index content_views_by_time on content_views (teacher_id, opened_at);

alter table content_views enable row level security;
alter table content_views force row level security;
create policy "a teacher has their own students' views" on content_views to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update (is_download), delete on content_views to lectern_app;

-- By student: the distinct students of several days are not the sum of those of each.
create table content_daily (
  teacher_id uuid not null references teachers,
  local_date date not null,
  item_id uuid not null,
  student_id uuid not null,
  views integer not null,
  downloads integer not null,
  primary key (teacher_id, local_date, item_id, student_id),
  foreign key (teacher_id, item_id) references content_items,
  foreign key (teacher_id, student_id) references students
);

create index content_daily_by_item on content_daily (teacher_id, item_id);
create index content_daily_by_student on content_daily (teacher_id, student_id);

alter table content_daily enable row level security;
alter table content_daily force row level security;
create policy "a teacher has their own days of content" on content_daily to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on content_daily to lectern_app;

-- The key under which the visitors of one date are known to each other. Once it is deleted, nobody can tell whose they were.
create table visitor_salts (
  teacher_id uuid not null references teachers,
  local_date date not null,
  salt bytea not null,
  primary key (teacher_id, local_date)
);

alter table visitor_salts enable row level security;
alter table visitor_salts force row level security;
create policy "a teacher has their own salts" on visitor_salts to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on visitor_salts to lectern_app;

-- Somebody on the booking page on one date, and how far they came. `most_slots` is null until a list was shown, and 0 when
-- all that were shown were empty. What became of the seats, these tell themselves.
create table page_visitors (
  teacher_id uuid not null references teachers,
  local_date date not null,
  visitor bytea not null,
  source text not null,
  viewed_service boolean not null,
  most_slots integer,
  seats uuid[] not null default '{}',
  primary key (teacher_id, local_date, visitor),
  constraint page_visitors_source_form check (source ~ '^[a-z0-9][a-z0-9._-]{0,39}$')
);

alter table page_visitors enable row level security;
alter table page_visitors force row level security;
create policy "a teacher has their own visitors" on page_visitors to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on page_visitors to lectern_app;

create table funnel_daily (
  teacher_id uuid not null references teachers,
  local_date date not null,
  source text not null,
  visitors integer not null,
  viewed_service integer not null,
  saw_slots integer not null,
  saw_no_slots integer not null,
  slots bigint not null,
  held integer not null,
  booked integer not null,
  completed integer not null,
  primary key (teacher_id, local_date, source)
);

alter table funnel_daily enable row level security;
alter table funnel_daily force row level security;
create policy "a teacher has their own days of the funnel" on funnel_daily to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on funnel_daily to lectern_app;

-- Counts and not rates, so that the days of a range add up.
create table operations_daily (
  teacher_id uuid not null references teachers,
  local_date date not null,
  lessons integer not null,
  completed integer not null,
  no_shows integer not null,
  cancelled integer not null,
  rescheduled integer not null,
  repeats integer not null,
  self_booked integer not null,
  lead_minutes bigint not null,
  booked_minutes integer not null,
  bookable_minutes integer not null,
  primary key (teacher_id, local_date)
);

alter table operations_daily enable row level security;
alter table operations_daily force row level security;
create policy "a teacher has their own days of operation" on operations_daily to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on operations_daily to lectern_app;

-- What may still be written or read in time is not counted, so the numbers of a date are those of the date `as_of`.
create table notes_daily (
  teacher_id uuid not null references teachers,
  local_date date not null,
  as_of date not null,
  lessons_to_note integer not null,
  noted_in_time integer not null,
  notes_to_read integer not null,
  notes_read_in_time integer not null,
  primary key (teacher_id, local_date)
);

alter table notes_daily enable row level security;
alter table notes_daily force row level security;
create policy "a teacher has their own days of notes" on notes_daily to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on notes_daily to lectern_app;
