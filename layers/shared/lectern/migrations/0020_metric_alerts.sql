-- Numbers that a teacher wants to be told of: by which rule, how each stood when the daily run last looked, and what it
-- found. Only the rules that a teacher has changed have a row.
create table alert_rules (
  teacher_id uuid not null references teachers,
  metric text not null,
  is_enabled boolean not null,
  window_days smallint not null,
  condition text not null,
  threshold double precision not null,
  min_sample integer not null,
  channel text not null,
  cooldown_days smallint not null,
  updated_at timestamptz not null,
  primary key (teacher_id, metric),
  constraint alert_rules_window check (window_days in (7, 28)),
  constraint alert_rules_condition check (condition in ('above', 'below', 'change', 'change_from_mean')),
  constraint alert_rules_min_sample check (min_sample between 0 and 10000),
  constraint alert_rules_channel check (channel in ('in_app', 'email')),
  constraint alert_rules_cooldown check (cooldown_days between 0 and 90)
);

alter table alert_rules enable row level security;
alter table alert_rules force row level security;
create policy "a teacher has their own alert rules" on alert_rules to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on alert_rules to lectern_app;

-- The last window of each rule, so that none is looked at twice, nor after a later one. Without facts, too little was known.
create table alert_evaluations (
  teacher_id uuid not null references teachers,
  metric text not null,
  window_end date not null,
  facts jsonb,
  evaluated_at timestamptz not null,
  primary key (teacher_id, metric)
);

alter table alert_evaluations enable row level security;
alter table alert_evaluations force row level security;
create policy "a teacher has their own evaluations" on alert_evaluations to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update on alert_evaluations to lectern_app;

-- From firing to resolved. `notified_on` is the end of the window with which its teacher was told, null until then: a
-- cooldown may put that off. One that a teacher ended by switching its rule off has no facts of its end.
create table metric_alerts (
  teacher_id uuid not null references teachers,
  id uuid not null,
  metric text not null,
  window_end date not null,
  facts jsonb not null,
  notified_on date,
  fired_at timestamptz not null,
  resolved_facts jsonb,
  resolved_at timestamptz,
  primary key (teacher_id, id),
  constraint metric_alerts_window_key unique (teacher_id, metric, window_end),
  constraint metric_alerts_resolved check (resolved_facts is null or resolved_at is not null)
);

create unique index metric_alerts_one_firing on metric_alerts (teacher_id, metric) where resolved_at is null;
create index metric_alerts_by_time on metric_alerts (teacher_id, fired_at desc, id desc);

alter table metric_alerts enable row level security;
alter table metric_alerts force row level security;
create policy "a teacher has their own alerts" on metric_alerts to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
grant select, insert, update (notified_on, resolved_facts, resolved_at) on metric_alerts to lectern_app;
