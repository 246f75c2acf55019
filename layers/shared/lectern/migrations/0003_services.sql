-- What a teacher offers: a lesson's length, spacing, buffers, notice, seats and price.
create table services (
  teacher_id uuid not null references teachers,
  id uuid not null,
  name text not null,
  description text not null default '',
  duration_minutes integer not null,
  step_minutes integer not null,
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  minimum_notice_minutes integer not null default 0,
  horizon_days integer not null default 60,
  seats integer not null default 1,
  price_amount integer not null default 0,
  price_currency text not null default 'EUR',
  requires_confirmation boolean not null default false,
  is_trial boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (teacher_id, id),
  constraint services_name_length check (length(name) between 1 and 120),
  constraint services_description_length check (length(description) <= 4000),
  constraint services_duration check (duration_minutes between 5 and 720),
  constraint services_step check (step_minutes between 5 and 720),
  constraint services_buffers
    check (buffer_before_minutes between 0 and 720 and buffer_after_minutes between 0 and 720),
  constraint services_horizon check (horizon_days between 1 and 366),
  constraint services_notice_within_horizon
    check (minimum_notice_minutes between 0 and horizon_days * 24 * 60 - 1),
  constraint services_seats check (seats between 1 and 500),
  constraint services_price check (price_amount >= 0),
  constraint services_currency check (price_currency ~ '^[A-Z]{3}$')
);

create unique index services_name_key on services (teacher_id, lower(name)) where deleted_at is null;
create index services_not_deleted on services (teacher_id) where deleted_at is null;

alter table services enable row level security;
alter table services force row level security;
create policy "a teacher has their own services" on services to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on services to lectern_app;
