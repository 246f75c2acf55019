"""The statements about the seats of a session.

What changes a seat that exists locks its session first, as whatever changes a session goes on to its seats.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.sessions.policy import Policy


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
class SettledSeat:
    """A seat whose lesson is over, its status before, and what of its price is kept."""

    id: UUID
    student_id: UUID | None
    before: str
    credit_units: int
    charge_percent: int


# A lesson that took place is charged in full, a missed one by the policy of the seat.
_CHARGE = """
    case when %(status)s = 'completed' then 100
      else coalesce((coalesce(p.policy, c.policy) ->> 'no_show_percent')::integer, %(default_percent)s) end"""


def insert_seat(tx: Transaction, seat: NewSeat, service_id: UUID, now: datetime, *, is_trial: bool) -> None:
    tx.send(
        """
        insert into session_participants (
          teacher_id, id, session_id, student_id, status, token_hash, hold_expires_at, uses_trial, policy, credit_units,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(session_id)s, %(student_id)s, %(status)s, %(token_hash)s,
          %(hold_expires_at)s, %(uses_trial)s, policy_for(%(service_id)s, %(student_id)s, %(is_trial)s),
          %(credit_units)s, %(now)s, %(now)s)
        """,
        {**columns(seat), "service_id": service_id, "is_trial": is_trial, "now": now},
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


def ask_live_seats(tx: Transaction, session_id: UUID, now: datetime) -> Answer[LiveSeat]:
    return tx.ask(
        """
        select p.id, p.status, p.student_id, coalesce(p.policy, c.policy), p.credit_units, (
            select count(*) from session_participants f
            where f.teacher_id = %(teacher_id)s and f.student_id = p.student_id
              and f.free_pass_used_at > %(now)s - interval '1 day'
                * coalesce((coalesce(p.policy, c.policy) ->> 'free_pass_days')::integer, %(free_pass_days)s)),
          paid.amount, paid.refunded_amount, paid.currency
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
        left join payments paid on paid.teacher_id = p.teacher_id and paid.participant_id = p.id
          and paid.status = 'paid' and paid.refunded_amount < paid.amount
        where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s
          and (p.status = 'booked' or p.status = 'held' and p.hold_expires_at > %(now)s)
        order by p.student_id
        """,
        LiveSeat,
        {"session_id": session_id, "free_pass_days": Policy().free_pass_days, "now": now},
    )


def name_held_seat(
    tx: Transaction,
    seat: SeatRow,
    student_id: UUID,
    session_status: str,
    credit_units: int,
    now: datetime,
    *,
    is_trial: bool,
) -> None:
    """Turn a held seat into a booked one, and a session that is only held into a booked one; or lose the race."""
    tx.send(
        """
        with locked as (
          select id from class_sessions
          where teacher_id = %(teacher_id)s and id = %(session_id)s and starts_at = %(starts_at)s
            and status in ('held', 'pending', 'scheduled') and deleted_at is null
          for update),
        seat as (
          update session_participants
          set student_id = %(student_id)s, status = 'booked', hold_expires_at = null, uses_trial = %(is_trial)s,
            policy = policy_for(%(service_id)s, %(student_id)s, %(is_trial)s), credit_units = %(credit_units)s,
            updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
            and session_id in (select id from locked)
          returning session_id),
        session as (
          update class_sessions
          set status = %(session_status)s, hold_expires_at = null, updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id in (select session_id from seat) and status = 'held'
          returning id)
        select lost_race('class_sessions_no_overlap') where not exists (select from seat)
        """,
        {
            "session_id": seat.session_id,
            "starts_at": seat.starts_at,
            "seat_id": seat.id,
            "student_id": student_id,
            "service_id": seat.service_id,
            "session_status": session_status,
            "credit_units": credit_units,
            "is_trial": is_trial,
            "now": now,
        },
    )


def keep_held_seat(tx: Transaction, seat: SeatRow, student_id: UUID, until: datetime, now: datetime) -> None:
    """Give a held seat a name and more time, or lose the race."""
    tx.send(
        """
        with locked as (
          select id from class_sessions
          where teacher_id = %(teacher_id)s and id = %(session_id)s and starts_at = %(starts_at)s
            and status in ('held', 'pending', 'scheduled') and deleted_at is null
          for update),
        seat as (
          update session_participants
          set student_id = %(student_id)s, hold_expires_at = greatest(hold_expires_at, %(until)s), updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
            and session_id in (select id from locked)
          returning id)
        select lost_race('class_sessions_no_overlap') where not exists (select from seat)
        """,
        {
            "session_id": seat.session_id,
            "starts_at": seat.starts_at,
            "seat_id": seat.id,
            "student_id": student_id,
            "until": until,
            "now": now,
        },
    )


def release_held_seat(tx: Transaction, seat_id: UUID, now: datetime) -> None:
    """End the hold of a seat, and that of a session that was held for nobody else."""
    tx.send(
        """
        with locked as (
          select c.id from class_sessions c
          where c.teacher_id = %(teacher_id)s and c.id = (
            select session_id from session_participants where teacher_id = %(teacher_id)s and id = %(seat_id)s)
          for update),
        seat as (
          update session_participants set status = 'expired', updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(seat_id)s and status = 'held'
            and session_id in (select id from locked)
          returning session_id)
        update class_sessions c set status = 'expired', updated_at = %(now)s, version = version + 1
        where c.teacher_id = %(teacher_id)s and c.id in (select session_id from seat) and c.status = 'held'
          and not exists (
            select from session_participants other
            where other.teacher_id = %(teacher_id)s and other.session_id = c.id and other.id <> %(seat_id)s
              and other.status = 'held' and other.hold_expires_at > %(now)s)
        """,
        {"seat_id": seat_id, "now": now},
    )


def expire_seat_of(tx: Transaction, session_id: UUID, student_id: UUID, now: datetime) -> None:
    """End a student's hold on a seat of this session that has run out."""
    tx.send(
        """
        update session_participants set status = 'expired', updated_at = %(now)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and student_id = %(student_id)s
          and status = 'held' and hold_expires_at <= %(now)s
        """,
        {"session_id": session_id, "student_id": student_id, "now": now},
    )


def ask_settle_seats(tx: Transaction, session_id: UUID, status: str, now: datetime) -> Answer[SettledSeat]:
    """Give every seat that is still booked the outcome of its session; one that was only held has none."""
    return tx.ask(
        f"""
        with before as (
          select p.id, p.status, {_CHARGE} as charge_percent
          from session_participants p
          join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
          where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s and p.status in ('booked', 'held')
          for update of p)
        update session_participants p
        set status = case when before.status = 'held' then 'expired' else %(status)s end,
          charge_percent = case when before.status = 'booked' then before.charge_percent end, updated_at = %(now)s
        from before
        where p.teacher_id = %(teacher_id)s and p.id = before.id
        returning p.id, p.student_id, before.status, p.credit_units, before.charge_percent
        """,  # noqa: S608  # two of our own statements have this part
        SettledSeat,
        {"session_id": session_id, "status": status, "default_percent": Policy().no_show_percent, "now": now},
    )


def ask_settle_seat(
    tx: Transaction, session_id: UUID, seat_id: UUID, status: str, now: datetime
) -> Answer[SettledSeat]:
    """As `ask_settle_seats`, of one seat; one that was settled as its session was completed may still be corrected."""
    return tx.ask(
        f"""
        with before as (
          select p.id, p.status, {_CHARGE} as charge_percent
          from session_participants p
          join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
          where p.teacher_id = %(teacher_id)s and p.session_id = %(session_id)s and p.id = %(seat_id)s
            and p.status in ('booked', 'completed')
          for update of p)
        update session_participants p
        set status = %(status)s, charge_percent = before.charge_percent, updated_at = %(now)s
        from before
        where p.teacher_id = %(teacher_id)s and p.id = before.id
        returning p.id, p.student_id, before.status, p.credit_units, before.charge_percent
        """,  # noqa: S608  # two of our own statements have this part
        SettledSeat,
        {
            "session_id": session_id,
            "seat_id": seat_id,
            "status": status,
            "default_percent": Policy().no_show_percent,
            "now": now,
        },
    )
