"""What a Google knows, as the JSON that is kept: calendars, consents, channels and its port."""

from typing import Any

from local.google.platform import Platform

type Json = dict[str, Any]


def restore(platform: Platform, known: Json | None) -> None:
    if not known:
        return
    for account, calendar in known["calendars"].items():
        platform.calendar_of(account, calendar["time_zone"]).restore(calendar)
    platform.tokens.restore(known["consents"])
    platform.channels.restore(known["channels"])


def as_json(platform: Platform, port: int) -> Json:
    """Within a turn."""
    return {
        "port": port,
        "calendars": {account: calendar.as_json() for account, calendar in platform.calendars.items()},
        "consents": platform.tokens.as_json(),
        "channels": platform.channels.as_json(),
    }
