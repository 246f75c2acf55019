"""What the nightly comparison with Stripe tells of itself."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lectern import clock, database
from lectern.jobs.payment_reconciliation import reconcile_payments
from lectern.payments.refunds.ask import refund_payment
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, rows_of, run
from tests.jobs.queues import queues_of_the_jobs
from tests.payments.sales import (
    a_package,
    a_paid_package,
    buy_package,
    forget_events,
    page_of,
)
from tests.redis_at import redis_at, redis_that_hangs
from tests.teacher_job.delivery import deliver, message, send

JOB = "payment-reconciliation"


def test_what_was_put_right_and_what_a_person_must_see_to_are_counted_and_the_latter_told(
    teacher: Teacher, stripe: LocalStripe, caplog: pytest.LogCaptureFixture
) -> None:
    odd = a_paid_package(stripe, teacher)
    with database.tenant(teacher.id) as tx:
        tx.send("update payments set amount = 1 where teacher_id = %(teacher_id)s and id = %(id)s", {"id": odd})
    stripe.pay(page_of(teacher, buy_package(teacher, a_package(teacher)).payment_id))
    forget_events(stripe)

    assert reconcile_payments(teacher.id, NOW) == {"PaymentsRepaired": 1, "PaymentsNeedAttention": 1}
    [told] = [vars(record) for record in caplog.records if record.message.startswith("payments need attention")]
    assert (told["message"], told["subject"]) == ("payments need attention: amount_differs", str(odd))


@pytest.mark.parametrize("redis", [redis_that_hangs, partial(redis_at, "redis://127.0.0.1:1/0")])
def test_without_redis_the_job_is_done_from_its_message_to_stripes_answer(
    teacher: Teacher, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, redis: Callable[[], Any]
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    run(teacher, refund_payment, a_paid_package(stripe, teacher), 3600, NOW)

    with queues_of_the_jobs(monkeypatch) as queues, redis():
        send(queues, message(teacher, JOB), job=JOB)
        assert deliver(queues, JOB).failed == []

    assert [row["status"] for row in rows_of(teacher, "refunds")] == ["succeeded"]
    assert [row["job"] for row in rows_of(teacher, "job_runs")] == [JOB]
