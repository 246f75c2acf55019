"""`make smoke` says whether a stack works, and leaves it as it was."""

from collections.abc import Iterator

import psycopg
import pytest

from local import smoke
from local.demo.api import StepFailed
from local.demo.journey import Journey
from local.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack.start(environ={}) as stack:
        yield stack


def left_behind(stack: Stack) -> tuple[int, int]:
    """Accounts that are open, and lessons that take place."""
    with psycopg.connect(stack.owner_url) as owner, owner.transaction(force_rollback=True):
        # The owner has no policy of its own.
        for table in ("teachers", "class_sessions"):
            owner.execute(f"alter table {table} no force row level security")
        row = owner.execute(
            "select (select count(*) from teachers where deleted_at is null),"
            " (select count(*) from class_sessions where status in ('held', 'pending', 'scheduled'))"
        ).fetchone()
        assert row
        return row


def test_a_stack_that_works_is_left_as_it_was(stack: Stack) -> None:
    assert smoke.main(stack.url) == 0

    assert left_behind(stack) == (0, 0)


def test_one_that_does_not_is_left_so_as_well(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_journey: Journey, _start: str) -> None:
        raise StepFailed("the race had two winners")

    monkeypatch.setattr(Journey, "lose_the_race", fail)

    assert smoke.main(stack.url) == 1
    assert left_behind(stack) == (0, 0)


def test_nowhere_is_no_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main("http://127.0.0.1:1") == 1
    assert smoke.main() == 2
    assert "make smoke URL=" in capsys.readouterr().err
