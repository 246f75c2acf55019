"""(f) Sixteen clients that deliver Stripe's events to the handler: what pays for a package, and all that comes with it.

They are held against a bare transaction of two inserts, an event's and a payment's, into the same tables. The ways take
short turns, so that a slow moment of the machine hits all of them, and each ratio is one of neighbours.
"""

import base64
import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from statistics import median
from types import SimpleNamespace
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from bench import business
from bench.clients import BOOKED, Ask, Clients, Plan, Tally, Way
from bench.environment import point_at
from bench.row import Row
from lectern import clock
from lectern.identifiers import new_id
from local.postgres import Postgres
from local.state import CHECKOUT

ROUNDS = 6
TURN_SECONDS, WARM_UP_SECONDS = 1.5, 2.0

# More payments than a fast machine takes in all turns: each is paid once.
TEACHERS, PAYMENTS = 400, 200
PAYING, TELLING = range(200), range(200, TEACHERS)
KINDS = ("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed")
SECRET = "whsec_that_only_the_benchmark_knows"  # noqa: S105
SAMPLE = CHECKOUT / "events" / "stripe-checkout-completed.json"

type Turns = list[Tally]


def measure(postgres: Postgres) -> list[Row]:
    """Adds teachers with a package and payments that wait for their money."""
    url = business.superuser_url(postgres)
    _prepare(url)
    ways: list[tuple[Way, Plan]] = [
        (BareInserts(url), Plan(range(TEACHERS), _numbers(100 * PAYMENTS))),
        (Deliveries(postgres.app_url, KINDS[-1:]), Plan(PAYING, _numbers(PAYMENTS))),
        (Deliveries(postgres.app_url, KINDS), Plan(TELLING, _numbers(PAYMENTS * len(KINDS)))),
    ]
    deadlocks = _number(url, _DEADLOCKS)
    with Clients() as clients:
        bare, paying, telling = _in_turns(clients, ways)
    share = _share(paying, bare)
    return [
        Row("bare transaction of two inserts", _pace(bare)),
        Row("webhooks that pay for a package", _pace(paying)),
        Row("- share of the bare transaction", f"{share:.0%}", "at least 50 %", holds=share >= 0.5),
        Row("webhooks of all that a payment makes Stripe tell", _pace(telling)),
        Row("- share of the bare transaction", f"{_share(telling, bare):.0%}"),
        _faults("answers that are no success", _failures(paying + telling)),
        _faults("payments paid and not credited once", _number(url, _NOT_CREDITED)),
        _faults("deadlocks", _number(url, _DEADLOCKS) - deadlocks),
    ]


def _numbers(count: int) -> list[datetime]:
    """A client is given a teacher and an instant, which here only counts."""
    return [business.NOW + timedelta(seconds=n) for n in range(count)]


def _count(number: datetime) -> int:
    return (number - business.NOW) // timedelta(seconds=1)


def _id(teacher: int, payment: int = 0) -> UUID:
    """Of a payment, and with 0 of the teacher and all of which each has only one."""
    return UUID(int=0x01900000_0000_7000_8000_D00000000000 | teacher << 32 | payment)


@dataclass(frozen=True, slots=True)
class BareInserts:
    """Prepared statements, as the superuser, whom row-level security does not slow down."""

    url: str

    def ready(self) -> Ask:
        return partial(_insert_bare, _connection(self.url))


@cache
def _connection(url: str) -> psycopg.Connection:
    return psycopg.connect(url, prepare_threshold=0)


def _insert_bare(connection: psycopg.Connection, teacher: int, _: datetime) -> str:
    payment_id = new_id()
    row = {"teacher_id": _id(teacher), "id": payment_id, "event": f"evt_{payment_id.hex}", "now": clock.now()}
    connection.execute(
        """
        insert into stripe_events (teacher_id, id, type, api_version, object_id, created_at, received_at, outcome)
        values (%(teacher_id)s, %(event)s, 'checkout.session.completed', '2026-10-28.endive', 'cs_' || %(event)s,
          %(now)s, %(now)s, 'applied')
        """,
        row,
    )
    connection.execute(
        """
        insert into payments (teacher_id, id, kind, student_id, package_id, units, description, amount, currency,
          status, stripe_account_id, livemode, checkout_session_id, payment_intent_id, created_at, updated_at, paid_at)
        values (%(teacher_id)s, %(id)s, 'package', %(teacher_id)s, %(teacher_id)s, 1000, 'Ten lessons', 36000, 'EUR',
          'paid', 'acct_' || replace(%(teacher_id)s::uuid::text, '-', ''), false, 'cs_' || %(event)s,
          'pi_' || %(event)s, %(now)s, %(now)s, %(now)s)
        """,
        row,
    )
    connection.commit()
    return BOOKED


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Signed requests to the handler, in the client's process; of each payment one event of each kind."""

    url: str
    kinds: tuple[str, ...]

    def ready(self) -> Ask:
        return _ready(self.url, self.kinds)


@cache
def _ready(url: str, kinds: tuple[str, ...]) -> Ask:
    point_at(url)
    os.environ |= {"STRIPE_WEBHOOK_SECRETS": SECRET, "STRIPE_MODE": "test", "POWERTOOLS_SERVICE_NAME": "webhooks"}
    # What the handler reads as it is imported is set only now.
    from webhooks.app import handler  # noqa: PLC0415

    sample = json.loads(SAMPLE.read_text())
    texts = [_text(kind, json.loads(base64.b64decode(sample["body"]))) for kind in kinds]
    return partial(_deliver, handler, sample, texts)


def _text(kind: str, event: dict[str, Any]) -> str:
    """The event with places for the payment's id, the account and what makes the event one of its kind."""
    told = event["data"]["object"]
    told |= {"id": "ID-PAYMENT", "amount": 36000, "amount_received": 36000, "payment_intent": "pi_PAYMENT"}
    told |= {"client_reference_id": "UUID", "metadata": {"lectern_payment_id": "UUID"}, "latest_charge": "ch_PAYMENT"}
    if kind != "checkout.session.completed":
        told |= {"id": "pi_PAYMENT", "status": "succeeded"}
    return json.dumps(event | {"id": f"{kind}-PAYMENT", "type": kind, "account": "acct_TEACHER"}, indent=2)


def _deliver(
    handler: Callable[[dict[str, Any], Any], dict[str, Any]],
    sample: Mapping[str, Any],
    texts: list[str],
    teacher: int,
    number: datetime,
) -> str:
    payment, kind = divmod(_count(number), len(texts))
    payment_id = _id(teacher, payment + 1)
    told = texts[kind].replace("UUID", str(payment_id)).replace("PAYMENT", payment_id.hex)
    body = told.replace("TEACHER", _id(teacher).hex).encode()
    at = int(clock.now().timestamp())
    signature = hmac.digest(SECRET.encode(), b"%d." % at + body, "sha256").hex()
    headers = {**sample["headers"], "stripe-signature": f"t={at},v1={signature}"}
    answer = handler({**sample, "headers": headers, "body": base64.b64encode(body).decode()}, _CONTEXT)
    return BOOKED if answer["statusCode"] == 200 else str(answer["body"])


_CONTEXT = SimpleNamespace(
    aws_request_id="1",
    function_name="webhooks",
    function_version="$LATEST",
    memory_limit_in_mb="1024",
    invoked_function_arn="arn:aws:lambda",
)


def _in_turns(clients: Clients, ways: list[tuple[Way, Plan]]) -> list[Turns]:
    for way, plan in ways:
        clients.take_turn(way, plan, WARM_UP_SECONDS, Tally())
    turns: list[Turns] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for taken, (way, plan) in zip(turns, ways, strict=True):
            taken.append(Tally())
            clients.take_turn(way, plan, TURN_SECONDS, taken[-1])
    return turns


def _share(turns: Turns, bare: Turns) -> float:
    return median(t.booked_a_second() / b.booked_a_second() for t, b in zip(turns, bare, strict=True))


def _pace(turns: Turns) -> str:
    a_second = median(turn.booked_a_second() for turn in turns)
    p50, p99 = (median(turn.percentile(percent) for turn in turns) * 1e3 for percent in (50, 99))
    return f"{a_second:,.0f} a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def _failures(turns: Turns) -> int:
    return sum(turn.outcomes.total() - turn.outcomes[BOOKED] for turn in turns)


def _faults(what: str, count: int) -> Row:
    return Row(f"- {what}", str(count), "0", holds=count == 0)


def _number(url: str, statement: LiteralString) -> int:
    with psycopg.connect(url) as connection:
        [number] = connection.execute(statement).fetchone() or [0]
        return int(number)


_DEADLOCKS: LiteralString = "select deadlocks from pg_stat_database where datname = current_database()"

_NOT_CREDITED: LiteralString = """
    select count(*) from payments y
    where y.description = 'to be paid' and y.status = 'paid' and 1000 is distinct from (
      select sum(e.units) from credit_lots l
      join credit_ledger e on e.teacher_id = l.teacher_id and e.lot_id = l.id
      where l.teacher_id = y.teacher_id and l.payment_id = y.id)
"""


def _prepare(url: str) -> None:
    """By statements over whole sets, without the checks of foreign keys: the rows point where they should."""
    values = {"last": TEACHERS - 1, "payments": PAYMENTS, "now": business.NOW}
    with psycopg.connect(url) as connection:
        connection.execute("set local session_replication_role = replica")
        for statement in _STATEMENTS:
            connection.execute(statement, values)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")


_STATEMENTS: tuple[LiteralString, ...] = (
    """
    create function bench_sale_id(teacher integer, payment integer) returns uuid immutable language sql
    return ('01900000-0000-7000-8000-d' || lpad(to_hex(teacher), 3, '0') || lpad(to_hex(payment), 8, '0'))::uuid
    """,
    """
    insert into teachers (id, slug, email, password_hash, name, time_zone, created_at, updated_at)
    select bench_sale_id(t, 0), 'seller-' || t, 'seller' || t || '@example.com', '-', 'Ada', 'UTC', %(now)s, %(now)s
    from generate_series(0, %(last)s::integer) t
    """,
    """
    insert into students (teacher_id, id, name, email, created_at, updated_at)
    select bench_sale_id(t, 0), bench_sale_id(t, 0), 'Student', 's@example.com', %(now)s, %(now)s
    from generate_series(0, %(last)s::integer) t
    """,
    """
    insert into credit_packages
      (teacher_id, id, name, units, price_amount, price_currency, valid_days, created_at, updated_at)
    select bench_sale_id(t, 0), bench_sale_id(t, 0), 'Ten lessons', 1000, 36000, 'EUR', 180, %(now)s, %(now)s
    from generate_series(0, %(last)s::integer) t
    """,
    """
    insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, charges_enabled, created_at, updated_at)
    select id, id, 'acct_' || replace(id::text, '-', ''), false, true, %(now)s, %(now)s
    from generate_series(0, %(last)s::integer) t, lateral (select bench_sale_id(t, 0)) teacher(id)
    """,
    """
    insert into payments (teacher_id, id, kind, student_id, package_id, units, description, amount, currency, status,
      stripe_account_id, livemode, checkout_session_id, created_at, updated_at)
    select teacher.id, payment.id, 'package', teacher.id, teacher.id, 1000, 'to be paid', 36000, 'EUR', 'open',
      'acct_' || replace(teacher.id::text, '-', ''), false, 'ID-' || replace(payment.id::text, '-', ''),
      %(now)s, %(now)s
    from generate_series(0, %(last)s::integer) t, generate_series(1, %(payments)s::integer) n,
      lateral (select bench_sale_id(t, 0)) teacher(id), lateral (select bench_sale_id(t, n)) payment(id)
    """,
)
