-- What Stripe has told us, once each. The row is written with the effect, so an event counts as seen when that is done.
-- What was carried out leaves no payload behind: it names people, and Stripe keeps it. What waits leaves the part that
-- names nobody.
create table stripe_events (
  teacher_id uuid not null references teachers,
  id text not null,
  type text not null,
  api_version text,
  object_id text,
  created_at timestamptz not null,
  received_at timestamptz not null,
  outcome text not null,
  reason text,
  waits_for text,
  payload jsonb,
  primary key (teacher_id, id),
  constraint stripe_events_id_length check (length(id) between 1 and 255),
  constraint stripe_events_outcome check (outcome in ('applied', 'ignored', 'waiting', 'attention')),
  constraint stripe_events_waiting check ((outcome = 'waiting') = (waits_for is not null)),
  constraint stripe_events_kept check (outcome not in ('waiting', 'attention') or payload is not null)
);

create index stripe_events_waiting_for on stripe_events (teacher_id, waits_for) where waits_for is not null;
create index stripe_events_for_a_person on stripe_events (teacher_id, received_at) where outcome = 'attention';

alter table stripe_events enable row level security;
alter table stripe_events force row level security;
create policy "a teacher has their own Stripe events" on stripe_events to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update (outcome, reason, waits_for, payload) on stripe_events to lectern_app;

-- Signed by Stripe, and nobody's: no JSON, or of an account that no teacher has. For a person to look at, within 90 days.
create table unclaimed_stripe_events (
  digest bytea primary key,
  event_id text,
  account text,
  reason text not null,
  body bytea not null,
  received_at timestamptz not null
);

create index unclaimed_stripe_events_by_age on unclaimed_stripe_events (received_at);

create function directory.keep_unclaimed_event(
  digest bytea, event_id text, account text, reason text, body bytea, received_at timestamptz) returns void
  language sql volatile security definer set search_path = public, pg_temp
  begin atomic
    insert into public.unclaimed_stripe_events (digest, event_id, account, reason, body, received_at)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing;
    delete from public.unclaimed_stripe_events u where u.received_at < $6 - interval '90 days';
  end;

create function directory.teacher_by_stripe_account(wanted text) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select a.teacher_id
    from public.payment_accounts a join public.teachers t on t.id = a.teacher_id and t.deleted_at is null
    where a.stripe_account_id = wanted;
  end;

revoke all on function directory.keep_unclaimed_event(bytea, text, text, text, bytea, timestamptz),
  directory.teacher_by_stripe_account(text) from public;
grant execute on function directory.keep_unclaimed_event(bytea, text, text, text, bytea, timestamptz),
  directory.teacher_by_stripe_account(text) to lectern_app;
grant insert, delete, select (received_at) on unclaimed_stripe_events to lectern_directory;

grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
alter function directory.keep_unclaimed_event(bytea, text, text, text, bytea, timestamptz) owner to lectern_directory;
alter function directory.teacher_by_stripe_account(text) owner to lectern_directory;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
