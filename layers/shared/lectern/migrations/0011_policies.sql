-- What a late cancellation or a missed lesson costs: for all, for a service, for a student, or for a student in a service.
create table policies (
  teacher_id uuid not null references teachers,
  id uuid not null,
  service_id uuid,
  student_id uuid,
  notice_hours smallint not null,
  late_charge_percent smallint not null,
  last_minute_hours smallint,
  last_minute_percent smallint,
  no_show_percent smallint not null,
  grace_minutes smallint not null,
  free_passes smallint not null,
  free_pass_days smallint not null,
  trial_exempt boolean not null,
  reschedule_notice_hours smallint not null,
  max_reschedules smallint not null,
  make_up_expiry_days smallint not null,
  make_up_max_outstanding smallint not null,
  auto_complete_hours smallint not null,
  updated_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, service_id) references services,
  foreign key (teacher_id, student_id) references students,
  constraint policies_scope_key unique nulls not distinct (teacher_id, service_id, student_id),
  constraint policies_notice check (notice_hours between 0 and 720 and reschedule_notice_hours between 0 and 720),
  constraint policies_percent check (late_charge_percent in (0, 50, 100) and no_show_percent in (0, 50, 100)),
  constraint policies_last_minute check (
    (last_minute_hours is null) = (last_minute_percent is null)
    and (last_minute_hours is null or last_minute_hours between 0 and notice_hours - 1
      and last_minute_percent in (50, 100) and last_minute_percent >= late_charge_percent)),
  constraint policies_grace check (grace_minutes between 0 and 120),
  constraint policies_free_passes check (free_passes between 0 and 20 and free_pass_days between 1 and 366),
  constraint policies_reschedules check (max_reschedules between 0 and 20),
  constraint policies_make_up
    check (make_up_expiry_days between 1 and 366 and make_up_max_outstanding between 0 and 50),
  constraint policies_auto_complete check (auto_complete_hours between 1 and 168)
);

create index policies_by_service on policies (teacher_id, service_id) where service_id is not null;
create index policies_by_student on policies (teacher_id, student_id) where student_id is not null;

alter table policies enable row level security;
alter table policies force row level security;
create policy "a teacher has their own policies" on policies to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update, delete on policies to lectern_app;

-- The terms that a booking copies: of all that apply, those of the student in the service come first, then the student's,
-- the service's, the teacher's. Null when the teacher has none, and the caller's default holds.
create function policy_for(service uuid, student uuid, is_trial boolean) returns jsonb
  language sql stable
  begin atomic
    select to_jsonb(p) - array['teacher_id', 'id', 'service_id', 'student_id', 'updated_at']
      || case when is_trial and p.trial_exempt
        then '{"late_charge_percent": 0, "last_minute_hours": null, "last_minute_percent": null, "no_show_percent": 0}'
        else '{}' end::jsonb
    from policies p
    where p.teacher_id = current_teacher_id()
      and (p.service_id is null or p.service_id = service)
      and (p.student_id is null or p.student_id = student)
    order by p.student_id nulls last, p.service_id nulls last
    limit 1;
  end;
