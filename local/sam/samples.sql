-- What the events in events/ speak of: a teacher, what they offer, and a payment that is open. Run as lectern_app.
select set_config('app.teacher_id', '019cad59-7c00-7000-8000-000000000001', true);

insert into teachers (id, slug, email, password_hash, name, time_zone, created_at, updated_at)
values ('019cad59-7c00-7000-8000-000000000001', 'ada', 'ada@example.com', '-', 'Ada', 'UTC', now(), now());

insert into slots_versions (teacher_id) values ('019cad59-7c00-7000-8000-000000000001');

insert into services (teacher_id, id, name, duration_minutes, step_minutes, created_at, updated_at)
values ('019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-000000000001', 'Lesson', 60, 60, now(), now());

-- 9 to 17, every day.
insert into availability_rules (teacher_id, id, weekday, start_minute, end_minute, created_at)
select '019cad59-7c00-7000-8000-000000000001', gen_random_uuid(), weekday, 540, 1020, now()
from generate_series(0, 6) weekday;

-- A lesson of last week, which the teacher has said nothing about.
insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked, time_zone, seats,
  price_amount, price_currency, policy, created_at, updated_at)
select '019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-0000000000a1',
  '019cad59-7c00-7000-8000-000000000001', 'scheduled', 'manual', lower(lesson), upper(lesson), lesson, 'UTC', 1, 0, 'EUR',
  '{"auto_complete_hours": 72}', now(), now()
from (select tstzrange(now() - interval '7 days', now() - interval '7 days' + interval '1 hour') lesson) last_week;

insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, charges_enabled, details_submitted, created_at,
  updated_at)
values ('019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-0000000000a2', 'acct_1PgafTB7WZ01zgkW', false,
  true, true, now(), now());

insert into students (teacher_id, id, name, email, created_at, updated_at)
values ('019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-0000000000a3', 'Mia', 'student@example.com',
  now(), now());

insert into credit_packages (teacher_id, id, name, units, price_amount, price_currency, created_at, updated_at)
values ('019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-0000000000a4', 'Ten lessons', 1000, 36000, 'EUR',
  now(), now());

insert into payments (teacher_id, id, kind, student_id, package_id, units, description, amount, currency, status,
  stripe_account_id, livemode, checkout_session_id, created_at, updated_at)
values ('019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-0000000000aa', 'package',
  '019cad59-7c00-7000-8000-0000000000a3', '019cad59-7c00-7000-8000-0000000000a4', 1000, 'Ten lessons', 36000, 'EUR', 'open',
  'acct_1PgafTB7WZ01zgkW', false, 'cs_test_a1YS1URlnyQCN5fUUduORoQ7Pw41PJqDWkIVQCpJPqqfIhd6tVY8XB1OLY', now(), now());

-- Never read so far, so that there is work to be dispatched.
insert into calendar_connections (teacher_id, id, provider, status, calendar_id, refresh_token, connected_at, channel_id,
  channel_resource_id, channel_expires_at)
values ('019cad59-7c00-7000-8000-000000000001', '019cad59-7c00-7000-8000-0000000000a5', 'google', 'connected',
  'ada@example.com', '', now(), '019cad59-7c00-7000-8000-0000000000a6', 'resource', now() + interval '7 days');
