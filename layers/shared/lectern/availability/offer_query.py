"""The one statement that reads what a teacher offers of a service around a window of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from lectern.availability.stale import CALENDARS_READ_AT
from lectern.database import Answer, Transaction

# A group session's id, status, start, end, time zone, price, currency and seats left.
type GroupFields = tuple[str, str, int, int, str, int, str, int]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Instants are whole seconds since 1970 in UTC, local dates are ISO 8601 text, hours are minutes since 00:00."""

    service_id: UUID
    name: str
    duration_minutes: int
    step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    horizon_days: int
    seats: int
    price_amount: int
    price_currency: str
    requires_confirmation: bool
    is_trial: bool
    credit_units: int
    requires_payment: bool
    is_offered: bool
    time_zone: str
    max_sessions_per_day: int | None
    max_sessions_per_week: int | None
    closes_unread_after_hours: int | None
    calendars_read_at: datetime | None
    version: int
    rules: list[tuple[int, int, int, str | None, str | None]]
    overrides: list[tuple[str, list[tuple[int, int]]]]
    busy: list[tuple[int, int]]
    groups: list[GroupFields]
    has_expired_holds: bool
    booked_on: dict[str, int]


def ask_offer(
    tx: Transaction,
    service_id: UUID,
    window_start: datetime,
    window_end: datetime,
    now: datetime,
    ignoring: list[UUID],
    *,
    even_withdrawn: bool,
) -> Answer[OfferRow]:
    """Everything that decides which starts in the window are open; no row for a service that is not offered.

    A start is widened by at most 12 hours before it and 24 hours after (constraints services_duration and
    services_buffers), so busy time beyond that is not read. Sessions are found by their starts, and reach at most
    48 hours (class_sessions_length).
    Counts cover the whole weeks that the window touches.
    """
    return tx.ask(
        _OFFER,
        OfferRow,
        {
            "service_id": service_id,
            "from": window_start,
            "until": window_end,
            "now": now,
            "ignoring": ignoring,
            "even_withdrawn": even_withdrawn,
        },
    )


_STATEMENT: LiteralString = """
select s.id, s.name, s.duration_minutes, s.step_minutes, s.buffer_before_minutes, s.buffer_after_minutes,
  s.minimum_notice_minutes, s.horizon_days, s.seats, s.price_amount, s.price_currency,
  s.requires_confirmation, s.is_trial, s.credit_units, s.requires_payment, s.is_active and s.deleted_at is null,
  t.time_zone, t.max_sessions_per_day, t.max_sessions_per_week,
  t.closes_unread_after_hours, {calendars_read_at},
  (select version from slots_versions where teacher_id = %(teacher_id)s),
  (select coalesce(json_agg(json_build_array(
      r.weekday, r.start_minute, r.end_minute, r.effective_from, r.effective_until)), '[]')
    from availability_rules r where r.teacher_id = %(teacher_id)s and r.is_active),
  (select coalesce(json_agg(json_build_array(o.local_date, o.hours)), '[]')
    from availability_overrides o
    where o.teacher_id = %(teacher_id)s
      and o.local_date between (%(from)s at time zone 'UTC')::date - 6
        and (%(until)s at time zone 'UTC')::date + 4),
  (select coalesce(json_agg(json_build_array(
      floor(extract(epoch from b.starts_at))::bigint, ceil(extract(epoch from b.ends_at))::bigint)), '[]')
    from (
      select lower(c.blocked) as starts_at, upper(c.blocked) as ends_at from class_sessions c
      where c.teacher_id = %(teacher_id)s and c.deleted_at is null
        and c.status in ('held', 'pending', 'scheduled')
        and c.starts_at > %(from)s - interval '4 days' and c.starts_at < %(until)s + interval '4 days'
        and c.blocked && tstzrange(%(from)s - interval '12 hours', %(until)s + interval '24 hours')
        and (c.status <> 'held' or c.hold_expires_at > %(now)s)
        and c.id <> all (%(ignoring)s)
      union all
      select f.starts_at, f.ends_at from time_off f
      where f.teacher_id = %(teacher_id)s and f.ends_at > %(from)s - interval '12 hours'
        and f.starts_at < %(until)s + interval '24 hours'
      union all
      select e.starts_at, e.ends_at from external_busy e
      where e.teacher_id = %(teacher_id)s and e.ends_at > %(from)s - interval '12 hours'
        and e.starts_at < %(until)s + interval '24 hours'
    ) b),
  case when s.seats > 1 then (
    select coalesce(json_agg(json_build_array(
        g.id, g.status, extract(epoch from g.starts_at)::bigint, extract(epoch from g.ends_at)::bigint,
        g.time_zone, g.price_amount, g.price_currency, g.seats_left)), '[]')
    from (
      select c.id, c.status, c.starts_at, c.ends_at, c.time_zone, c.price_amount, c.price_currency, c.seats - (
          select count(*) from session_participants p
          where p.teacher_id = %(teacher_id)s and p.session_id = c.id
            and (p.status = 'booked' or p.status = 'held' and p.hold_expires_at > %(now)s)
        ) as seats_left
      from class_sessions c
      where c.teacher_id = %(teacher_id)s and c.service_id = s.id and c.deleted_at is null
        and c.starts_at >= %(from)s and c.starts_at < %(until)s and c.seats > 1
        and (c.status in ('pending', 'scheduled') or c.status = 'held' and c.hold_expires_at > %(now)s)
    ) g) else '[]'::json end,
  exists (
    select from class_sessions c
    where c.teacher_id = %(teacher_id)s and c.deleted_at is null
      and c.status = 'held' and c.hold_expires_at <= %(now)s
      and c.starts_at > %(from)s - interval '4 days' and c.starts_at < %(until)s + interval '4 days'),
  case when t.max_sessions_per_day is null and t.max_sessions_per_week is null then '{}'::json else (
    select coalesce(json_object_agg(d.local_date, d.sessions), '{}')
    from (
      select (c.starts_at at time zone t.time_zone)::date as local_date, count(*) as sessions
      from class_sessions c
      where c.teacher_id = %(teacher_id)s and c.deleted_at is null
        and c.starts_at > %(from)s - interval '8 days' and c.starts_at < %(until)s + interval '8 days'
        and (c.status in ('pending', 'scheduled', 'completed', 'no_show')
          or c.status = 'held' and c.hold_expires_at > %(now)s)
        and c.id <> all (%(ignoring)s)
      group by 1
    ) d) end
from services s join teachers t on t.id = s.teacher_id
where s.teacher_id = %(teacher_id)s and s.id = %(service_id)s and t.deleted_at is null
  and (%(even_withdrawn)s or s.is_active and s.deleted_at is null)
"""

# Without its indentation: psycopg remembers what it makes of a statement of up to 4,096 characters, and would take a
# longer one apart for every booking.
_OFFER = " ".join(_STATEMENT.replace("{calendars_read_at}", CALENDARS_READ_AT).split())
