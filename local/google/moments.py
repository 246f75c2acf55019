"""When an event starts and ends, as the API writes it: a `date`, or a `dateTime` in a `timeZone`.

https://developers.google.com/workspace/calendar/api/v3/reference/events#start
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from local.google.errors import ApiError, invalid, required

type Moment = dict[str, str]


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):
        raise invalid("timeZone", f"Invalid time zone definition: {name}") from None


def is_all_day(moment: Mapping[str, Any]) -> bool:
    return "date" in moment


def checked(given: object, name: str, calendar_zone: str) -> Moment:
    """As Google answers it: an instant is told in the calendar's zone; raises `ApiError`."""
    known = {} if not isinstance(given, dict) else {key: value for key, value in given.items() if value is not None}
    if "date" in known and "dateTime" not in known:
        return {"date": _date(known["date"], name).isoformat()}
    if "dateTime" not in known or "date" in known:
        raise required(f"Missing {name} time.")
    zone = known.get("timeZone")
    at = _instant(known["dateTime"], name, zone)
    return {"dateTime": at.astimezone(zone_of(calendar_zone)).isoformat(), "timeZone": zone or calendar_zone}


def instant(moment: Mapping[str, Any], calendar_zone: str) -> datetime:
    """Of an all-day event: midnight in the calendar's zone."""
    if is_all_day(moment):
        midnight = datetime.combine(date.fromisoformat(moment["date"]), time(), zone_of(calendar_zone))
        return midnight.astimezone(UTC)
    return datetime.fromisoformat(moment["dateTime"]).astimezone(UTC)


def check_order(start: Moment, end: Moment) -> None:
    if is_all_day(start) != is_all_day(end):
        raise invalid("end", "Start and end times must either both be date or both be dateTime.")
    if instant(end, "UTC") < instant(start, "UTC") or (is_all_day(start) and start == end):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")


def _date(text: object, name: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise invalid(f"{name}.date", f"Invalid value for: {text}") from None


def _instant(text: object, name: str, zone: str | None) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise invalid(f"{name}.dateTime", f"Invalid value for: {text}") from None
    if at.tzinfo is None and zone is None:
        raise required(f"Missing time zone definition for {name} time.")
    return at if at.tzinfo else at.replace(tzinfo=zone_of(zone or "UTC"))
