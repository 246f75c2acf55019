"""The statements about services, one function each."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.services.service import Service

_SELECT = """
    select id, name, description, duration_minutes, step_minutes, buffer_before_minutes, buffer_after_minutes,
      minimum_notice_minutes, horizon_days, seats, price_amount, price_currency, requires_confirmation,
      is_trial, credit_units, requires_payment, is_active, created_at, updated_at
    from services
    where teacher_id = %(teacher_id)s and deleted_at is null"""


def insert(tx: Transaction, service: Service) -> None:
    tx.send(
        """
        insert into services (teacher_id, id, name, description, duration_minutes, step_minutes,
          buffer_before_minutes, buffer_after_minutes, minimum_notice_minutes, horizon_days, seats,
          price_amount, price_currency, requires_confirmation, is_trial, credit_units, requires_payment, is_active,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(name)s, %(description)s, %(duration_minutes)s, %(step_minutes)s,
          %(buffer_before_minutes)s, %(buffer_after_minutes)s, %(minimum_notice_minutes)s, %(horizon_days)s,
          %(seats)s, %(price_amount)s, %(price_currency)s, %(requires_confirmation)s, %(is_trial)s,
          %(credit_units)s, %(requires_payment)s, %(is_active)s, %(created_at)s, %(updated_at)s)
        """,
        asdict(service),
    )


def by_id(tx: Transaction, service_id: UUID) -> Answer[Service]:
    return tx.ask(_SELECT + " and id = %(service_id)s", Service, {"service_id": service_id})


def to_change(tx: Transaction, service_id: UUID) -> Answer[Service]:
    """As `by_id`, and nobody else changes it until this transaction ends; bookings of it go on."""
    return tx.ask(_SELECT + " and id = %(service_id)s for no key update", Service, {"service_id": service_id})


def by_name(tx: Transaction, *, include_inactive: bool) -> Answer[Service]:
    return tx.ask(
        _SELECT + " and (is_active or %(include_inactive)s) order by lower(name), id",
        Service,
        {"include_inactive": include_inactive},
    )


def update(tx: Transaction, service: Service) -> None:
    tx.send(
        """
        update services set
          name = %(name)s, description = %(description)s, duration_minutes = %(duration_minutes)s,
          step_minutes = %(step_minutes)s, buffer_before_minutes = %(buffer_before_minutes)s,
          buffer_after_minutes = %(buffer_after_minutes)s,
          minimum_notice_minutes = %(minimum_notice_minutes)s, horizon_days = %(horizon_days)s,
          seats = %(seats)s, price_amount = %(price_amount)s, price_currency = %(price_currency)s,
          requires_confirmation = %(requires_confirmation)s, is_trial = %(is_trial)s,
          credit_units = %(credit_units)s, requires_payment = %(requires_payment)s,
          is_active = %(is_active)s, updated_at = %(updated_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and deleted_at is null
        """,
        asdict(service),
    )


@dataclass(frozen=True, slots=True)
class Archived:
    id: UUID


def archive(tx: Transaction, service_id: UUID, now: datetime) -> Answer[Archived]:
    return tx.ask(
        """
        update services set deleted_at = %(now)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(service_id)s and deleted_at is null
        returning id
        """,
        Archived,
        {"service_id": service_id, "now": now},
    )
