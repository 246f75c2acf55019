"""`make smoke` says whether a stack works; what it leaves there is one closed account, named, that does nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
import redis
from psycopg import sql

from local import smoke
from local.demo.api import Answer, Api
from local.demo.business import PASSWORD
from local.demo.journey import Journey
from local.stack import Stack

type Send = Callable[[Api, str, str, object], Answer]
type Divert = Callable[[str, Send, int], None]

TABLES = """
    select t.relname, case when t.relname = 'teachers' then 'id' else coalesce(c.attname, 'null') end
    from pg_class t left join pg_attribute c on c.attrelid = t.oid and c.attname = 'teacher_id'
    where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
"""
NOT_CLOSED = """
    select (select count(*) from teachers where deleted_at is null),
      (select count(*) from class_sessions where status in ('held', 'pending', 'scheduled')),
      (select count(*) from availability_rules)
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack.start(environ={}) as stack:
        yield stack


@pytest.fixture(autouse=True)
def _unhurried(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody had signed in from here for a minute, and no try had to wait."""
    monkeypatch.setattr(smoke, "PAUSES", [0] * len(smoke.PAUSES))
    redis.Redis.from_url(stack.redis_url).flushall()


@contextmanager
def owner(stack: Stack) -> Iterator[psycopg.Connection]:
    """Of the tables, whose policies have no row for the owner: here without them, until it is rolled back."""
    with psycopg.connect(stack.owner_url) as connection, connection.transaction(force_rollback=True):
        for table, _ in connection.execute(TABLES).fetchall():
            connection.execute(sql.SQL("alter table {} no force row level security").format(sql.Identifier(table)))
        yield connection


def rows(stack: Stack) -> Counter[tuple[str, str]]:
    """How many rows each table has of each teacher."""
    found: Counter[tuple[str, str]] = Counter()
    with owner(stack) as connection:
        for table, column in connection.execute(TABLES).fetchall():
            query = sql.SQL("select {}::text, count(*) from {} group by 1")
            counted = connection.execute(query.format(sql.SQL(column), sql.Identifier(table))).fetchall()
            found.update({(table, teacher): count for teacher, count in counted})
    return found


def not_closed(stack: Stack) -> tuple[int, int, int] | None:
    """Accounts that are open, lessons that take place, and rules by which somebody may book."""
    with owner(stack) as connection:
        return connection.execute(NOT_CLOSED).fetchone()


@pytest.fixture
def divert(monkeypatch: pytest.MonkeyPatch) -> Divert:
    """Has the first requests of a pattern go another way."""

    def arrange(pattern: str, other_way: Send, times: int) -> None:
        send, left = Api.send, [other_way] * times

        def sent(api: Api, method: str, path: str, body: object) -> Answer:
            way = left.pop() if left and re.fullmatch(pattern, f"{method} {path}") else send
            return way(api, method, path, body)

        monkeypatch.setattr(Api, "send", sent)

    return arrange


def refuse(_api: Api, _method: str, _path: str, _body: object) -> Answer:
    return Answer(503, {"code": "database_unavailable"})


def lose(api: Api, method: str, path: str, body: object) -> Answer:
    """It arrives, and the answer does not."""
    api.send(method, path, body)
    raise ConnectionResetError("the answer was lost")


def test_exactly_the_rows_it_names_stay(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    before = rows(stack)

    assert smoke.main(stack.url) == 0

    told = re.search(r"the teacher_id (\S+): .*\n.*rows in (.*)", capsys.readouterr().out)
    assert told
    stayed = set(rows(stack) - before)
    assert stayed == {(table, told[1]) for table in ("teachers", *told[2].split(", "))}
    assert not_closed(stack) == (0, 0, 0)


@pytest.mark.parametrize(
    ("step", "other_way", "times"),
    [
        ("POST /v1/sign-up", lose, 1),
        ("POST /v1/services", refuse, 1),
        ("POST /v1/teachers/[^/]+/holds", refuse, 1),
        ("PUT /v1/availability/rules", refuse, 1),
        # Three of its seven lessons, so that four are cancelled all the same.
        ("POST /v1/sessions/[^/]+/cancel", refuse, 3),
        ("POST /v1/me/close", lose, 1),
    ],
)
def test_nothing_stays_open_when_a_step_fails(
    stack: Stack, divert: Divert, step: str, other_way: Send, times: int
) -> None:
    divert(step, other_way, times)

    assert smoke.main(stack.url) == 1
    assert not_closed(stack) == (0, 0, 0)


def test_a_sign_up_that_is_refused_is_all_it_complains_of(
    stack: Stack, divert: Divert, capsys: pytest.CaptureFixture[str]
) -> None:
    divert("POST /v1/sign-up", refuse, 1)

    assert smoke.main(stack.url) == 1
    assert capsys.readouterr().err.count("✗") == 1


def test_nothing_stays_open_when_it_is_interrupted(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_journey: Journey, _start: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Journey, "lose_the_race", interrupt)

    with pytest.raises(KeyboardInterrupt):
        smoke.main(stack.url)
    assert not_closed(stack) == (0, 0, 0)


def test_an_account_that_does_not_close_offers_nothing_and_whoever_ran_it_can_close_it(
    stack: Stack, divert: Divert, capsys: pytest.CaptureFixture[str]
) -> None:
    divert("POST /v1/me/close", refuse, len(smoke.PAUSES))

    assert smoke.main(stack.url) == 1

    told = re.search(r"sign in as (\S+) with the password (\S+),", capsys.readouterr().err)
    assert told
    assert not_closed(stack) == (1, 0, 0)
    anybody = Api(stack.url)
    assert anybody.send("POST", "/v1/sign-in", {"email": told[1], "password": PASSWORD}).status == 401
    token = anybody.post("/v1/sign-in", {"email": told[1], "password": told[2]}, status=200)["token"]
    anybody.signed_in(token).post("/v1/me/close", {"password": told[2]}, status=204)


def test_nowhere_is_no_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main("http://127.0.0.1:1") == 1
    assert "may still be open" not in capsys.readouterr().err
    assert smoke.main() == 2
    assert "make smoke URL=" in capsys.readouterr().err
