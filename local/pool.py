"""The execution environments of one function, as many as its events need at once, up to a bound."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Lock
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
        # So that none is started beside those that `close` ends.
        self._taking = Lock()
        self._idle: list[Environment] = []
        self._all: set[Environment] = set()
        self._closed = False

    def invoke(self, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        """Run the function on the event; the calling thread waits while every environment is busy."""
        with self._turns:
            environment = self._take()
            if environment is None:
                return Result({"errorType": "Closed", "errorMessage": "The stack is stopping."}, failed=True)
            result = environment.invoke(event)
            self._idle.append(environment)
            return result

    def close(self) -> None:
        """End every environment; an event that runs, waits or comes later is answered with an error."""
        with self._taking:
            self._closed = True
            environments = list(self._all)
        # All at once, since each that is busy has a while to end.
        with ThreadPoolExecutor(max(1, len(environments))) as threads:
            list(threads.map(self._discard, environments))

    def _take(self) -> Environment | None:
        """An environment for one event; None when the pool is closed."""
        with self._taking:
            if self._closed:
                return None
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
