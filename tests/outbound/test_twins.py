"""A circuit in Redis and one in process decide alike, and whoever loses Redis goes on as if it were there."""

from dataclasses import replace

from aws_lambda_powertools.utilities.circuit_breaker import CircuitState
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitStateRecord
from hypothesis import given
from hypothesis import strategies as st

from lectern.breaker import CONFIG, Circuits
from lectern.identifiers import new_id
from local.valkey import Valkey
from tests.redis_at import redis_at

LEASE = 3
STEPS = [
    "read",
    "open",
    "close",
    "reopen",
    "a second passes",
    "two seconds pass",
    "elect Ann",
    "elect Ben",
    "elect late",
]

type Seen = bool | CircuitStateRecord | None


class Story:
    """What becomes of one circuit, in one environment, at times that the story tells."""

    def __init__(self) -> None:
        self._circuits = Circuits()
        self._name = str(new_id())
        self._circuits.configure(CONFIG, self._name)
        self._now = self._opened_at = 0

    def go_on(self, step: str) -> Seen:
        """Whether the candidate was elected, or what was read; nothing for the other steps."""
        match step:
            case "read":
                return replace(self._circuits.get_state(self._name), name="", expiry_timestamp=None)
            case "open":
                self._opened_at = self._now
                self._circuits.save_open(self._name, failure_count=5, opened_at=self._now)
            case "reopen":
                self._opened_at = self._now
                self._circuits.save_reopen(self._name, opened_at=self._now)
            case "close":
                self._circuits.save_closed(self._name)
            case "a second passes":
                self._now += 1
            case "two seconds pass":
                self._now += 2
            case "elect late":
                return self._elect("one who read it when it was open before", self._opened_at - 1)
            case candidate:
                return self._elect(candidate, self._opened_at)
        return None

    def _elect(self, owner: str, seen_opened_at: int) -> bool:
        record = CircuitStateRecord(
            self._name,
            CircuitState.HALF_OPEN,
            opened_at=seen_opened_at,
            half_open_owner=owner,
            probe_lease_expiry=self._now + LEASE,
        )
        return self._circuits.elect(record, seen_opened_at, self._now)


def told(steps: list[str], valkey: Valkey, with_redis: int) -> list[Seen]:
    """The story when Redis is there for so many of its steps, and then gone."""
    story = Story()
    with redis_at(valkey.url):
        seen = [story.go_on(step) for step in steps[:with_redis]]
    with redis_at(None):
        return seen + [story.go_on(step) for step in [*steps[with_redis:], "read"]]


@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=20), data=st.data())
def test_a_circuit_is_the_same_in_redis_in_process_and_when_redis_goes_at_any_time(
    valkey: Valkey, steps: list[str], data: st.DataObject
) -> None:
    with_redis = told(steps, valkey, len(steps))
    assert told(steps, valkey, 0) == with_redis
    assert told(steps, valkey, data.draw(st.integers(0, len(steps)))) == with_redis
