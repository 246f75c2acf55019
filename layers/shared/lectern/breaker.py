"""The circuit of a provider, or of one account with it: closed, open, or half open with one probe under way.

All environments share it. The rule is the circuit breaker of Powertools, which counts failures in a row for each
environment. This module owns where the state is kept: in Redis, and by the same rules in process for as long as there
is no Redis. What is a failure, and what the caller is told, it leaves to `lectern.outbound`.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from threading import Lock
from typing import NoReturn

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitInfo,
    CircuitState,
    CircuitTransition,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import (
    CircuitBreakerPersistenceLayer,
    CircuitStateRecord,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence.base import CircuitBreakerExistingLockError

from lectern import cache

# How long a circuit stays open, and how long a probe may take before another environment makes one.
RECOVERY_SECONDS = 30
# Far longer than any recovery: only a circuit that nobody uses is forgotten, and counts as closed.
KEPT_SECONDS = 3600


class Open(Exception):
    """No attempt was made, as the circuit is open; the next may be in so many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the circuit is open for another {retry_after} s")
        self.retry_after = retry_after


CONFIG = CircuitBreakerConfig(
    failure_threshold=5,
    recovery_timeout=RECOVERY_SECONDS,
    success_threshold=1,
    # Of a circuit within, which says nothing of the one around it.
    ignored_exceptions=Open,
    # Ask Redis each time: next to the call it costs nothing, and a circuit opens for everybody at once.
    local_cache_max_age=0,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Refused:
    """What an attempt has raised, as an answer of the provider's."""

    error: Exception


def through[T](circuit: str, attempt: Callable[[], T], failure: type[Exception]) -> T:
    """Make the attempt. A `failure` that it raises counts against the circuit, and anything else shows that it works.

    Raises Open instead while the circuit is open. The attempt may be one through another circuit.
    """
    guarded = circuit_breaker(circuit, CIRCUITS, on_circuit_open=_refuse, on_transition=_note, config=CONFIG)
    answer: T | _Refused = guarded(partial(_answer, attempt, failure))()
    if isinstance(answer, _Refused):
        raise answer.error
    return answer


def _answer[T](attempt: Callable[[], T], failure: type[Exception]) -> T | _Refused:
    """Powertools neither closes nor reopens a circuit whose probe raises what is no failure.

    A declined card would keep everybody else out until the probe's lease ends.
    """
    try:
        return attempt()
    except (failure, Open):
        raise
    except Exception as error:  # noqa: BLE001 - raised again, where it counts as an answer
        return _Refused(error)


def lately_opened() -> dict[str, bool] | None:
    """Whether it is closed again, of every circuit that has opened lately, by its name; None without Redis."""
    stored = cache.with_prefix(_key(""))
    if stored is None:
        return None
    records = [record for value in stored.values() if (record := _decoded(value))]
    return {record.name: record.state is CircuitState.CLOSED for record in records}


def _refuse(*, circuit: CircuitInfo) -> NoReturn:
    now = int(time.time())
    raise Open(max(1, (circuit.opened_at or now) + RECOVERY_SECONDS - now))


def _note(transition: CircuitTransition) -> None:
    facts = {"circuit": transition.circuit_name, "was": transition.from_state.value, "is": transition.to_state.value}
    _log.warning("The circuit %(circuit)s was %(was)s and is %(is)s", facts, extra=facts)


# Elects who makes the probe: an open circuit must be the one that the candidate has seen, and a probe that is under
# way must have had its time. By the clocks of the environments, with which Powertools stamped what is compared here.
ELECTION = """
local stored = redis.call('GET', KEYS[1])
if not stored then return 0 end
local circuit = cjson.decode(stored)
local open = circuit.state == 'OPEN' and circuit.opened_at == tonumber(ARGV[2])
local abandoned = circuit.state == 'HALF_OPEN' and circuit.probe_lease_expiry <= tonumber(ARGV[3])
if not (open or abandoned) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[4])
return 1
"""


class InProcess:
    """The twin of Redis and of the script, for one environment."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self._electing = Lock()

    def look_up(self, key: str) -> bytes:
        return self._values.get(key, b"")

    def put(self, key: str, value: bytes) -> None:
        self._values[key] = value

    def elect(self, key: str, value: bytes, seen_opened_at: int, now: int) -> bool:
        with self._electing:
            circuit = json.loads(self.look_up(key) or b"{}")
            state = circuit.get("state")
            is_open = state == "OPEN" and circuit["opened_at"] == seen_opened_at
            abandoned = state == "HALF_OPEN" and circuit["probe_lease_expiry"] <= now
            if not (is_open or abandoned):
                return False
            self.put(key, value)
            return True


class Circuits(CircuitBreakerPersistenceLayer):
    """Every state that Redis tells or takes is kept in process as well: who loses Redis goes on from there."""

    def __init__(self) -> None:
        super().__init__()
        self._here = InProcess()

    def _get_record(self, name: str) -> CircuitStateRecord | None:
        key = _key(name)
        stored = cache.look_up(key)
        if stored is not None:
            self._here.put(key, stored)
        return _decoded(self._here.look_up(key))

    def _update_record(self, record: CircuitStateRecord) -> None:
        key, value = _key(record.name), _encoded(record)
        cache.put(key, value, KEPT_SECONDS)
        self._here.put(key, value)

    def _put_record(
        self, record: CircuitStateRecord, condition: str | None = None, expected_opened_at: int | None = None
    ) -> None:
        if condition is None:
            self._update_record(record)
        elif not self.elect(record, expected_opened_at or 0, int(time.time())):
            raise CircuitBreakerExistingLockError

    def elect(self, record: CircuitStateRecord, seen_opened_at: int, now: int) -> bool:
        key, value = _key(record.name), _encoded(record)
        elected = cache.run_script(ELECTION, key, value, seen_opened_at, now, KEPT_SECONDS)
        if elected is None:
            return self._here.elect(key, value, seen_opened_at, now)
        if elected:
            self._here.put(key, value)
        return bool(elected)


CIRCUITS = Circuits()


def _key(name: str) -> str:
    return f"circuit:{name}"


def _encoded(record: CircuitStateRecord) -> bytes:
    # Without nulls, which Lua would compare with a number and fail.
    return json.dumps({field: value for field, value in asdict(record).items() if value is not None}).encode()


def _decoded(value: bytes) -> CircuitStateRecord | None:
    if not value:
        return None
    fields = json.loads(value)
    return CircuitStateRecord(**{**fields, "state": CircuitState(fields["state"])})
