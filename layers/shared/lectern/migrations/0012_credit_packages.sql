-- Lessons sold by the dozen: so many credits for a price. 100 units are a credit, so half of one needs no fraction.
create table credit_packages (
  teacher_id uuid not null references teachers,
  id uuid not null,
  name text not null,
  units integer not null,
  price_amount integer not null,
  price_currency text not null,
  valid_days integer,
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (teacher_id, id),
  constraint credit_packages_name_length check (length(name) between 1 and 120),
  constraint credit_packages_units check (units between 1 and 100000),
  constraint credit_packages_price check (price_amount between 1 and 100000000),
  constraint credit_packages_currency check (price_currency ~ '^[A-Z]{3}$'),
  constraint credit_packages_valid_days check (valid_days between 1 and 3660)
);

create unique index credit_packages_name_key on credit_packages (teacher_id, lower(name)) where deleted_at is null;
create index credit_packages_not_deleted on credit_packages (teacher_id) where deleted_at is null;

alter table credit_packages enable row level security;
alter table credit_packages force row level security;
create policy "a teacher has their own packages" on credit_packages to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on credit_packages to lectern_app;
