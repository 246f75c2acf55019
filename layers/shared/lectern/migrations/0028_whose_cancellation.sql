-- A seat of a group is given up on its own: who has done so, and when, is of the seat, and only with the last one of the
-- session. Whether it was late is written as its student was told, since neither the time nor the charge tells it: a late
-- one may be free, and a request that nobody had accepted is never late.
alter table session_participants
  add column cancelled_at timestamptz,
  add column cancelled_by text,
  add column cancelled_late boolean not null default false,
  add constraint session_participants_cancelled_by check (cancelled_by in ('student', 'teacher'));

-- When it failed, which a buyer who comes back does not change.
alter table payments add column failed_at timestamptz;

-- A seat that went before its session went when it was last written, and nobody knows by whom. Those of a session that
-- went as a whole are the session's, whose event says whether it was late. See docs/operations.md, Migrate.
alter table domain_events no force row level security;
alter table session_participants no force row level security;
alter table class_sessions no force row level security;
alter table payments no force row level security;
update session_participants p
set cancelled_at = least(p.updated_at, c.cancelled_at),
  cancelled_by = case when p.updated_at >= c.cancelled_at then c.cancelled_by end,
  cancelled_late = coalesce(p.charge_percent > 0, false) or p.free_pass_used_at is not null
    or p.updated_at >= c.cancelled_at and (c.teacher_id, c.id) in (
      select teacher_id, subject_id from domain_events
      where type = 'session.cancelled' and (payload ->> 'late')::boolean)
from class_sessions c
where c.teacher_id = p.teacher_id and c.id = p.session_id and p.status = 'cancelled';
-- The code before this kept a buyer's address, though only one that Stripe is still to be asked for is of use.
update payments set customer_email = null where status <> 'created' and customer_email is not null;
update payments set failed_at = updated_at where status = 'failed' or failed_attempts > 0;
alter table payments force row level security;
alter table class_sessions force row level security;
alter table session_participants force row level security;
alter table domain_events force row level security;
