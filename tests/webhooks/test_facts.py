"""What is read from Stripe's objects, old and new, and that nothing else than Malformed comes of a broken one."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.payments import facts
from lectern.payments.facts import Malformed
from tests.webhooks.delivery import fixture

READERS: dict[str, Callable[[Any], object]] = {
    "checkout.session.completed.captured-2020-08-27": facts.read_checkout_session,
    "checkout.session.completed.payment-mode": facts.read_checkout_session,
    "payment_intent.succeeded": facts.read_payment_intent,
    "charge.refunded": facts.read_charge,
    "charge.dispute.created": facts.read_dispute,
    "invoice.paid": facts.read_invoice,
}

json_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
broken = st.recursive(json_values, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner))


def told(name: str, **changes: object) -> dict[str, Any]:
    """The object of a recorded event."""
    event_object: dict[str, Any] = fixture(name)["data"]["object"]
    return event_object | changes


@pytest.mark.parametrize("name", READERS)
def test_every_recorded_event_is_read(name: str) -> None:
    event = facts.read_event(fixture(name))

    READERS[name](event.object)
    assert event.livemode is False


@pytest.mark.parametrize(
    "charge",
    [
        {"latest_charge": "ch_1"},
        {"latest_charge": {"id": "ch_1"}},
        {"charges": {"data": [{"id": "ch_1"}, {"id": "ch_0"}]}},
    ],
)
def test_the_charge_of_an_intent_is_found_in_every_shape(charge: dict[str, object]) -> None:
    intent = facts.read_payment_intent(told("payment_intent.succeeded", latest_charge=None) | charge)

    assert intent.charge_id == "ch_1"


@pytest.mark.parametrize(
    "shape",
    [
        {"subscription": "sub_1", "parent": None},
        {"subscription": {"id": "sub_1"}},
        {"parent": {"subscription_details": {"subscription": "sub_1"}}},
    ],
)
def test_the_subscription_of_an_invoice_is_found_in_every_shape(shape: dict[str, object]) -> None:
    assert facts.read_invoice(told("invoice.paid") | shape).subscription_id == "sub_1"


@pytest.mark.parametrize("refunds", [None, {}, {"data": None}, {"object": "list", "data": []}])
def test_a_charge_need_not_list_its_refunds(refunds: object) -> None:
    assert facts.read_charge(told("charge.refunded", refunds=refunds)).refunds == ()


def test_the_reason_why_a_card_was_declined_is_the_banks_where_it_gives_one() -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds"}

    intent = told("payment_intent.succeeded", status="requires_payment_method", last_payment_error=error)

    assert facts.read_payment_intent(intent).failure_code == "insufficient_funds"


@pytest.mark.parametrize("status", ["requires_action", "pending"])
def test_a_refund_that_waits_for_the_buyer_is_pending(status: str) -> None:
    refund = {"id": "re_1", "amount": 1, "currency": "eur", "status": status}

    assert facts.read_refund(refund).status == "pending"


@pytest.mark.parametrize("amount", [-1, 1.5, "1", True, None, 2**31])
def test_an_amount_is_a_whole_number_that_can_be_kept(amount: object) -> None:
    with pytest.raises(Malformed):
        facts.read_charge(told("charge.refunded", amount_refunded=amount))


@given(st.sampled_from(sorted(READERS)), st.data())
def test_a_broken_object_is_malformed_or_read(name: str, data: st.DataObject) -> None:
    recorded = told(name)
    field = data.draw(st.sampled_from(sorted(recorded)))

    with suppress(Malformed):
        READERS[name](recorded | {field: data.draw(broken)})


@given(st.sampled_from(["id", "type", "data", "created", "livemode", "account", "api_version", "object"]), broken)
def test_a_broken_event_is_malformed_or_read(field: str, value: object) -> None:
    with suppress(Malformed):
        facts.read_event(fixture("invoice.paid") | {field: value})
