"""The statements that note who is on the booking page, one function each."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Salt:
    """The key of the visitors of one of the teacher's dates."""

    local_date: date
    salt: bytes


@dataclass(frozen=True, slots=True)
class Visit:
    """`most_slots` is None where no list of slots was shown."""

    local_date: date
    visitor: bytes
    source: str
    viewed_service: bool
    most_slots: int | None


def ask_salt_of_today(tx: Transaction, now: datetime) -> Answer[Salt]:
    """No row when nobody has been on the page today."""
    return tx.ask(
        """
        select s.local_date, s.salt
        from teachers t
        join visitor_salts s on s.teacher_id = t.id
          and s.local_date = (%(now)s::timestamptz at time zone t.time_zone)::date
        where t.id = %(teacher_id)s
        """,
        Salt,
        {"now": now},
    )


def ask_salt_of_today_or_new(tx: Transaction, fresh: bytes, now: datetime) -> Answer[Salt]:
    """Two first visitors at once get one salt: the second waits for the first, and only the first of a day writes."""
    return tx.ask(
        """
        with today as (
          select (%(now)s::timestamptz at time zone time_zone)::date as local_date
          from teachers where id = %(teacher_id)s),
        known as (
          select s.local_date, s.salt from visitor_salts s join today using (local_date)
          where s.teacher_id = %(teacher_id)s),
        added as (
          insert into visitor_salts as known (teacher_id, local_date, salt)
          select %(teacher_id)s, local_date, %(fresh)s from today
          where not exists (select from known)
          on conflict (teacher_id, local_date) do update set salt = known.salt
          returning local_date, salt)
        select local_date, salt from known
        union all
        select local_date, salt from added
        """,
        Salt,
        {"fresh": fresh, "now": now},
    )


def put_visit(tx: Transaction, visit: Visit) -> None:
    """Whoever was there before today keeps their source, and comes as far as they ever came."""
    tx.send(
        """
        insert into page_visitors as before (teacher_id, local_date, visitor, source, viewed_service, most_slots)
        values (%(teacher_id)s, %(local_date)s, %(visitor)s, %(source)s, %(viewed_service)s, %(most_slots)s)
        on conflict (teacher_id, local_date, visitor) do update set
          viewed_service = before.viewed_service or excluded.viewed_service,
          most_slots = greatest(before.most_slots, excluded.most_slots)
        """,
        {
            "local_date": visit.local_date,
            "visitor": visit.visitor,
            "source": visit.source,
            "viewed_service": visit.viewed_service,
            "most_slots": visit.most_slots,
        },
    )


def add_seats(tx: Transaction, local_date: date, visitor: bytes, seats: list[UUID]) -> None:
    """Nothing for somebody who has not been on the page today."""
    tx.send(
        """
        update page_visitors set seats = seats || %(seats)s::uuid[]
        where teacher_id = %(teacher_id)s and local_date = %(local_date)s and visitor = %(visitor)s
          and not seats @> %(seats)s::uuid[]
        """,
        {"local_date": local_date, "visitor": visitor, "seats": seats},
    )
