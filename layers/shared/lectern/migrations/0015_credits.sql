-- Lesson credits: a ledger that only grows, and the sums that it moves. Nothing but an entry of the ledger moves a sum:
-- the functions' role may not, and the trigger that does so belongs to a role that nobody signs in as.
do $$
begin
  if not exists (select from pg_roles where rolname = 'lectern_ledger') then
    create role lectern_ledger nologin;
  end if;
end
$$;
grant usage on schema public to lectern_ledger;

-- `balance` is free to spend, `reserved` is promised to lessons to come.
create table credit_accounts (
  teacher_id uuid not null references teachers,
  student_id uuid not null,
  balance integer not null default 0,
  reserved integer not null default 0,
  primary key (teacher_id, student_id),
  foreign key (teacher_id, student_id) references students,
  constraint credit_accounts_balance check (balance >= 0),
  constraint credit_accounts_reserved check (reserved >= 0),
  -- Ten million lessons: far from what an integer holds, so that no sum overflows on its way here, nor in a lot, which
  -- has no more. Of both sums together: else there might be no room for what a lesson gives back.
  constraint credit_accounts_limit check (balance + reserved <= 1000000000)
);

alter table credit_accounts enable row level security;
alter table credit_accounts force row level security;
create policy "a teacher has their own credit accounts" on credit_accounts to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the ledger moves the sums of the tenant" on credit_accounts to lectern_ledger
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select on credit_accounts to lectern_app;
grant select, insert, update on credit_accounts to lectern_ledger;

-- Credits that came together and expire together.
create table credit_lots (
  teacher_id uuid not null references teachers,
  id uuid not null,
  student_id uuid not null,
  source text not null,
  payment_id uuid,
  remaining integer not null default 0,
  reserved integer not null default 0,
  expires_at timestamptz,
  frozen_at timestamptz,
  created_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, student_id) references credit_accounts,
  foreign key (teacher_id, payment_id) references payments,
  constraint credit_lots_of_student_key unique (teacher_id, student_id, id),
  constraint credit_lots_payment_key unique (teacher_id, payment_id),
  constraint credit_lots_source check (source in ('purchase', 'make_up', 'adjustment')),
  constraint credit_lots_payment check ((source = 'purchase') = (payment_id is not null)),
  constraint credit_lots_remaining check (remaining >= 0),
  constraint credit_lots_reserved check (reserved >= 0)
);

-- No index looks at what an entry changes, so that PostgreSQL updates a lot in place (HOT) and leaves them alone.
create index credit_lots_to_spend on credit_lots (teacher_id, student_id, expires_at);
create index credit_lots_to_expire on credit_lots (teacher_id, expires_at);

alter table credit_lots enable row level security;
alter table credit_lots force row level security;
create policy "a teacher has their own credit lots" on credit_lots to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the ledger moves the sums of the tenant" on credit_lots to lectern_ledger
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert (teacher_id, id, student_id, source, payment_id, expires_at, created_at),
  update (expires_at, frozen_at) on credit_lots to lectern_app;
grant select, update (remaining, reserved) on credit_lots to lectern_ledger;

-- Which way each kind moves the two sums. PostgreSQL parses a check anew for every statement, and for one as long as
-- this that takes longer than the insert itself; a function is parsed once a connection.
create function is_credit_entry(kind text, units integer, reserved_units integer) returns boolean
  language plpgsql immutable parallel safe as $$
begin
  return case kind
    when 'purchase' then units > 0 and reserved_units = 0
    when 'make_up_grant' then units > 0 and reserved_units = 0
    when 'reserve' then units < 0 and reserved_units = -units
    when 'release' then units > 0 and reserved_units = -units
    when 'consume' then units = 0 and reserved_units < 0
    when 'forfeit_late' then units = 0 and reserved_units < 0
    when 'forfeit_no_show' then units = 0 and reserved_units < 0
    when 'expire' then units < 0 and reserved_units = 0
    when 'refund' then units < 0 and reserved_units = 0
    when 'adjust' then units <> 0 or reserved_units <> 0
    else false
  end;
end
$$;

-- An operation that touches several lots writes one entry for each; the second and later ones number their key.
create table credit_ledger (
  teacher_id uuid not null references teachers,
  id uuid not null,
  student_id uuid not null,
  lot_id uuid not null,
  kind text not null,
  units integer not null,
  reserved_units integer not null default 0,
  idempotency_key text not null,
  participant_id uuid,
  note text,
  occurred_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, student_id, lot_id) references credit_lots (teacher_id, student_id, id),
  foreign key (teacher_id, participant_id) references session_participants,
  constraint credit_ledger_key unique (teacher_id, idempotency_key),
  constraint credit_ledger_key_length check (length(idempotency_key) between 1 and 200),
  constraint credit_ledger_note_length check (length(note) between 1 and 500),
  constraint credit_ledger_kind check (is_credit_entry(kind, units, reserved_units))
);

create index credit_ledger_by_student on credit_ledger (teacher_id, student_id, id);
create index credit_ledger_by_lot on credit_ledger (teacher_id, lot_id);
create index credit_ledger_by_participant on credit_ledger (teacher_id, participant_id)
  where participant_id is not null;

alter table credit_ledger enable row level security;
alter table credit_ledger force row level security;
create policy "a teacher has their own ledger" on credit_ledger to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert on credit_ledger to lectern_app;

create function refuse_to_rewrite() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger only grows: write an entry that corrects the other' using errcode = 'restrict_violation';
end
$$;

create trigger credit_ledger_only_grows before update or delete or truncate on credit_ledger
  for each statement execute function refuse_to_rewrite();

-- What an insert skips, because its key is there, moves nothing. Where credits came from is read off their lot, so a
-- purchase or a make-up goes into no other.
create function move_credit_sums() returns trigger
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update credit_lots
  set remaining = remaining + new.units, reserved = reserved + new.reserved_units
  where teacher_id = new.teacher_id and id = new.lot_id
    and source = case new.kind when 'purchase' then 'purchase' when 'make_up_grant' then 'make_up' else source end;
  if not found then
    raise exception 'an entry of the kind % is not for this lot', new.kind
      using errcode = 'check_violation', constraint = 'credit_ledger_lot';
  end if;
  update credit_accounts
  set balance = balance + new.units, reserved = reserved + new.reserved_units
  where teacher_id = new.teacher_id and student_id = new.student_id;
  return null;
end
$$;

create trigger credit_ledger_moves_sums after insert on credit_ledger
  for each row execute function move_credit_sums();

-- Opens a student's account, if need be, and makes whoever spends from it take turns.
create function lock_credit_account(student uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform from credit_accounts where teacher_id = current_teacher_id() and student_id = student for no key update;
  if not found then
    insert into credit_accounts (teacher_id, student_id) values (current_teacher_id(), student)
    on conflict do nothing;
    perform from credit_accounts where teacher_id = current_teacher_id() and student_id = student for no key update;
  end if;
end
$$;

revoke all on function move_credit_sums(), lock_credit_account(uuid) from public;
grant execute on function lock_credit_account(uuid) to lectern_app;

grant lectern_ledger to current_user with inherit false, set true;
grant create on schema public to lectern_ledger;
alter function move_credit_sums() owner to lectern_ledger;
alter function lock_credit_account(uuid) owner to lectern_ledger;
revoke create on schema public from lectern_ledger;
revoke lectern_ledger from current_user;
