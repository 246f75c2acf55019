"""How long students wait for an answer."""

from collections.abc import Sequence

from lectern.alerts.verdict import Measured
from lectern.alerts.window import WINDOWS, Window, of_windows
from lectern.database import Answer, Transaction


def ask_response_minutes(tx: Transaction, windows: Sequence[Window]) -> Answer[Measured]:
    """The median, from the first word of a student that stood unanswered to the teacher's next one.

    Who has no answer yet has waited until the window's end: else a teacher who answers nobody would be the fastest.
    """
    return tx.ask(
        f"""
        with {WINDOWS},
        first_words as (
          select w.number, w.ends_at, c.sent_at, (
              select min(o.sent_at) from contact_log o
              where o.teacher_id = %(teacher_id)s and o.student_id = c.student_id and o.direction = 'out'
                and (o.sent_at, o.id) > (c.sent_at, c.id)) as answered_at
          from windows w
          join contact_log c on c.teacher_id = %(teacher_id)s and c.direction = 'in'
            and c.sent_at >= w.starts_at and c.sent_at < w.ends_at
          -- However long ago: who writes again before an answer has come has waited since the first time.
          where 'in' is distinct from (
            select b.direction from contact_log b
            where b.teacher_id = %(teacher_id)s and b.student_id = c.student_id
              and (b.sent_at, b.id) < (c.sent_at, c.id)
            order by b.sent_at desc, b.id desc
            limit 1))
        select percentile_cont(0.5) within group (
            order by extract(epoch from least(f.answered_at, f.ends_at) - f.sent_at)::double precision / 60),
          count(f.sent_at)
        from windows w left join first_words f using (number)
        group by w.number
        order by w.number
        """,  # noqa: S608 - a part of our own
        Measured,
        of_windows(windows),
    )
