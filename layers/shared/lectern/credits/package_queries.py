"""The statements about packages, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.credits.package import Package
from lectern.database import Answer, Transaction, columns

_SELECT = """
    select id, name, units, price_amount, price_currency, valid_days, is_active, created_at, updated_at
    from credit_packages
    where teacher_id = %(teacher_id)s and deleted_at is null"""


def insert(tx: Transaction, package: Package) -> None:
    tx.send(
        """
        insert into credit_packages (teacher_id, id, name, units, price_amount, price_currency, valid_days,
          is_active, created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(name)s, %(units)s, %(price_amount)s, %(price_currency)s, %(valid_days)s,
          %(is_active)s, %(created_at)s, %(updated_at)s)
        """,
        columns(package),
    )


def by_id(tx: Transaction, package_id: UUID) -> Answer[Package]:
    return tx.ask(_SELECT + " and id = %(package_id)s", Package, {"package_id": package_id})


def to_change(tx: Transaction, package_id: UUID) -> Answer[Package]:
    """As `by_id`, and nobody else changes it until this transaction ends; payments for it go on."""
    return tx.ask(_SELECT + " and id = %(package_id)s for no key update", Package, {"package_id": package_id})


def by_price(tx: Transaction, *, only_active: bool) -> Answer[Package]:
    return tx.ask(
        _SELECT + " and (is_active or not %(only_active)s) order by price_currency, price_amount, id",
        Package,
        {"only_active": only_active},
    )


def update(tx: Transaction, package: Package) -> None:
    tx.send(
        """
        update credit_packages set
          name = %(name)s, units = %(units)s, price_amount = %(price_amount)s, price_currency = %(price_currency)s,
          valid_days = %(valid_days)s, is_active = %(is_active)s, updated_at = %(updated_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and deleted_at is null
        """,
        columns(package),
    )


@dataclass(frozen=True, slots=True)
class Withdrawn:
    id: UUID


def withdraw(tx: Transaction, package_id: UUID, now: datetime) -> Answer[Withdrawn]:
    return tx.ask(
        """
        update credit_packages set deleted_at = %(now)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(package_id)s and deleted_at is null
        returning id
        """,
        Withdrawn,
        {"package_id": package_id, "now": now},
    )
