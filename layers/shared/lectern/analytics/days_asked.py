"""Local days as a relation that statements join with: `with {DAYS}`, and the parameters `of_days`.

As instants, worked out in Python: PostgreSQL reads a clock that is put forward or back another way.
"""

from lectern.analytics.local_day import LocalDay

DAYS = """
  days as (
    select local_date, starts_at, ends_at
    from unnest(%(dates)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
      as d (local_date, starts_at, ends_at))"""


def of_days(days: list[LocalDay]) -> dict[str, object]:
    return {
        "dates": [day.local_date for day in days],
        "starts": [day.starts_at for day in days],
        "ends": [day.ends_at for day in days],
    }
