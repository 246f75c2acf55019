"""The teacher's packages of credits: reading them, adding one, changing it, withdrawing it.

Who has paid keeps what was sold: what changes here is what can be bought from now on.
"""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from lectern import events
from lectern.credits import package_queries
from lectern.credits.package import Package, PackageChanges, PackageDetails
from lectern.database import Answer, Transaction
from lectern.errors import NotFound, Stale
from lectern.identifiers import new_id


def list_packages(tx: Transaction, *, only_active: bool) -> list[Package]:
    """The cheapest of each currency first; those that are not active are not for the public to see."""
    return package_queries.by_price(tx, only_active=only_active).all()


def get_package(tx: Transaction, package_id: UUID) -> Package:
    """Raises NotFound `package_not_found`; a package that is not active is found."""
    return _found(package_queries.by_id(tx, package_id))


def create_package(tx: Transaction, details: PackageDetails, now: datetime) -> Package:
    """Raises, at the latest when `tx` commits, Conflict `name_taken`."""
    package = Package(id=new_id(), **asdict(details), created_at=now, updated_at=now)
    package_queries.insert(tx, package)
    events.record(tx, "package.created", package.id, {}, now)
    return package


def change_package(
    tx: Transaction,
    package_id: UUID,
    changes: PackageChanges,
    now: datetime,
    if_updated_at: datetime | None = None,
) -> Package:
    """Change the fields that are given.

    Raises NotFound `package_not_found`; Stale `package_changed`, with the `current` package in its facts, if it was
    changed since `if_updated_at`; and, at the latest when `tx` commits, Conflict `name_taken`.
    """
    current = _found(package_queries.to_change(tx, package_id))
    if if_updated_at not in (None, current.updated_at):
        raise Stale("package_changed", "The package was changed after you read it.", current=current)
    # Two changes in one tick of the clock must not pass for one: callers tell versions apart by this.
    package = replace(current, **changes, updated_at=max(now, current.updated_at + timedelta(microseconds=1)))
    package_queries.update(tx, package)
    events.record(tx, "package.changed", package_id, {}, now)
    return package


def withdraw_package(tx: Transaction, package_id: UUID, now: datetime) -> None:
    """Take a package off the list for good and free its name. Raises NotFound `package_not_found`."""
    _found(package_queries.withdraw(tx, package_id, now))
    events.record(tx, "package.withdrawn", package_id, {}, now)


def _found[T](answer: Answer[T]) -> T:
    found = answer.one_or_none()
    if found is None:
        raise NotFound("package_not_found", "There is no such package. List the packages first.")
    return found
