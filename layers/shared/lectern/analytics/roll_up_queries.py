"""The statements of the daily run that add up the content and the booking page, and those that forget what is raw."""

from dataclasses import dataclass
from datetime import date, datetime

from lectern.analytics.days_asked import DAYS, of_days
from lectern.analytics.local_day import LocalDay
from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Teacher:
    """`known_since` is the local date on which they signed up."""

    time_zone: str
    known_since: date


def ask_teacher(tx: Transaction) -> Answer[Teacher]:
    return tx.ask(
        "select time_zone, (created_at at time zone time_zone)::date from teachers where id = %(teacher_id)s", Teacher
    )


def add_up_content(tx: Transaction, days: list[LocalDay]) -> None:
    tx.send(
        f"""
        with {DAYS}
        insert into content_daily (teacher_id, local_date, item_id, student_id, views, downloads)
        select %(teacher_id)s, d.local_date, v.item_id, v.student_id, count(*), count(*) filter (where v.is_download)
        from days d
        join content_views v on v.teacher_id = %(teacher_id)s
          and v.opened_at >= d.starts_at and v.opened_at < d.ends_at
        group by d.local_date, v.item_id, v.student_id
        on conflict (teacher_id, local_date, item_id, student_id) do update set
          views = excluded.views, downloads = excluded.downloads
        """,  # noqa: S608 - two of our own statements begin with this
        of_days(days),
    )


def add_up_funnel(tx: Transaction, before: date) -> None:
    """Every date whose visitors are still kept: a lesson may take place weeks after it was booked.

    A seat that was held for money, and paid, is booked like any other, as is one that was cancelled afterwards. Who has
    taken one came through the steps before, though the page's word of them may have got lost.
    """
    tx.send(
        """
        with taken as (
          select v.local_date, v.visitor, bool_or(p.status not in ('held', 'expired')) as has_booked,
            bool_or(p.status = 'completed') as has_completed
          from page_visitors v
          cross join unnest(v.seats) as seat (id)
          join session_participants p on p.teacher_id = %(teacher_id)s and p.id = seat.id
          where v.teacher_id = %(teacher_id)s and v.local_date < %(before)s
          group by v.local_date, v.visitor)
        insert into funnel_daily (teacher_id, local_date, source, visitors, viewed_service, saw_slots, saw_no_slots,
          slots, held, booked, completed)
        select %(teacher_id)s, v.local_date, v.source, count(*),
          count(*) filter (where v.viewed_service or t.visitor is not null),
          count(*) filter (where v.most_slots > 0 or t.visitor is not null),
          count(*) filter (where v.most_slots = 0 and t.visitor is null),
          coalesce(sum(v.most_slots), 0), count(t.visitor), count(*) filter (where t.has_booked),
          count(*) filter (where t.has_completed)
        from page_visitors v
        left join taken t using (local_date, visitor)
        where v.teacher_id = %(teacher_id)s and v.local_date < %(before)s
        group by v.local_date, v.source
        on conflict (teacher_id, local_date, source) do update set
          visitors = excluded.visitors, viewed_service = excluded.viewed_service, saw_slots = excluded.saw_slots,
          saw_no_slots = excluded.saw_no_slots, slots = excluded.slots, held = excluded.held,
          booked = excluded.booked, completed = excluded.completed
        """,
        {"before": before},
    )


def delete_views(tx: Transaction, opened_before: datetime) -> None:
    tx.send(
        "delete from content_views where teacher_id = %(teacher_id)s and opened_at < %(opened_before)s",
        {"opened_before": opened_before},
    )


def delete_visitors(tx: Transaction, before: date) -> None:
    tx.send(
        "delete from page_visitors where teacher_id = %(teacher_id)s and local_date < %(before)s", {"before": before}
    )


def delete_salts(tx: Transaction, before: date) -> None:
    tx.send(
        "delete from visitor_salts where teacher_id = %(teacher_id)s and local_date < %(before)s", {"before": before}
    )
