-- What a lesson costs in credits, whether it must be paid before it is booked, and what a seat came to in the end.
alter table services
  add column credit_units integer not null default 100,
  add column requires_payment boolean not null default false,
  add constraint services_credit_units check (credit_units between 0 and 10000);

-- When a lesson that the teacher had accepted was moved by its student, and so has to be accepted again.
alter table class_sessions add column promised_at timestamptz;

-- Moves when a student's token is to be void: it is derived from it.
alter table students add column access_version integer not null default 1;

-- `policy` is the student's own, where it is not the session's. `credit_units` are those that the seat has reserved.
alter table session_participants
  add column policy jsonb,
  add column credit_units integer not null default 0,
  add column charge_percent smallint,
  add column free_pass_used_at timestamptz,
  add constraint session_participants_credit_units check (credit_units >= 0),
  add constraint session_participants_charge check (charge_percent between 0 and 100);

create index session_participants_free_passes on session_participants (teacher_id, student_id, free_pass_used_at)
  where free_pass_used_at is not null;
