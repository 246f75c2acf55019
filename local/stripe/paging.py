"""Lists: newest first, a page at a time, by cursor.

https://docs.stripe.com/api/pagination
"""

from typing import Any

from local.stripe.errors import InvalidParameter, no_such
from local.stripe.form import Value
from local.stripe.parameters import Check, between, group, integer, text

type Page = dict[str, Any]

DEFAULT_LIMIT, MAX_LIMIT = 10, 100

_span = group(gt=integer, gte=integer, lt=integer, lte=integer)


def _created(value: Value, name: str) -> dict[str, int]:
    if isinstance(value, str):
        moment = integer(value, name)
        return {"gte": moment, "lte": moment}
    span: dict[str, int] = _span(value, name)
    return span


PAGING: dict[str, Check] = {
    "created": _created,
    "limit": between(1, MAX_LIMIT),
    "starting_after": text,
    "ending_before": text,
}


def page(resources: list[dict[str, Any]], given: dict[str, Any], url: str) -> Page:
    """The page that the parameters ask for, of resources that are newest first."""
    if "starting_after" in given and "ending_before" in given:
        raise InvalidParameter("You may only specify one of these: starting_after, ending_before.", "ending_before")
    found = [each for each in resources if _within(each["created"], given.get("created", {}))]
    limit = given.get("limit", DEFAULT_LIMIT)
    if "ending_before" in given:
        rest = found[: _position(found, given["ending_before"], "ending_before")]
        data = rest[-limit:]
    else:
        after = given.get("starting_after")
        rest = found if after is None else found[_position(found, after, "starting_after") + 1 :]
        data = rest[:limit]
    return {"object": "list", "data": data, "has_more": len(rest) > len(data), "url": url}


def _within(moment: int, span: dict[str, int]) -> bool:
    return (
        span.get("gte", moment) <= moment <= span.get("lte", moment)
        and ("gt" not in span or moment > span["gt"])
        and ("lt" not in span or moment < span["lt"])
    )


def _position(resources: list[dict[str, Any]], identifier: str, param: str) -> int:
    for position, each in enumerate(resources):
        if each["id"] == identifier:
            return position
    raise no_such("object", identifier, param)
