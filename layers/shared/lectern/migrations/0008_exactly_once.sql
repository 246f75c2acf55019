-- The answer to a request that had an effect, committed with it; a repeated request gets it again.
create table idempotency_records (
  teacher_id uuid not null references teachers,
  key text not null,
  request_hash bytea not null,
  response_status smallint not null,
  response_body text not null,
  response_location text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  constraint idempotency_records_pkey primary key (teacher_id, key),
  constraint idempotency_records_key_length check (length(key) between 1 and 255)
);

create index idempotency_records_expiry on idempotency_records (teacher_id, expires_at);

alter table idempotency_records enable row level security;
alter table idempotency_records force row level security;
create policy "a teacher has their own idempotency records" on idempotency_records to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, delete on idempotency_records to lectern_app;

-- What happened, for whoever must be told; written with the change it tells of.
create table domain_events (
  teacher_id uuid not null references teachers,
  id uuid not null,
  type text not null,
  subject_id uuid not null,
  payload jsonb not null,
  occurred_at timestamptz not null,
  published_at timestamptz,
  primary key (teacher_id, id)
);

create index domain_events_unpublished on domain_events (teacher_id, id) where published_at is null;
create index domain_events_subject on domain_events (teacher_id, subject_id);

alter table domain_events enable row level security;
alter table domain_events force row level security;
create policy "a teacher has their own events" on domain_events to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update (published_at) on domain_events to lectern_app;
