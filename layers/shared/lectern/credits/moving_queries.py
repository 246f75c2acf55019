"""The statements that move units in as many lots as it takes, one function each; every lot gets an entry of its own.

Whoever calls them has locked the account in a statement before: only a snapshot that was taken after it shows what
those before have done. So a key that is not there yet will not be there before the commit either.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from lectern.credits.operation import Operation
from lectern.database import Answer, Transaction, columns


def take(tx: Transaction, operation: Operation, only_of: UUID | None = None) -> None:
    """Out of what is free in the lots that expire first; into the reserved units if the kind is `reserve`."""
    move(
        tx,
        """
        with lots as (
          select id, remaining, sum(remaining) over soonest - remaining as before, row_number() over soonest as n
          from credit_lots
          where teacher_id = %(teacher_id)s and student_id = %(student_id)s and remaining > 0 and frozen_at is null
            and (expires_at is null or expires_at > %(occurred_at)s)
            and (%(only_of)s::uuid is null or payment_id = %(only_of)s)
          window soonest as (order by expires_at nulls last, id)),
        taken as (
          select id, n, least(remaining, %(units)s - before) as units from lots where before < %(units)s),
        moved as (
          select id as lot_id, n, -units as units, case %(kind)s when 'reserve' then units else 0 end as reserved_units
          from taken)
        """,
        {**columns(operation), "only_of": only_of, "refused_as": "credit_accounts_balance"},
    )


def release(tx: Transaction, operation: Operation, good_until: datetime) -> None:
    """Of what the seat has reserved, back to its lots; those that have expired meanwhile are good until then."""
    move(
        tx,
        """
        with held as (
          select e.lot_id, l.expires_at, sum(e.reserved_units) as units
          from credit_ledger e join credit_lots l on l.teacher_id = e.teacher_id and l.id = e.lot_id
          where e.teacher_id = %(teacher_id)s and e.participant_id = %(participant_id)s
          group by e.lot_id, l.expires_at
          having sum(e.reserved_units) > 0),
        lots as (
          select lot_id, units, sum(units) over latest - units as before, row_number() over latest as n
          from held
          window latest as (order by expires_at desc nulls first, lot_id desc)),
        taken as (
          select lot_id, n, least(units, %(units)s - before) as units from lots where before < %(units)s),
        extended as (
          update credit_lots set expires_at = %(good_until)s
          where teacher_id = %(teacher_id)s and id in (select lot_id from taken)
            -- By another's clock, which may be ahead of ours, it may have expired already; what expired before an
            -- earlier extension does not count, else a lesson booked and given back would extend it again and again.
            and (expires_at <= %(occurred_at)s or exists (
              select from credit_ledger e
              where e.teacher_id = %(teacher_id)s and e.lot_id = credit_lots.id and e.kind = 'expire'
                and e.occurred_at >= credit_lots.expires_at))
            and not exists (
              select from credit_ledger where teacher_id = %(teacher_id)s and idempotency_key = %(key)s)),
        moved as (select lot_id, n, units, -units as reserved_units from taken)
        """,
        {**columns(operation), "good_until": good_until, "refused_as": "credit_lots_reserved"},
    )


def spend(tx: Transaction, operation: Operation) -> None:
    """Of what the seat has reserved, for good."""
    move(
        tx,
        """
        with held as (
          select e.lot_id, l.expires_at, sum(e.reserved_units) as units
          from credit_ledger e join credit_lots l on l.teacher_id = e.teacher_id and l.id = e.lot_id
          where e.teacher_id = %(teacher_id)s and e.participant_id = %(participant_id)s
          group by e.lot_id, l.expires_at
          having sum(e.reserved_units) > 0),
        lots as (
          select lot_id, units, sum(units) over soonest - units as before, row_number() over soonest as n
          from held
          window soonest as (order by expires_at nulls last, lot_id)),
        moved as (
          select lot_id, n, 0 as units, -least(units, %(units)s - before) as reserved_units
          from lots where before < %(units)s)
        """,
        {**columns(operation), "refused_as": "credit_lots_reserved"},
    )


def reopen(tx: Transaction, operation: Operation) -> None:
    """Reserving and releasing move a seat's units from one sum to the other; what is missing in both has been spent."""
    move(
        tx,
        """
        with moved as (
          select lot_id, row_number() over (order by lot_id) as n, 0 as units,
            -sum(units + reserved_units) as reserved_units
          from credit_ledger
          where teacher_id = %(teacher_id)s and participant_id = %(participant_id)s
          group by lot_id
          having sum(units + reserved_units) < 0)
        """,
        {**columns(operation), "refused_as": "credit_lots_reserved"},
    )


@dataclass(frozen=True, slots=True)
class Latest:
    correction: int


def ask_latest_correction(tx: Transaction, participant_id: UUID) -> Answer[Latest]:
    """The number in the keys of a seat, as `seat_key` writes it; 0 for one that was never put right."""
    return tx.ask(
        r"""
        select coalesce(max(substring(idempotency_key from '^seat:[^:]+:v(\d+):')::integer), 0)
        from credit_ledger
        where teacher_id = %(teacher_id)s and participant_id = %(participant_id)s
        """,
        Latest,
        {"participant_id": participant_id},
    )


def move(tx: Transaction, moved: LiteralString, parameters: dict[str, object]) -> None:
    """Write an entry for each row of `moved`, unless the key is there; or none, and refuse, if they fall short.

    The ids of an operation's entries differ in the last two bytes, and are in order by them.
    """
    tx.send(moved + _ENTRIES, parameters)


_ENTRIES = """,
    known as (
      select id from credit_ledger where teacher_id = %(teacher_id)s and idempotency_key = %(key)s),
    entries as (
      insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, reserved_units, idempotency_key,
        participant_id, note, occurred_at)
      select %(teacher_id)s, encode(overlay(uuid_send(%(id)s) placing int2send(n::int2) from 15), 'hex')::uuid,
        %(student_id)s, lot_id, %(kind)s, units, reserved_units, %(key)s || case when n > 1 then ':' || n else '' end,
        %(participant_id)s, %(note)s, %(occurred_at)s
      from moved where not exists (select from known))
    select lost_race(%(refused_as)s)
    where (select coalesce(sum(greatest(abs(units), abs(reserved_units))), 0) from moved) < %(units)s
      and not exists (select from known)
"""
