"""The statements about the seats of a session.

What changes a seat that exists locks its session first, as whatever changes a session goes on to its seats.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.sessions.policy import Policy
from lectern.sessions.usual_policy import usual_policy


@dataclass(frozen=True, slots=True)
class Changed:
    id: UUID


@dataclass(frozen=True, slots=True)
class NewSeat:
    id: UUID
    session_id: UUID
    student_id: UUID | None
    status: str
    token_hash: bytes
    hold_expires_at: datetime | None
    uses_trial: bool
    credit_units: int


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat and the session it is in, with what that was booked with."""

    id: UUID
    session_id: UUID
    student_id: UUID | None
    status: str
    hold_expires_at: datetime | None
    service_id: UUID
    session_status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    price_amount: int
    price_currency: str
    credit_units: int


@dataclass(frozen=True, slots=True)
class LiveSeat:
    """A seat that is booked, or held by a hold that has not run out, and what is at stake for who has it.

    `policy` is the one that it is judged by; `free_passes_used` are those of its student in that policy's days;
    `paid_amount` and `refunded_amount` are in minor units of `currency`, None where no money was paid for it.
    """

    id: UUID
    status: str
    student_id: UUID | None
    policy: dict[str, int | None]
    credit_units: int
    free_passes_used: int
    paid_amount: int | None
    refunded_amount: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class SeatPolicy:
    terms: dict[str, int | None]


def insert_seat(tx: Transaction, seat: NewSeat, service_id: UUID, now: datetime, *, is_trial: bool) -> None:
    tx.send(
        """
        insert into session_participants (
          teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at, uses_trial, policy, credit_units,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(session_id)s, %(student_id)s, %(status)s, %(token_hash)s,
          %(hold_expires_at)s, %(uses_trial)s,
          coalesce(policy_for(%(service_id)s, %(student_id)s, %(is_trial)s), %(usual_policy)s),
          %(credit_units)s, %(now)s, %(now)s)
        """,
        {
            **columns(seat),
            "service_id": service_id,
            "is_trial": is_trial,
            "usual_policy": usual_policy(is_trial=is_trial),
            "now": now,
        },
    )


_SEAT = """
    select p.id, p.session_id, p.student_id, p.status, p.hold_expires_at, c.service_id, c.status, c.starts_at,
      c.ends_at, c.time_zone, c.price_amount, c.price_currency, p.credit_units
    from session_participants p
    join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
    where p.teacher_id = %(teacher_id)s"""


def ask_seat_by_token(tx: Transaction, token_hash: bytes) -> Answer[SeatRow]:
    return tx.ask(_SEAT + " and p.token_hash = %(token_hash)s", SeatRow, {"token_hash": token_hash})


def ask_seat(tx: Transaction, seat_id: UUID) -> Answer[SeatRow]:
    return tx.ask(_SEAT + " and p.id = %(seat_id)s", SeatRow, {"seat_id": seat_id})


def ask_trial_of(tx: Transaction, student_id: UUID) -> Answer[Changed]:
    """The seat in which a student has had, or will have, their trial."""
    return tx.ask(
        """
        select id from session_participants
        where teacher_id = %(teacher_id)s and student_id = %(student_id)s and uses_trial
        """,
        Changed,
        {"student_id": student_id},
    )


def ask_policy(tx: Transaction, session_id: UUID, seat_id: UUID) -> Answer[SeatPolicy]:
    return tx.ask(
        """
        select coalesce(p.policy, c.policy)
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
        where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s and p.id = %(seat_id)s
        """,
        SeatPolicy,
        {"session_id": session_id, "seat_id": seat_id},
    )


# What of it goes back, the outbox of refunds asks in the same words.
MONEY_OF_SEAT = """
    left join lateral (
      select sum(y.amount)::integer as amount, sum(y.refunded_amount)::integer as refunded_amount,
        min(y.currency) as currency
      from payments y
      where y.teacher_id = p.teacher_id and y.participant_id = p.id and y.status = 'paid' and not y.is_contested
        and y.refunded_amount < y.amount) paid on true"""


def ask_live_seats(tx: Transaction, session_id: UUID, now: datetime) -> Answer[LiveSeat]:
    return tx.ask(
        f"""
        select p.id, p.status, p.student_id, coalesce(p.policy, c.policy), p.credit_units, (
            select count(*) from session_participants f
            where f.teacher_id = %(teacher_id)s and f.student_id = p.student_id
              and f.free_pass_used_at > %(now)s - interval '1 day'
                * coalesce((coalesce(p.policy, c.policy) ->> 'free_pass_days')::integer, %(free_pass_days)s)),
          paid.amount, paid.refunded_amount, paid.currency
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
        {MONEY_OF_SEAT}
        where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s
          and (p.status = 'booked' or p.status = 'held' and p.hold_expires_at > %(now)s)
        order by p.student_id
        """,  # noqa: S608  # the text above
        LiveSeat,
        {"session_id": session_id, "free_pass_days": Policy().free_pass_days, "now": now},
    )
