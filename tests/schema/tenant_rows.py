"""One row in every tenant table, by plain SQL. test_isolation fails for a new table that has none here."""

from typing import LiteralString
from uuid import UUID

import psycopg

from lectern.identifiers import new_id

_ROWS: tuple[LiteralString, ...] = (
    """
    insert into teachers (id, slug, email, password_hash, name, time_zone, created_at, updated_at)
    values (%(teacher)s, 't-' || %(teacher)s, %(teacher)s || '@example.org', '-', 'Ada', 'UTC', now(), now())
    """,
    "insert into slots_versions (teacher_id) values (%(teacher)s)",
    """
    insert into services (teacher_id, id, name, duration_minutes, step_minutes, created_at, updated_at)
    values (%(teacher)s, %(id)s, 'Piano', 60, 60, now(), now())
    """,
    """
    insert into availability_rules (teacher_id, id, weekday, start_minute, end_minute, created_at)
    values (%(teacher)s, %(id)s, 0, 540, 1020, now())
    """,
    """
    insert into availability_overrides (teacher_id, local_date, hours, created_at)
    values (%(teacher)s, '2026-05-01', '[]', now())
    """,
    """
    insert into time_off (teacher_id, id, starts_at, ends_at, created_at)
    values (%(teacher)s, %(id)s, '2026-05-04', '2026-05-05', now())
    """,
    """
    insert into external_busy (teacher_id, id, source, external_id, starts_at, ends_at, seen_at)
    values (%(teacher)s, %(id)s, 'ics', 'dentist', '2026-05-06', '2026-05-07', now())
    """,
    """
    insert into students (teacher_id, id, name, email, created_at, updated_at)
    values (%(teacher)s, %(id)s, 'Sam', 'sam@example.org', now(), now())
    """,
    """
    insert into session_series (teacher_id, id, service_id, student_id, first_local_start, every_weeks,
      time_zone, created_at)
    values (%(teacher)s, %(id)s, %(id)s, %(id)s, '2026-05-11 10:00', 1, 'UTC', now())
    """,
    """
    insert into class_sessions (teacher_id, id, service_id, series_id, status, origin, starts_at, ends_at,
      blocked, time_zone, seats, price_amount, price_currency, policy, created_at, updated_at)
    values (%(teacher)s, %(id)s, %(id)s, %(id)s, 'scheduled', 'recurring', '2026-05-11 10:00',
      '2026-05-11 11:00', '[2026-05-11 10:00, 2026-05-11 11:00)', 'UTC', 1, 0, 'EUR', '{}', now(), now())
    """,
    """
    insert into session_participants (teacher_id, id, session_id, student_id, status, token_hash,
      created_at, updated_at)
    values (%(teacher)s, %(id)s, %(id)s, %(id)s, 'booked', uuid_send(%(teacher)s), now(), now())
    """,
    """
    insert into session_calendar_sync (teacher_id, session_id, action, external_event_id, requested_at)
    values (%(teacher)s, %(id)s, 'create', 'event', now())
    """,
    """
    insert into calendar_connections (teacher_id, id, provider, status, calendar_id, refresh_token, connected_at)
    values (%(teacher)s, %(id)s, 'google', 'connected', 'primary', '', now())
    """,
    """
    insert into calendar_feeds (teacher_id, id, token_hash, created_at)
    values (%(teacher)s, %(id)s, uuid_send(%(teacher)s), now())
    """,
    """
    insert into calendar_imports (teacher_id, id, url, url_hash, host, created_at, due_at)
    values (%(teacher)s, %(id)s, '', '', 'example.org', now(), now())
    """,
    """
    insert into calendar_consents (teacher_id, state_hash, auth_session_hash, return_url, expires_at)
    values (%(teacher)s, '', '', 'https://studio.example/calendar', now())
    """,
    """
    insert into idempotency_records (teacher_id, key, request_hash, response_status, response_body,
      created_at, expires_at)
    values (%(teacher)s, 'key', '', 201, '{}', now(), now())
    """,
    """
    insert into domain_events (teacher_id, id, type, subject_id, payload, occurred_at)
    values (%(teacher)s, %(id)s, 'session.booked', %(id)s, '{}', now())
    """,
    """
    insert into auth_sessions (teacher_id, id, token_hash, created_at, expires_at)
    values (%(teacher)s, %(id)s, uuid_send(%(teacher)s), now(), now())
    """,
    """
    insert into policies (teacher_id, id, notice_hours, late_charge_percent, no_show_percent, grace_minutes,
      free_passes, free_pass_days, trial_exempt, reschedule_notice_hours, max_reschedules, make_up_expiry_days,
      make_up_max_outstanding, auto_complete_hours, updated_at)
    values (%(teacher)s, %(id)s, 24, 100, 100, 15, 1, 90, true, 24, 2, 60, 4, 72, now())
    """,
    """
    insert into credit_packages (teacher_id, id, name, units, price_amount, price_currency, created_at, updated_at)
    values (%(teacher)s, %(id)s, 'Ten lessons', 1000, 36000, 'EUR', now(), now())
    """,
    """
    insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, created_at, updated_at)
    values (%(teacher)s, %(id)s, 'acct_' || replace(%(teacher)s::text, '-', ''), false, now(), now())
    """,
    """
    insert into payments (teacher_id, id, kind, student_id, package_id, units, description, amount, currency, status,
      stripe_account_id, livemode, created_at, updated_at)
    values (%(teacher)s, %(id)s, 'package', %(id)s, %(id)s, 1000, 'Ten lessons', 36000, 'EUR', 'open',
      'acct_' || replace(%(teacher)s::text, '-', ''), false, now(), now())
    """,
    """
    insert into disputes (teacher_id, id, payment_id, status, opened_at, updated_at)
    values (%(teacher)s, 'dp_1', %(id)s, 'won', now(), now())
    """,
    """
    insert into refunds (teacher_id, id, payment_id, amount, status, origin, requested_at, updated_at)
    values (%(teacher)s, %(id)s, %(id)s, 100, 'requested', 'teacher', now(), now())
    """,
    "select lock_credit_account(%(id)s)",
    """
    insert into credit_lots (teacher_id, id, student_id, source, payment_id, created_at)
    values (%(teacher)s, %(id)s, %(id)s, 'purchase', %(id)s, now())
    """,
    """
    insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
    values (%(teacher)s, %(id)s, %(id)s, %(id)s, 'purchase', 1000, 'key', now())
    """,
    """
    insert into contact_log (teacher_id, id, student_id, direction, channel, sent_at, created_at)
    values (%(teacher)s, %(id)s, %(id)s, 'out', 'email', now(), now())
    """,
    """
    insert into student_stages (teacher_id, student_id, local_date, stage, reasons, detected_at)
    values (%(teacher)s, %(id)s, '2026-05-11', 'lead', '[]', now())
    """,
    """
    insert into lifecycle_thresholds (teacher_id, thresholds, updated_at) values (%(teacher)s, '{}', now())
    """,
    """
    insert into content_items (teacher_id, id, kind, title, body, created_at, updated_at)
    values (%(teacher)s, %(id)s, 'material', 'Scales', 'C major', now(), now())
    """,
    """
    insert into content_assignments (teacher_id, item_id, student_id, assigned_at)
    values (%(teacher)s, %(id)s, %(id)s, now())
    """,
    """
    insert into content_views (teacher_id, item_id, student_id, half_hour, opened_at, is_download)
    values (%(teacher)s, %(id)s, %(id)s, now(), now(), false)
    """,
    """
    insert into content_daily (teacher_id, local_date, item_id, student_id, views, downloads)
    values (%(teacher)s, '2026-05-11', %(id)s, %(id)s, 1, 0)
    """,
    "insert into visitor_salts (teacher_id, local_date, salt) values (%(teacher)s, '2026-05-11', 'salt')",
    """
    insert into page_visitors (teacher_id, local_date, visitor, source, viewed_service)
    values (%(teacher)s, '2026-05-11', 'visitor', 'direct', false)
    """,
    """
    insert into funnel_daily (teacher_id, local_date, source, visitors, viewed_service, saw_slots, saw_no_slots, slots,
      held, booked, completed)
    values (%(teacher)s, '2026-05-11', 'direct', 1, 0, 0, 0, 0, 0, 0, 0)
    """,
    """
    insert into operations_daily (teacher_id, local_date, lessons, completed, no_shows, cancelled, rescheduled, repeats,
      self_booked, lead_minutes, booked_minutes, bookable_minutes)
    values (%(teacher)s, '2026-05-11', 0, 0, 0, 0, 0, 0, 0, 0, 0, 480)
    """,
    """
    insert into notes_daily (teacher_id, local_date, as_of, lessons_to_note, noted_in_time, notes_to_read,
      notes_read_in_time)
    values (%(teacher)s, '2026-05-11', '2026-05-11', 0, 0, 0, 0)
    """,
    """
    insert into alert_rules (teacher_id, metric, is_enabled, window_days, condition, threshold, min_sample, channel,
      cooldown_days, updated_at)
    values (%(teacher)s, 'revenue', true, 28, 'change', -20, 0, 'email', 7, now())
    """,
    """
    insert into alert_evaluations (teacher_id, metric, window_end, evaluated_at)
    values (%(teacher)s, 'revenue', '2026-05-11', now())
    """,
    """
    insert into metric_alerts (teacher_id, id, metric, window_end, facts, notified_on, fired_at)
    values (%(teacher)s, %(id)s, 'revenue', '2026-05-11', '{}', '2026-05-11', now())
    """,
    """
    insert into job_runs (teacher_id, key, job, local_date, finished_at)
    values (%(teacher)s, 'lifecycle-detection', 'lifecycle-detection', '2026-05-11', now())
    """,
    """
    insert into stripe_events (teacher_id, id, type, created_at, received_at, outcome)
    values (%(teacher)s, 'evt_1', 'payout.paid', now(), now(), 'ignored')
    """,
)


def a_teacher_with_a_row_everywhere(app: psycopg.Connection) -> UUID:
    """Commits them in a transaction of the new teacher, as the app."""
    teacher_id = new_id()
    with app.transaction():
        app.execute("select set_config('app.teacher_id', %s, true)", [str(teacher_id)])
        for row in _ROWS:
            app.execute(row, {"teacher": teacher_id, "id": teacher_id})
    return teacher_id
