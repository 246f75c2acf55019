-- Units of a lot whose money has gone back while they were promised to lessons, or gone: what is given back to the lot
-- later is taken for them first.
alter table credit_lots
  add column units_owed integer not null default 0,
  add constraint credit_lots_units_owed check (units_owed >= 0);
grant update (units_owed) on credit_lots to lectern_app;

-- What went back before this took only what was free then: the rest is owed. A refund that was begun at Stripe notes its
-- share of what the money had bought, by its sum, as it would now. See docs/operations.md, Migrate.
alter table payments no force row level security;
alter table refunds no force row level security;
alter table credit_ledger no force row level security;
alter table credit_lots no force row level security;
with sums as (
  select r.teacher_id, r.id, r.payment_id, r.stripe_refund_id, y.units::bigint * least(y.amount, sum(
      case when r.status in ('failed', 'cancelled') then 0 else r.amount end) over so_far) / y.amount as units
  from refunds r join payments y on y.teacher_id = r.teacher_id and y.id = r.payment_id
  where r.origin = 'stripe' and y.kind = 'package' and y.amount > 0
  window so_far as (
    partition by r.teacher_id, r.payment_id order by r.stripe_refund_id collate "C" nulls last, r.id
    rows unbounded preceding)),
shares as (
  select teacher_id, id, units - lag(units, 1, 0::bigint) over (
      partition by teacher_id, payment_id order by stripe_refund_id collate "C" nulls last, id) as units
  from sums)
update refunds r set units = shares.units
from shares
where shares.teacher_id = r.teacher_id and shares.id = r.id and r.units <> shares.units;

with back as (
  select l.teacher_id, l.id, (
      select coalesce(sum(r.units), 0) from refunds r
      where r.teacher_id = l.teacher_id and r.payment_id = l.payment_id and r.status not in ('failed', 'cancelled'))
    + case when y.dispute_status = 'lost' then y.units else 0 end
    + (select coalesce(sum(e.units), 0) from credit_ledger e
      where e.teacher_id = l.teacher_id and e.lot_id = l.id and (e.kind = 'refund' or e.note = 'A refund failed.'))
    as owed
  from credit_lots l join payments y on y.teacher_id = l.teacher_id and y.id = l.payment_id)
update credit_lots l set units_owed = back.owed
from back
where back.teacher_id = l.teacher_id and back.id = l.id and back.owed > 0;
alter table credit_lots force row level security;
alter table credit_ledger force row level security;
alter table refunds force row level security;
alter table payments force row level security;
