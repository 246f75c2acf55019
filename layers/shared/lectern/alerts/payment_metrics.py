"""What is measured of payments, a statement each."""

from collections.abc import Sequence

from lectern.alerts.verdict import Measured
from lectern.alerts.window import WINDOWS, Window, of_windows
from lectern.database import Answer, Transaction


def ask_revenue(tx: Transaction, windows: Sequence[Window]) -> Answer[Measured]:
    """What was paid, before refunds, in minor units of the currency in which most was paid in the present window.

    Where nothing was, the latest window says in which: there is none if nothing was paid in any.
    """
    return tx.ask(
        f"""
        with {WINDOWS},
        paid as (
          select w.number, p.currency, p.amount
          from windows w
          join payments p on p.teacher_id = %(teacher_id)s and p.status = 'paid'
            and p.paid_at >= w.starts_at and p.paid_at < w.ends_at),
        usual as (
          select currency from paid group by number, currency order by number, sum(amount) desc, currency limit 1)
        select coalesce(sum(p.amount), 0)::double precision, count(p.amount), (select currency from usual)
        from windows w
        left join (paid p join usual using (currency)) on p.number = w.number
        group by w.number
        order by w.number
        """,  # noqa: S608 - a part of our own
        Measured,
        of_windows(windows),
    )


def ask_failed_payments(tx: Transaction, windows: Sequence[Window]) -> Answer[Measured]:
    """Payments that failed, or whose buyer's card was declined and who has not paid in another way, when they failed.

    As in the sums of money: of a student's tries at one package, or at lessons of one service, only the last counts.
    """
    return tx.ask(
        f"""
        with {WINDOWS},
        tries as (
          select y.id, coalesce(y.failed_at, y.updated_at) as failed_at,
            y.status = 'failed' or y.status in ('open', 'expired') and y.failed_attempts > 0 as has_failed,
            lead(y.id) over (
              partition by y.student_id, coalesce(y.package_id, c.service_id, y.id) order by y.created_at, y.id
            ) is null as is_last
          from payments y
          left join session_participants p on p.teacher_id = y.teacher_id and p.id = y.participant_id
          left join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
          -- Who only looked at a checkout and left it has tried nothing.
          where y.teacher_id = %(teacher_id)s
            and (y.status in ('open', 'processing', 'paid', 'failed') or y.failed_attempts > 0))
        select count(t.id)::double precision, count(t.id)
        from windows w
        left join tries t on t.has_failed and t.is_last and t.failed_at >= w.starts_at and t.failed_at < w.ends_at
        group by w.number
        order by w.number
        """,  # noqa: S608 - as above
        Measured,
        of_windows(windows),
    )
