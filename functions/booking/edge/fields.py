"""The kinds of values that requests and answers are made of, each checked where it enters.

Texts are bounded and free of what PostgreSQL cannot store; instants carry their offset and leave in UTC.
"""

import re
from datetime import UTC, date, datetime
from operator import methodcaller
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from lectern.errors import Invalid
from lectern.zones import known_zone

# Far enough for every lesson, and nobody's clock arithmetic overflows on the way.
FIRST_YEAR, LAST_YEAR = 2000, 2100

# RFC 3339, section 5.6. PostgreSQL keeps microseconds, so nobody may mean less.
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Asked(BaseModel):
    """What a caller sends: a misspelt field is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Shown(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True, defer_build=True)


def _written_as(pattern: re.Pattern[str], example: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, date) or (isinstance(value, str) and pattern.fullmatch(value)):
            return value
        raise PydanticCustomError("format", "Write it as in {example}", {"example": example})

    return BeforeValidator(check)


def _within_reason[Day: date](value: Day) -> Day:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError(
            "year", "Choose a year from {first} to {last}", {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return value


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _zone(name: str) -> str:
    try:
        return known_zone(name).key
    except Invalid as unknown:
        raise PydanticCustomError("unknown_time_zone", "{message}", {"message": unknown.message}) from unknown


def _email(address: str) -> str:
    # Who sends no address does not pay for the import.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        return validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "This is not an e-mail address: {why}", {"why": str(error)}) from error


Instant = Annotated[
    AwareDatetime,
    _written_as(_RFC_3339, "2026-03-02T09:30:00Z or 2026-03-02T10:30:00+01:00"),
    AfterValidator(_within_reason),
    AfterValidator(_in_utc),
]

# An instant on its way out: what PostgreSQL answers is in the zone of its connection.
InUtc = Annotated[datetime, AfterValidator(_in_utc)]

# On somebody's wall clock, to the minute, so without an offset.
LocalTime = Annotated[
    datetime,
    _written_as(_LOCAL_TIME, "2026-03-02T10:30"),
    AfterValidator(_within_reason),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"}),
]

Day = Annotated[date, _written_as(_DATE, "2026-03-02"), AfterValidator(_within_reason)]

ZoneName = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]

Email = Annotated[
    str,
    StringConstraints(min_length=3, max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]

# A line holds no control characters, a text may hold line breaks and tabs; neither may be empty where it is required.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Remark = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]

Phone = Annotated[str, StringConstraints(max_length=40, pattern=r"^\+?[0-9][0-9 ()./-]{1,38}[0-9]$")]

Slug = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]

Token = Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class Money(Asked):
    """Minor units of an ISO 4217 currency: 2500 EUR is 25 euros."""

    amount: Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Sum(Shown):
    """Minor units of an ISO 4217 currency, however many have come together."""

    amount: int
    currency: str


as_json = methodcaller("model_dump_json")


class Versioned(Shown):
    """What a caller may change, if it is still as they saw it."""

    updated_at: InUtc
