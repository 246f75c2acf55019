-- How long a package's credits are good is part of what was sold, so the payment carries it: 0 for ever. Null is what the
-- code before this writes; those go by the package, as they did.
alter table payments
  add column valid_days integer,
  add constraint payments_valid_days check (valid_days between 0 and 3660);

-- Of what can still be paid, for the packages may change any time from now on. See docs/operations.md, Migrate.
alter table payments no force row level security;
alter table credit_packages no force row level security;
update payments p set valid_days = coalesce(k.valid_days, 0)
from credit_packages k
where k.teacher_id = p.teacher_id and k.id = p.package_id and p.status <> 'paid';
alter table credit_packages force row level security;
alter table payments force row level security;

-- That nobody said so: its students may dispute it, each for their own seat, and the teacher decides.
alter table class_sessions add column completed_by_itself_at timestamptz;
alter table session_participants
  add column disputed_at timestamptz,
  add column dispute_reason text,
  add column dispute_decided_at timestamptz,
  -- When a person has said what it was, which nobody disputes as what the clock has said.
  add column corrected_at timestamptz,
  add constraint session_participants_dispute_reason check (length(dispute_reason) <= 500),
  add constraint session_participants_dispute check (
    disputed_at is not null or dispute_reason is null and dispute_decided_at is null);
