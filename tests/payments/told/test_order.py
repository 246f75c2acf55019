"""Events in any order, at the same time, and cut off in the middle: what is there afterwards is the same."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import permutations
from typing import Any

import psycopg
import pytest

from lectern import database
from lectern.errors import Unavailable
from lectern.payments.facts import read_checkout_session
from lectern.payments.refunds.ask import refund_payment
from lectern.payments.refunds.send import send_requested_refunds
from lectern.payments.told.confirm import confirm_checkout
from lectern.sessions.queries import lock_teacher
from local.postgres import Postgres
from local.stripe import LocalStripe
from tests.at_once import at_once
from tests.builders import NOW, Teacher, rows_of, run
from tests.payments.sales import a_seller
from tests.payments.told.sale import Sale, Told, a_lesson_sale, a_package_sale, no_drift, tell
from tests.sessions.afterwards import statuses
from tests.webhooks.delivery import deliver

FOUR = ("checkout.session.completed", "payment_intent.succeeded", "charge.refunded", "refund.created")

type MakeSale = Callable[[LocalStripe, Teacher], Sale]


def paid_and_refunded(stripe: LocalStripe, make: MakeSale, amount: int) -> tuple[Sale, list[Told]]:
    """Nothing of it has been told yet."""
    sale = make(stripe, a_seller(stripe))
    sale.pay()
    stripe.refund(sale.intent_id, amount)
    return sale, sale.told(*FOUR)


def what_is_there(sale: Sale) -> dict[str, Any]:
    """All that matters of the rows, without what is different for every sale."""
    payment = sale.payment
    ids = {name: payment[name] is not None for name in ("checkout_session_id", "payment_intent_id", "charge_id")}
    refunds = [
        (row["amount"], row["units"], row["status"], row["origin"], row["stripe_refund_id"] is not None)
        for row in sale.refunds()
    ]
    return ids | {
        "payment": (payment["status"], payment["refunded_amount"], payment["paid_at"]),
        "refunds": sorted(refunds),
        "lots": [(lot["remaining"], lot["reserved"], lot["expires_at"]) for lot in sale.lots()],
        "ledger": sorted(row["units"] for row in rows_of(sale.teacher, "credit_ledger")),
        "sessions": statuses(sale.teacher),
        "happened": sorted(sale.happened()),
        # What tells of a thing that is known already is ignored; nothing waits, and nobody has to look.
        "outcomes": {kind for kind, _ in sale.outcomes().values()} - {"ignored"},
    }


@pytest.mark.parametrize("make", [a_package_sale, a_lesson_sale])
@pytest.mark.parametrize("version", ["2020-08-27", "2026-10-28.endive"])
def test_every_order_of_a_payment_and_its_refund_ends_in_the_same_rows(
    stripe: LocalStripe, make: MakeSale, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "event_version", version)
    ends = []
    for order in permutations(range(4)):
        sale, events = paid_and_refunded(stripe, make, 2500)
        tell(events[place] for place in order)
        ends.append(what_is_there(sale))
        assert no_drift(sale.teacher)

    assert ends[0]["payment"] == ("paid", 2500, NOW.isoformat())
    assert ends[0]["outcomes"] == {"applied"}
    assert all(end == ends[0] for end in ends)


def test_every_order_of_two_refunds_and_their_sums_ends_in_the_same_rows(stripe: LocalStripe) -> None:
    ends = []
    for order in permutations(range(4)):
        sale, _ = paid_and_refunded(stripe, a_package_sale, 9000)
        stripe.refund(sale.intent_id, 3600)
        tell(sale.told("checkout.session.completed", "payment_intent.succeeded"))
        events = sale.told("refund.created", "charge.refunded")
        tell(events[place] for place in order)
        ends.append((what_is_there(sale)["refunds"], sale.payment["refunded_amount"], sale.units_left()))
        assert no_drift(sale.teacher)

    assert ends[0] == (
        [(3600, 100, "succeeded", "stripe", True), (9000, 250, "succeeded", "stripe", True)],
        12600,
        650,
    )
    assert all(end == ends[0] for end in ends)


def test_a_refund_that_arrives_before_its_payment_waits_for_it(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    paid = sale.pay()
    stripe.refund(sale.intent_id, 9000)

    tell(sale.told("refund.created"))
    assert (sale.outcomes()["refund.created"], sale.refunds()) == (("waiting", None), [])
    tell(paid)

    assert sale.outcomes()["refund.created"] == ("applied", None)
    assert (sale.payment["refunded_amount"], sale.units_left()) == (9000, 750)
    assert [event["payload"] for event in rows_of(teacher, "stripe_events")] == [None] * 3


@pytest.mark.parametrize("kind", ["refund.created", "charge.refunded", "charge.dispute.created"])
def test_what_arrives_while_its_payment_is_being_confirmed_is_not_forgotten(
    teacher: Teacher, stripe: LocalStripe, postgres: Postgres, kind: str
) -> None:
    sale = a_package_sale(stripe, teacher)
    completed = sale.pay()[-1]
    stripe.dispute(sale.intent_id) if "dispute" in kind else stripe.refund(sale.intent_id, 9000)

    with ThreadPoolExecutor(1) as thread:
        with database.tenant(teacher.id) as tx:
            confirm_checkout(tx, read_checkout_session(completed["data"]["object"]), NOW, NOW)
            arriving = thread.submit(tell, sale.told(kind))
            _await_waiting(postgres)
        arriving.result()

    assert sale.outcomes() == {kind: ("applied", None)}


def test_one_event_fifty_times_at_once_has_one_effect(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    completed = sale.pay()[-1]

    answers = at_once([partial(deliver, completed)] * 50)

    assert [getattr(answer, "status", None) for answer in answers] == [200] * 50
    assert (sale.units_left(), sale.happened()) == (1000, ["payment.paid"])
    assert no_drift(teacher)


@pytest.mark.parametrize("make", [a_package_sale, a_lesson_sale])
def test_all_events_of_a_payment_at_once_have_one_effect(teacher: Teacher, stripe: LocalStripe, make: MakeSale) -> None:
    sale = make(stripe, teacher)
    sale.pay()
    stripe.refund(sale.intent_id, 2500)

    at_once([partial(deliver, event) for event in sale.told(*FOUR) * 3])

    assert (sale.payment["status"], sale.payment["refunded_amount"]) == ("paid", 2500)
    assert sale.happened().count("payment.paid") == len(sale.refunds()) == 1
    assert set(sale.outcomes().values()) == {("applied", None)}
    assert no_drift(teacher)


def test_the_answer_to_a_refund_and_its_events_at_once_have_one_effect(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    sale.pay_and_tell()
    run(teacher, refund_payment, sale.payment_id, 9000, NOW)
    send_requested_refunds(teacher.id, NOW)
    events = sale.told("refund.created", "charge.refunded")

    at_once([partial(deliver, event) for event in events] + [partial(_send, teacher)])

    assert [(row["amount"], row["origin"]) for row in sale.refunds()] == [(9000, "teacher")]
    assert (sale.payment["refunded_amount"], sale.units_left()) == (9000, 750)


def _send(teacher: Teacher) -> object:
    return send_requested_refunds(teacher.id, NOW)


def test_a_webhook_that_a_restart_of_the_database_interrupts_is_carried_out_when_it_is_sent_again(
    teacher: Teacher, stripe: LocalStripe, postgres: Postgres
) -> None:
    sale = a_package_sale(stripe, teacher)
    completed = sale.pay()[-1]

    assert _status_when_interrupted(teacher, postgres, completed) == 503
    assert (sale.payment["status"], sale.lots(), sale.outcomes()) == ("open", [], {})

    assert [deliver(completed).status, deliver(completed).status] == [200, 200]
    assert (sale.payment["status"], sale.units_left()) == ("paid", 1000)
    assert no_drift(teacher)


def _status_when_interrupted(teacher: Teacher, postgres: Postgres, event: Told) -> int:
    """It has noted the event, and waits for a lock when the server goes down."""
    with ThreadPoolExecutor(1) as thread, suppress(Unavailable), database.tenant(teacher.id) as tx:
        lock_teacher(tx)
        tx.connection.execute("select 1").fetchone()
        delivery = thread.submit(deliver, event)
        _await_waiting(postgres)
        postgres.restart()
    return delivery.result().status


def _await_waiting(postgres: Postgres) -> None:
    until = time.monotonic() + 10
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        while not connection.execute("select 1 from pg_locks where not granted").fetchone():
            assert time.monotonic() < until
            time.sleep(0.01)
