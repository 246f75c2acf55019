"""(b) Sixteen clients that book: by the use case and over HTTP, spread over all teachers and all after the same slots.

They are held against a bare insert of the session's row alone, by as many clients, into the same table. The ways take
short turns, so that a slow moment of the machine hits all of them, and each ratio is one of neighbours.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

import psycopg

from bench import business
from bench.clients import BOOKED, CLIENTS, Clients, Plan, Tally, Way
from bench.environment import pointed_at
from bench.row import Row
from bench.ways_to_book import Api, BareInsert, UseCase
from lectern import database
from lectern.availability.slots import ask_for_slots, slots_of
from lectern.slots import Window
from local.postgres import Postgres
from local.stack import Stack

ROUNDS = 6
TURN_SECONDS, WARM_UP_SECONDS = 1.5, 3.0
HOT_TEACHERS = 5
DAYS = 58

type Turns = list[Tally]


def measure(postgres: Postgres, teachers: int) -> list[Row]:
    """Books with the teachers of `business`, of whom there are so many; hot are the last few."""
    url = business.superuser_url(postgres)
    starts = list(_open_starts(postgres))
    spread = Plan(range(teachers - HOT_TEACHERS), starts)
    hot = Plan(range(teachers - HOT_TEACHERS, teachers), starts, askers=CLIENTS)
    deadlocks = _deadlocks(url)
    with Clients() as clients:
        use_case = UseCase(postgres.app_url)
        bare, service, service_hot = _in_turns(
            clients, [(BareInsert(url), spread), (use_case, spread), (use_case, hot)]
        )
        servers = {"DATABASE_URL": postgres.app_url, "DATABASE_OWNER_URL": postgres.owner_url}
        with Stack.start(environments=CLIENTS, environ=servers) as stack:
            api = Api(stack.url)
            http, http_hot = _in_turns(clients, [(api, spread), (api, hot)])
    share = _share(service, bare)
    return [
        Row("bare insert of a session", _pace(bare)),
        Row("booking at the use case", _pace(service)),
        Row("- share of the bare insert", f"{share:.0%}", "at least 25 %", holds=share >= 0.25),
        *_hot("use case", service, service_hot),
        Row("booking over HTTP", _pace(http)),
        Row("- share of the bare insert", f"{_share(http, bare):.1%}"),
        *_hot("HTTP", http, http_hot),
        _faults("overlapping sessions afterwards", _overlaps(url)),
        _faults("deadlocks", _deadlocks(url) - deadlocks),
        _faults("answers that are neither a booking nor a refusal", _failures([service, service_hot, http, http_hot])),
    ]


def _in_turns(clients: Clients, ways: list[tuple[Way, Plan]]) -> list[Turns]:
    for way, plan in ways:
        clients.take_turn(way, plan, WARM_UP_SECONDS, Tally())
    turns: list[Turns] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for taken, (way, plan) in zip(turns, ways, strict=True):
            taken.append(Tally())
            clients.take_turn(way, plan, TURN_SECONDS, taken[-1])
    return turns


def _open_starts(postgres: Postgres) -> Iterator[datetime]:
    """The starts that every teacher offers, for they are alike, nearly as far ahead as may be booked."""
    window: Window | None = Window(business.FIRST_DAY, business.FIRST_DAY + timedelta(days=DAYS))
    with pointed_at(postgres.app_url), database.tenant(business.teacher_id(0)) as tx:
        while window:
            asked = ask_for_slots(tx, business.teacher_id(0), window, business.NOW)
            found = slots_of(asked, window, business.NOW)
            yield from (slot.start for slot in found.slots)
            window = Window(found.next_from, window.end) if found.next_from else None


def _hot(where: str, spread: Turns, hot: Turns) -> list[Row]:
    outcomes = sum((turn.outcomes for turn in hot), Counter[str]())
    ratio = median(h.percentile(99) / s.percentile(99) for s, h in zip(spread, hot, strict=True))
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    return [
        Row(f"- all after the same slots, {where}", f"{told}; p99 {_milli(hot, 99)}"),
        Row("- p99 hot to spread", f"{ratio:.2f}", "at most 2", holds=ratio <= 2),
    ]


def _share(turns: Turns, bare: Turns) -> float:
    return median(t.booked_a_second() / b.booked_a_second() for t, b in zip(turns, bare, strict=True))


def _pace(turns: Turns) -> str:
    pace = median(turn.booked_a_second() for turn in turns)
    return f"{pace:,.0f} a second, p50 {_milli(turns, 50)}, p99 {_milli(turns, 99)}"


def _milli(turns: Turns, percent: int) -> str:
    return f"{median(turn.percentile(percent) for turn in turns) * 1e3:.1f} ms"


def _faults(what: str, count: int) -> Row:
    return Row(f"- {what}", str(count), "0", holds=count == 0)


def _failures(ways: list[Turns]) -> int:
    """Refusals are codes that a use case raises, or a status 409 of the API."""
    outcomes = sum((turn.outcomes for turns in ways for turn in turns), Counter[str]())
    return sum(count for outcome, count in outcomes.items() if outcome not in (BOOKED, "slot_taken", "409 slot_taken"))


def _overlaps(url: str) -> int:
    return _number(
        url,
        """
        select count(*) from (
          select lower(blocked) < max(upper(blocked)) over (
            partition by teacher_id order by lower(blocked), id
            rows between unbounded preceding and 1 preceding) as meets
          from class_sessions
          where status in ('held', 'pending', 'scheduled') and deleted_at is null) live
        where meets
        """,
    )


def _deadlocks(url: str) -> int:
    return _number(url, "select deadlocks from pg_stat_database where datname = current_database()")


def _number(url: str, statement: str) -> int:
    with psycopg.connect(url) as connection:
        [number] = connection.execute(statement.encode()).fetchone() or [0]
        return int(number)
