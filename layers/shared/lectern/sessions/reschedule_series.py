"""Moving a session together with the ones that follow it in its series, or with all that are still to come."""

from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from lectern.availability.offer import Offer, read_offer_to_move
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions import queries
from lectern.sessions.lookup import find_session
from lectern.sessions.reschedule import move, require_movable
from lectern.sessions.series import local_instant
from lectern.sessions.series_queries import first_local_start
from lectern.sessions.session_row import SessionRow
from lectern.slots import Window

type Scope = Literal["this_and_following", "all"]


def reschedule_series(
    tx: Transaction, session_id: UUID, new_start: datetime, scope: Scope, now: datetime
) -> list[SessionRow]:
    """Move every session in the scope by the same step on the teacher's wall clock, all or none; those that moved.

    Sessions that are over, cancelled or already begun stay. Raises NotFound, Invalid "no_series" or "past", Conflict
    "overlaps" or "slot_taken".
    """
    queries.lock_teacher(tx)
    session = find_session(tx, session_id)
    require_movable(session, "teacher", now)
    sessions = sessions_in_scope(tx, session, scope, now)
    zone = ZoneInfo(session.time_zone)
    hour = first_local_start(tx, sessions[0].series_id).time()
    step = _wall_clock(new_start, zone) - _meant(session.starts_at, hour, zone)
    moves = [(moved, local_instant(_meant(moved.starts_at, hour, zone) + step, zone)) for moved in sessions]
    if min(start for _, start in moves) < now:
        raise Invalid("past", "Some lessons would be moved into the past. Choose a later time.", fields=["starts_at"])
    offer = _offer_around(tx, session, moves, now)
    # From the far end, so that no session is moved onto a neighbour that has yet to move away.
    for moved, start in reversed(moves) if step > timedelta() else moves:
        move(tx, moved, offer, start, "teacher", now)
    bump_slots_version(tx)
    ids = {moved.id for moved, _ in moves}
    return [after for after in sessions_in_scope(tx, session, "all", now) if after.id in ids]


def sessions_in_scope(tx: Transaction, session: SessionRow, scope: Scope, now: datetime) -> list[SessionRow]:
    """The live sessions of its series that a change reaches, in order. Raises Invalid "no_series", Conflict."""
    if session.series_id is None:
        raise Invalid("no_series", "This session is in no series. Change it with the scope 'this'.", fields=["scope"])
    starts_from = session.starts_at if scope == "this_and_following" else now
    sessions = queries.ask_series_from(tx, session.series_id, starts_from, now).all()
    if not sessions:
        raise Conflict("nothing_to_change", "No session of the series is still to come.")
    return sessions


def _offer_around(
    tx: Transaction, session: SessionRow, moves: list[tuple[SessionRow, datetime]], now: datetime
) -> Offer:
    starts = [start for _, start in moves]
    window = Window(min(starts), max(starts) + timedelta(days=1))
    return read_offer_to_move(tx, session.service_id, window, now, [moved.id for moved, _ in moves])


def _meant(instant: datetime, hour: time, zone: ZoneInfo) -> datetime:
    """The wall clock that a session stands for: the hour of its series, also where clocks jumped over it that day."""
    shown = _wall_clock(instant, zone)
    meant = datetime.combine(shown.date(), hour)
    return meant if local_instant(meant, zone) == instant else shown


def _wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
