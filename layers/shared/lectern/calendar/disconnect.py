"""Parting from a calendar: Google is told as far as it listens, and what was seen there makes nobody busy any more."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.availability.version import bump_slots_version
from lectern.calendar import connecting_queries, grant, watch
from lectern.calendar.access import Access
from lectern.calendar.connection import Connection, ask_connection
from lectern.calendar.sealed import Unreadable, unseal
from lectern.errors import LecternError, NotFound
from lectern.events import record
from lectern.settings import token_key

_log = logging.getLogger(__name__)


def disconnect(teacher_id: UUID, now: datetime) -> None:
    """Events that are in the calendar stay there, as the teacher's own. Raises NotFound `calendar_not_connected`."""
    with database.tenant(teacher_id) as tx:
        connection = ask_connection(tx).one_or_none()
    if connection is None:
        raise NotFound("calendar_not_connected", "You have no calendar connected.")
    with database.tenant(teacher_id) as tx:
        if connecting_queries.ask_remove_connection(tx, connection.id).one_or_none() is None:
            return
        connecting_queries.forget_busy(tx)
        record(tx, "calendar.disconnected", connection.id, {"provider": "google"}, now)
        bump_slots_version(tx)
    # Last, as a Google that hangs may take the function's time.
    part_from(connection, now, revoke=True)


def part_from(connection: Connection, now: datetime, *, revoke: bool) -> None:
    """Have Google stop its channel and, if so, forget the grant, as far as it listens.

    A teacher who wants to part does so also while Google is away; the token is forgotten here.
    """
    if connection.status != "connected":
        return
    # Before the grant ends, in whose name it is stopped; if that fails, the grant is to end all the same.
    _try(connection, lambda: watch.stop(Access(connection, now), connection.channel))
    if revoke:
        _try(connection, lambda: _revoke(connection))


def _revoke(connection: Connection) -> None:
    grant.revoke(connection.teacher_id, unseal(token_key(), connection.teacher_id, connection.refresh_token))


def _try(connection: Connection, part: Callable[[], None]) -> None:
    try:
        part()
    except (LecternError, Unreadable) as error:
        _log.warning("Google does not know yet that %s has parted: %s", connection.teacher_id, type(error).__qualname__)
