"""Which methods a path knows, so that a wrong one is told apart from a wrong path (RFC 9110, section 15.5.6)."""

import re
from http import HTTPStatus
from typing import Any, override

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from booking.problems import Unacceptable
from lectern.errors import NotFound


class MethodAwareResolver(APIGatewayHttpResolver):
    """Remembers the methods of each path as its routes are added."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # they are Powertools' own
        self._methods: dict[re.Pattern[str], list[str]] = {}
        super().__init__(**options)

    @override
    def route(self, rule: str, method: str | list[str] | tuple[str], *args: Any, **options: Any) -> Any:
        pattern = re.compile(re.sub(r"<\w+>", "[^/]+", rule))
        self._methods.setdefault(pattern, []).extend([method] if isinstance(method, str) else method)
        return super().route(rule, method, *args, **options)

    def refuse_unrouted(self) -> None:
        """Raise Unacceptable 405 where the path exists with other methods, and NotFound where it does not."""
        allowed = [
            method
            for pattern, methods in self._methods.items()
            if pattern.fullmatch(self.current_event.path)
            for method in methods
        ]
        if not allowed:
            raise NotFound("no_such_path", "There is nothing at this path. /openapi.json lists what there is.")
        raise Unacceptable(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            f"This path takes {', '.join(sorted(allowed))}.",
            {"Allow": ", ".join(sorted(allowed))},
        )
