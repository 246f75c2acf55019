"""Who waits for whom at a payment: else a refund that is written and an event of Stripe's stop each other."""

from uuid import UUID

from lectern import database
from lectern.database import Transaction
from lectern.identifiers import new_id
from lectern.payments import queries
from lectern.payments.refunds import rows
from lectern.payments.refunds.rows import RefundRow
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, run
from tests.payments.sales import a_paid_package


def test_who_moves_a_payment_does_not_wait_for_a_refund_that_is_being_written(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    payment = a_paid_package(stripe, teacher)

    def status(tx: Transaction, payment_id: UUID) -> str:
        return queries.ask_payment(tx, payment_id).one().status

    with database.tenant(teacher.id) as tx:
        rows.put(tx, payment, RefundRow(new_id(), 100, 0, "pending", "stripe", "re_1"), NOW)
        assert len(rows.ask_of_payment(tx, payment).all()) == 1
        assert run(teacher, status, payment) == "paid"
