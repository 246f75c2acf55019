"""The time zones that people may name: those of the IANA database, as the package `tzdata` lists them."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from lectern.errors import Invalid


def known_zone(name: str) -> ZoneInfo:
    """Raises Invalid `unknown_time_zone` for anything but an IANA name, spelled as IANA spells it."""
    # ZoneInfo alone would also open what lies beside the zones on some systems: `localtime`, or `right/…`,
    # whose clocks count leap seconds.
    if name not in _names():
        raise Invalid(
            "unknown_time_zone",
            "This is not an IANA time zone. Use a name such as Europe/Berlin.",
            fields=["time_zone"],
        )
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    # Factory stands for a clock that nobody has set.
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}
