"""Which route of an HTTP API a request takes, as API Gateway chooses among them."""

import re
from collections.abc import Iterable

from local.template import Route


def match(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The most specific route for the request, and its path parameters; None when there is none.

    API Gateway takes an exact path before one with variables, both before a greedy variable, a method before
    ANY, and `$default` last. A HEAD request is no GET, and OPTIONS goes where its route says.
    """
    for route in sorted(routes, key=_generality):
        if route.method in {"ANY", method} and (found := _pattern(route.path).fullmatch(path)):
            return route, found.groupdict()
    return None


def _generality(route: Route) -> tuple[bool, bool, int, int, bool]:
    return (
        route.path == "$default",
        "+}" in route.path,
        route.path.count("{"),
        -len(route.path),
        route.method == "ANY",
    )


def _pattern(path: str) -> re.Pattern[str]:
    if path == "$default":
        return re.compile(".*", re.DOTALL)
    # The literal parts of a path stand at the even places, the variables' names between them.
    parts = re.split(r"\{(\w+\+?)\}", path)
    return re.compile("".join(_variable(part) if n % 2 else re.escape(part) for n, part in enumerate(parts)))


def _variable(name: str) -> str:
    return f"(?P<{name[:-1]}>.+)" if name.endswith("+") else f"(?P<{name}>[^/]+)"
