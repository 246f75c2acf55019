-- Money that goes through Stripe: each teacher has a connected account of their own and is the one who sells. The row is
-- written before Stripe is asked to open it, so that an account whose answer was lost can be found there by the row's id.
create table payment_accounts (
  teacher_id uuid not null references teachers,
  id uuid not null,
  stripe_account_id text,
  livemode boolean not null,
  charges_enabled boolean not null default false,
  details_submitted boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  disconnected_at timestamptz,
  primary key (teacher_id, id),
  constraint payment_accounts_stripe_key unique (stripe_account_id),
  constraint payment_accounts_of_teacher_key unique (teacher_id, stripe_account_id),
  constraint payment_accounts_stripe_id check (stripe_account_id ~ '^acct_[A-Za-z0-9]{1,60}$')
);

-- One in each mode: what was tried with test money is not what takes real money.
create unique index payment_accounts_one_at_a_time on payment_accounts (teacher_id, livemode)
  where disconnected_at is null;

alter table payment_accounts enable row level security;
alter table payment_accounts force row level security;
create policy "a teacher has their own payment accounts" on payment_accounts to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the directory finds whose account it is" on payment_accounts
  for select to lectern_directory using (true);
grant select, insert, update on payment_accounts to lectern_app;
grant select (teacher_id, stripe_account_id) on payment_accounts to lectern_directory;

-- One row for one sum of money. It is written before Stripe is asked, and carries all that the question says, so that the
-- question can be repeated word for word under the same idempotency key.
create table payments (
  teacher_id uuid not null references teachers,
  id uuid not null,
  kind text not null,
  student_id uuid,
  package_id uuid,
  participant_id uuid,
  units integer,
  description text not null,
  amount integer not null,
  currency text not null,
  status text not null,
  request_hash bytea,
  customer_email text,
  success_url text,
  cancel_url text,
  expires_at timestamptz,
  stripe_account_id text not null,
  livemode boolean not null,
  checkout_session_id text,
  checkout_url text,
  payment_intent_id text,
  charge_id text,
  invoice_id text,
  subscription_id text,
  refunded_amount integer not null default 0,
  failed_attempts integer not null default 0,
  failure_code text,
  -- Of the worst of its disputes.
  dispute_id text,
  dispute_status text,
  disputed_at timestamptz,
  -- The bank has the money, or decides who does; an inquiry has not gone so far (https://docs.stripe.com/disputes).
  is_contested boolean not null generated always as (
    coalesce(dispute_status in ('needs_response', 'under_review', 'lost'), false)) stored,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  paid_at timestamptz,
  primary key (teacher_id, id),
  foreign key (teacher_id, student_id) references students,
  foreign key (teacher_id, package_id) references credit_packages,
  foreign key (teacher_id, participant_id) references session_participants,
  foreign key (teacher_id, stripe_account_id) references payment_accounts (teacher_id, stripe_account_id),
  constraint payments_checkout_key unique (teacher_id, checkout_session_id),
  constraint payments_intent_key unique (teacher_id, payment_intent_id),
  constraint payments_invoice_key unique (teacher_id, invoice_id),
  constraint payments_kind check (
    kind = 'package' and package_id is not null and student_id is not null and units is not null
    or kind = 'session' and participant_id is not null and student_id is not null
    or kind = 'invoice' and invoice_id is not null),
  constraint payments_status check (status in ('created', 'open', 'processing', 'paid', 'failed', 'expired')),
  constraint payments_paid check ((status = 'paid') = (paid_at is not null)),
  constraint payments_amount check (amount >= 0),
  constraint payments_currency check (currency ~ '^[A-Z]{3}$'),
  constraint payments_refunded check (refunded_amount between 0 and amount),
  constraint payments_dispute check ((dispute_id is null) = (dispute_status is null))
);

create index payments_by_time on payments (teacher_id, created_at desc, id desc);
create index payments_by_status on payments (teacher_id, status, created_at);
create index payments_by_student on payments (teacher_id, student_id);
create index payments_by_package on payments (teacher_id, package_id);
create index payments_by_participant on payments (teacher_id, participant_id) where participant_id is not null;
create index payments_by_account on payments (teacher_id, stripe_account_id);
create index payments_by_charge on payments (teacher_id, charge_id) where charge_id is not null;

alter table payments enable row level security;
alter table payments force row level security;
create policy "a teacher has their own payments" on payments to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on payments to lectern_app;

-- What a buyer has had their bank take back, or has had it ask about; there may be several of one payment.
create table disputes (
  teacher_id uuid not null references teachers,
  id text not null,
  payment_id uuid not null,
  status text not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, payment_id) references payments
);

create index disputes_by_payment on disputes (teacher_id, payment_id);

alter table disputes enable row level security;
alter table disputes force row level security;
create policy "a teacher has their own disputes" on disputes to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on disputes to lectern_app;

-- Money on its way back. A row that is only requested has yet to be sent to Stripe, under its own id as the idempotency key.
create table refunds (
  teacher_id uuid not null references teachers,
  id uuid not null,
  payment_id uuid not null,
  amount integer not null,
  units integer not null default 0,
  status text not null,
  origin text not null,
  stripe_refund_id text,
  failure_code text,
  requested_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (teacher_id, id),
  foreign key (teacher_id, payment_id) references payments,
  constraint refunds_stripe_key unique (teacher_id, stripe_refund_id),
  constraint refunds_status check (status in ('requested', 'pending', 'succeeded', 'failed', 'cancelled')),
  constraint refunds_origin check (origin in ('teacher', 'cancellation', 'no_show', 'unbookable', 'stripe')),
  constraint refunds_amount check (amount > 0),
  constraint refunds_units check (units >= 0)
);

create index refunds_by_payment on refunds (teacher_id, payment_id);
create index refunds_by_time on refunds (teacher_id, requested_at desc, id desc);
create index refunds_to_send on refunds (teacher_id, requested_at) where status = 'requested';

alter table refunds enable row level security;
alter table refunds force row level security;
create policy "a teacher has their own refunds" on refunds to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on refunds to lectern_app;
