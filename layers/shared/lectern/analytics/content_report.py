"""What students make of each item of content, the one that most of them opened first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lectern.analytics.local_day import require_range
from lectern.analytics.percent import percent
from lectern.database import Answer, Transaction
from lectern.page import Page, page_of

# Whoever has not opened it by then has forgotten it.
TO_OPEN = timedelta(days=7)

type ReportKey = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class ItemReport:
    """`students`, each once, their `views` and the `downloads` among these are of the range of dates, up to yesterday.

    The rest is of everybody with whom it is shared, as things are: `median_minutes_to_open` is of those who have opened
    it, None without any, and `never_opened` are those who have not for TO_OPEN.
    """

    item_id: UUID
    kind: str
    title: str
    students: int
    views: int
    downloads: int
    assigned: int
    opened: int
    never_opened: int
    median_minutes_to_open: int | None
    last_opened_at: datetime | None

    @property
    def opened_percent(self) -> float | None:
        return percent(self.opened, self.assigned)


def content_report(
    tx: Transaction, first: date, until: date, now: datetime, after: ReportKey | None, limit: int
) -> Page[ItemReport, ReportKey]:
    """Every item, by the number of different students who opened it on the teacher's dates [first, until).

    `after` is the `next` of the page before, None for the first. Raises Invalid `invalid_range`.
    """
    require_range(first, until)
    rows = _ask_report(tx, first, until, now, after, limit + 1).all()
    return page_of(rows, limit, lambda item: (item.students, item.item_id))


def _ask_report(
    tx: Transaction, first: date, until: date, now: datetime, after: ReportKey | None, limit: int
) -> Answer[ItemReport]:
    after_students, after_id = after or (None, None)
    return tx.ask(
        """
        with opened as (
          select item_id, count(distinct student_id)::integer as students, sum(views)::integer as views,
            sum(downloads)::integer as downloads
          from content_daily
          where teacher_id = %(teacher_id)s and local_date >= %(first)s and local_date < %(until)s
          group by item_id),
        shared as (
          select item_id, count(*) as assigned, count(first_opened_at) as opened,
            count(*) filter (where first_opened_at is null and assigned_at <= %(too_long_ago)s) as never_opened,
            round(percentile_cont(0.5) within group (order by extract(epoch from first_opened_at - assigned_at))
              filter (where first_opened_at is not null) / 60)::integer as median_minutes,
            max(last_opened_at) as last_opened_at
          from content_assignments
          where teacher_id = %(teacher_id)s
          group by item_id)
        select i.id, i.kind, i.title, coalesce(o.students, 0), coalesce(o.views, 0), coalesce(o.downloads, 0),
          coalesce(s.assigned, 0), coalesce(s.opened, 0), coalesce(s.never_opened, 0), s.median_minutes,
          s.last_opened_at
        from content_items i
        left join opened o on o.item_id = i.id
        left join shared s on s.item_id = i.id
        where i.teacher_id = %(teacher_id)s and i.deleted_at is null
          and (%(after_students)s::integer is null
            or (coalesce(o.students, 0), i.id) < (%(after_students)s::integer, %(after_id)s::uuid))
        order by coalesce(o.students, 0) desc, i.id desc
        limit %(limit)s
        """,
        ItemReport,
        {
            "first": first,
            "until": until,
            "too_long_ago": now - TO_OPEN,
            "after_students": after_students,
            "after_id": after_id,
            "limit": limit,
        },
    )
