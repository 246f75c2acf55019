"""Between wall clocks, aware datetimes and the whole seconds since 1970 in UTC that the engine counts in."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

DAY = 24 * 60 * 60
SECOND = timedelta(seconds=1)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A local time may not leave the years 1 to 9999, whatever instant a request names.
_FIRST = (datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) // SECOND
_LAST = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // SECOND


def at_or_before(moment: datetime) -> int:
    """The last whole second that is not after the moment. Raises TypeError when it is naive."""
    since = moment - _EPOCH
    return since.days * DAY + since.seconds


def at_or_after(moment: datetime) -> int:
    """The first whole second that is not before the moment. Raises TypeError when it is naive."""
    since = moment - _EPOCH
    return since.days * DAY + since.seconds + bool(since.microseconds)


def in_utc(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def local_date_of(second: int, zone: ZoneInfo) -> date:
    """The date that calendars in the zone show; near the first and last of Python's, a neighbour."""
    return datetime.fromtimestamp(min(max(second, _FIRST), _LAST), zone).date()


def wall_clock(local_date: date, minute: int, zone: ZoneInfo) -> int:
    """The instant at which clocks in the zone first show, or pass, that many minutes after 00:00 (rule 3).

    So a time that occurs twice is the first of the two, and one that is skipped is the first instant after.
    """
    shown = (local_date.toordinal() - EPOCH_ORDINAL) * DAY + minute * 60
    face = in_utc(shown)
    early, late = _ahead_of_utc(face, zone), _ahead_of_utc(face.replace(fold=1), zone)
    if early >= late:
        return shown - early
    # PEP 495: a skipped time has the offset from before the change with fold=0 and the one from after it with
    # fold=1. Neither tells when the change is, only that it lies between the two readings.
    around_change = range(shown - late, shown - early)
    return around_change.start + bisect_left(around_change, face, key=lambda at: _face(at, zone))


def _ahead_of_utc(face: datetime, zone: ZoneInfo) -> int:
    # Asking the zone takes a fifth of the time of `datetime.utcoffset`. It answers None for None alone.
    offset = cast("timedelta", zone.utcoffset(face))
    return offset.days * DAY + offset.seconds


def _face(second: int, zone: ZoneInfo) -> datetime:
    """What a clock shows, as a datetime that is in UTC only so that it compares."""
    return datetime.fromtimestamp(second, zone).replace(tzinfo=UTC)
