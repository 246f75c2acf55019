"""Which routes there are: a wrong method is told apart from a wrong path, and no other path is named in the log.

The first is of RFC 9110, section 15.5.6.
"""

import re
from collections import defaultdict
from http import HTTPStatus
from typing import Any, override

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from booking.edge.problems import Unacceptable
from lectern.errors import NotFound


class MethodAwareResolver(APIGatewayHttpResolver):
    """Remembers the methods of each path as its routes are added; `route_keys` are as `GET /v1/things/{id}`."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # they are Powertools' own
        self._methods: defaultdict[str, set[str]] = defaultdict(set)
        self.route_keys: set[str] = set()
        super().__init__(**options)

    @override
    def route(self, rule: str, method: str | list[str] | tuple[str], *args: Any, **options: Any) -> Any:
        methods = [method] if isinstance(method, str) else method
        self._methods[rule].update(methods)
        template = re.sub(r"<(\w+)>", r"{\1}", rule)
        self.route_keys.update(f"{each} {template}" for each in methods)
        return super().route(rule, method, *args, **options)

    def refuse_unrouted(self) -> None:
        """Raise Unacceptable 405 where the path exists with other methods, and NotFound where it does not."""
        methods = self._methods_of(self.current_event.path)
        allowed = ", ".join(sorted(methods))
        # With a method of its own, the path holds characters that no route takes.
        if not methods or self.current_event.http_method in methods:
            raise NotFound("no_such_path", "There is nothing at this path. /openapi.json lists what there is.")
        raise Unacceptable(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            f"This path takes {allowed}.",
            {"Allow": allowed},
        )

    def _methods_of(self, path: str) -> set[str]:
        matching = (rule for rule in self._methods if re.fullmatch(re.sub(r"<\w+>", "[^/]+", rule), path))
        return {method for rule in matching for method in self._methods[rule]}
