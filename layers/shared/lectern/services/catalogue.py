"""The teacher's list of services: reading it, adding to it, changing it, taking something off it.

A session keeps its own copy of what was booked: what changes here is what can be booked from now on.
"""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from lectern import events
from lectern.availability.version import bump_slots_version
from lectern.database import Answer, Transaction
from lectern.errors import NotFound, Stale
from lectern.identifiers import new_id
from lectern.services import queries
from lectern.services.service import Service, ServiceChanges, ServiceDetails, refuse_unbookable


def list_services(tx: Transaction, *, include_inactive: bool) -> list[Service]:
    """By name; those that are not active are not for the public to see."""
    return queries.by_name(tx, include_inactive=include_inactive).all()


def get_service(tx: Transaction, service_id: UUID) -> Service:
    """Raises NotFound `service_not_found`; a service that is not active is found."""
    return _found(queries.by_id(tx, service_id))


def create_service(tx: Transaction, details: ServiceDetails, now: datetime) -> Service:
    """Raises Invalid `unsatisfiable` and, at the latest when `tx` commits, Conflict `name_taken`."""
    fields = asdict(details)
    fields["step_minutes"] = details.step_minutes or details.duration_minutes
    service = Service(id=new_id(), **fields, created_at=now, updated_at=now)
    refuse_unbookable(service)
    queries.insert(tx, service)
    _tell(tx, "service.created", service.id, now)
    return service


def change_service(
    tx: Transaction,
    service_id: UUID,
    changes: ServiceChanges,
    now: datetime,
    if_updated_at: datetime | None = None,
) -> Service:
    """Change the fields that are given; the step stays when only the duration changes.

    Raises NotFound `service_not_found`; Stale `service_changed`, with the `current` service in its facts, if
    it was changed since `if_updated_at`; Invalid `unsatisfiable`; and, at the latest when `tx` commits,
    Conflict `name_taken`.
    """
    current = _found(queries.to_change(tx, service_id))
    if if_updated_at not in (None, current.updated_at):
        raise Stale("service_changed", "The service was changed after you read it.", current=current)
    # Two changes in one tick of the clock must not pass for one: callers tell versions apart by this.
    updated_at = max(now, current.updated_at + timedelta(microseconds=1))
    service = replace(current, **changes, updated_at=updated_at)
    refuse_unbookable(service)
    queries.update(tx, service)
    _tell(tx, "service.changed", service_id, now)
    return service


def archive_service(tx: Transaction, service_id: UUID, now: datetime) -> None:
    """Take a service off the list for good and free its name; sessions of it still take place.

    Raises NotFound `service_not_found`.
    """
    _found(queries.archive(tx, service_id, now))
    _tell(tx, "service.archived", service_id, now)


def _found[T](answer: Answer[T]) -> T:
    found = answer.one_or_none()
    if found is None:
        raise NotFound("service_not_found", "There is no such service. List the services first.")
    return found


def _tell(tx: Transaction, event_type: str, service_id: UUID, now: datetime) -> None:
    events.record(tx, event_type, service_id, {}, now)
    bump_slots_version(tx)
