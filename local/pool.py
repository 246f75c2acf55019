"""The execution environments of one function, as many as its events need at once, up to a bound."""

from collections.abc import Mapping
from threading import BoundedSemaphore
from typing import IO, Any

from local.environment import Environment, Result
from local.template import Function


class Pool:
    """Starts environments on demand, prefers a warm one, and replaces one that died."""

    def __init__(
        self,
        function: Function,
        variables: Mapping[str, str],
        *,
        size: int = 3,
        log: IO[bytes] | None = None,
    ) -> None:
        self.function = function
        self._variables = variables
        self._log = log
        self._turns = BoundedSemaphore(size)
        self._idle: list[Environment] = []
        self._all: set[Environment] = set()
        self._closed = False

    def invoke(self, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        """Run the function on the event; the calling thread waits while every environment is busy."""
        with self._turns:
            if self._closed:
                return Result({"errorType": "Closed", "errorMessage": "The stack is stopping."}, failed=True)
            environment = self._take()
            result = environment.invoke(event)
            self._idle.append(environment)
            return result

    def close(self) -> None:
        """End every environment; an event that runs, waits or comes later is answered with an error."""
        self._closed = True
        for environment in list(self._all):
            self._discard(environment)

    def _take(self) -> Environment:
        # The list's own pop and append are atomic; the semaphore counts, so no lock is needed beside it.
        while self._idle:
            environment = self._idle.pop()
            if environment.alive():
                return environment
            self._discard(environment)
        environment = Environment(self.function, self._variables, self._log)
        self._all.add(environment)
        return environment

    def _discard(self, environment: Environment) -> None:
        self._all.discard(environment)
        environment.close()
