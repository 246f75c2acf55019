"""Partial answers: of a resource, only the fields that a request names.

https://developers.google.com/workspace/calendar/api/guides/performance#partial-response
"""

import re
from typing import Any

from local.google.errors import ApiError

# Names, and what stands between them.
_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[,/()]")

# What is wanted of an object, by name; of a field without anything within, all of it.
type Selection = dict[str, "Selection"]


def selected(answer: Any, fields: str) -> Any:  # noqa: ANN401 - any JSON value
    """The answer with nothing but `fields`, such as `timeZone,items(id,start/date)`; raises `ApiError` for none."""
    tokens = _TOKEN.findall(fields)
    is_text = "".join(tokens) == fields and tokens.count("(") == tokens.count(")")
    wanted = _selection(tokens)
    if tokens or not is_text:
        raise ApiError(400, "invalidParameter", f"Invalid field selection {fields}", location="fields")
    return _cut(answer, wanted)


def _selection(tokens: list[str]) -> Selection:
    """Takes from the tokens what it reads, up to an end that is not its own."""
    wanted: Selection = {}
    while tokens and re.match(r"[\w*]", tokens[0]):
        name = tokens.pop(0)
        wanted[name] = _within(tokens)
        if not tokens or tokens[0] != ",":
            break
        tokens.pop(0)
    return wanted


def _within(tokens: list[str]) -> Selection:
    if tokens[:1] == ["/"]:
        tokens.pop(0)
        name = "".join(tokens[:1])
        del tokens[:1]
        return {name: _within(tokens)}
    if tokens[:1] == ["("]:
        tokens.pop(0)
        wanted = _selection(tokens)
        if tokens[:1] == [")"]:
            tokens.pop(0)
        return wanted
    return {}


def _cut(value: Any, wanted: Selection) -> Any:  # noqa: ANN401 - any JSON value
    if not wanted or "*" in wanted:
        return value
    if isinstance(value, list):
        return [_cut(each, wanted) for each in value]
    if isinstance(value, dict):
        return {name: _cut(each, wanted[name]) for name, each in value.items() if name in wanted}
    return value
