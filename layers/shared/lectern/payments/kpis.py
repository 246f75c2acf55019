"""What a teacher earns: sums of money by currency over a range of dates, beside those of as many days before it."""

from dataclasses import dataclass
from datetime import date

from lectern.database import Answer, Transaction
from lectern.errors import Invalid

LONGEST_RANGE_DAYS = 366


@dataclass(frozen=True, slots=True)
class MoneyKpis:
    """In minor units. `revenue` is what was paid, before refunds; `refunds` is what was given back or is on its way.

    `outstanding` is what was asked for and not paid so far, or failed; of a student's tries at one package, or at
    lessons of one service, a failed one counts only while it is the last. `disputed` is what banks hold or took back.
    `previous_…` are those of the range of the same length that ends where this one begins.
    """

    currency: str
    revenue: int
    refunds: int
    outstanding: int
    disputed: int
    previous_revenue: int
    previous_refunds: int
    previous_outstanding: int
    previous_disputed: int


def money_kpis(tx: Transaction, from_date: date, until_date: date) -> list[MoneyKpis]:
    """Of the dates [from, until) in the teacher's zone; a currency is there if anything was in either range.

    Raises Invalid `invalid_range` for none or more than LONGEST_RANGE_DAYS.
    """
    if not 0 < (until_date - from_date).days <= LONGEST_RANGE_DAYS:
        raise Invalid(
            "invalid_range",
            f"Ask for 1 to {LONGEST_RANGE_DAYS} days: `to` is the first date that does not count.",
            fields=["from", "to"],
        )
    return _ask_kpis(tx, from_date, until_date).all()


def _ask_kpis(tx: Transaction, from_date: date, until_date: date) -> Answer[MoneyKpis]:
    """An instant has one local date, whatever clocks do, where a date may have no midnight or two."""
    return tx.ask(
        """
        with tried as (
          select y.currency, y.amount, y.created_at, y.status, lead(y.id) over (
            partition by y.student_id, coalesce(y.package_id, c.service_id, y.id) order by y.created_at, y.id
          ) is null as is_last
          from payments y
          left join session_participants p on p.teacher_id = y.teacher_id and p.id = y.participant_id
          left join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
          where y.teacher_id = %(teacher_id)s and y.status in ('open', 'processing', 'paid', 'failed')),
        moved as (
          select 'revenue' as what, currency, amount, paid_at as moved_at from payments
          where teacher_id = %(teacher_id)s and status = 'paid'
          union all
          select 'refunds', p.currency, r.amount, r.requested_at from refunds r
          join payments p on p.teacher_id = r.teacher_id and p.id = r.payment_id
          where r.teacher_id = %(teacher_id)s and r.status not in ('failed', 'cancelled')
          union all
          select 'outstanding', currency, amount, created_at from tried
          where status in ('open', 'processing') or status = 'failed' and is_last
          union all
          select 'disputed', currency, amount, disputed_at from payments
          where teacher_id = %(teacher_id)s and is_contested),
        dated as (
          select m.what, m.currency, m.amount, (m.moved_at at time zone t.time_zone)::date >= %(from)s as is_now
          from moved m join teachers t on t.id = %(teacher_id)s
          where (m.moved_at at time zone t.time_zone)::date >= %(from)s - (%(until)s::date - %(from)s::date)
            and (m.moved_at at time zone t.time_zone)::date < %(until)s)
        select currency,
          coalesce(sum(amount) filter (where what = 'revenue' and is_now), 0),
          coalesce(sum(amount) filter (where what = 'refunds' and is_now), 0),
          coalesce(sum(amount) filter (where what = 'outstanding' and is_now), 0),
          coalesce(sum(amount) filter (where what = 'disputed' and is_now), 0),
          coalesce(sum(amount) filter (where what = 'revenue' and not is_now), 0),
          coalesce(sum(amount) filter (where what = 'refunds' and not is_now), 0),
          coalesce(sum(amount) filter (where what = 'outstanding' and not is_now), 0),
          coalesce(sum(amount) filter (where what = 'disputed' and not is_now), 0)
        from dated
        group by currency
        order by currency
        """,
        MoneyKpis,
        {"from": from_date, "until": until_date},
    )
