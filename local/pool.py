"""The execution environments of one function, as many as its events need at once, up to a bound."""

import sys
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
        """Run the function on the event; the calling thread waits while every environment is busy.

        Raises nothing: that the machine has no process left is a failed result, as trouble of Lambda's own is.
        """
        with self._turns:
            try:
                return self._invoke(event)
            except Exception as error:  # noqa: BLE001 - pollers and clocks call this, and must not end by it
                print(f"{self.function.name} could not be run: {error!r}", file=sys.stderr)
                return _not_run("Runtime.StartError", str(error))

    def close(self) -> None:
        """End every environment; an event that runs, waits or comes later is answered with an error."""
        with self._taking:
            self._closed = True
            environments = list(self._all)
        # All at once, since each that is busy has a while to end.
        with ThreadPoolExecutor(max(1, len(environments))) as threads:
            list(threads.map(self._discard, environments))

    def _invoke(self, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        environment = self._take()
        if environment is None:
            return _not_run("Closed", "The stack is stopping.")
        result = environment.invoke(event)
        self._idle.append(environment)
        return result

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


def _not_run(kind: str, reason: str) -> Result:
    return Result({"errorType": kind, "errorMessage": reason}, failed=True)
