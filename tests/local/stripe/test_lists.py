from typing import Any

import pytest
import stripe as sdk

from local.stripe import LocalStripe
from tests.local.stripe.conftest import START, Clock, Receiver, Shop, open_shop


def checkouts(shop: Shop, clock: Clock, count: int) -> list[str]:
    """So many, one a second, newest first."""
    made: list[str] = []
    for _ in range(count):
        made.insert(0, shop.checkout().id)
        clock.now += 1
    return made


def test_a_list_is_newest_first_and_ten_long(shop: Shop, clock: Clock) -> None:
    made = checkouts(shop, clock, 12)
    page = shop.client.v1.checkout.sessions.list()
    assert ([each.id for each in page], page.has_more) == (made[:10], True)


def test_the_sdk_turns_the_pages_to_the_end_and_back(shop: Shop, clock: Clock) -> None:
    made = checkouts(shop, clock, 7)
    pages = shop.client.v1.checkout.sessions.list({"limit": 3}).auto_paging_iter()
    assert [each.id for each in pages] == made
    before = shop.client.v1.checkout.sessions.list({"limit": 3, "ending_before": made[5]})
    assert ([each.id for each in before], before.has_more) == (made[2:5], True)


@pytest.mark.parametrize(
    ("created", "places"),
    [
        ({"gte": int(START) + 1, "lt": int(START) + 3}, [1, 2]),
        ({"gt": int(START) + 1, "lte": int(START) + 3}, [0, 1]),
        (int(START), [3]),
    ],
)
def test_a_list_can_be_of_a_span_of_time(shop: Shop, clock: Clock, created: Any, places: list[int]) -> None:  # noqa: ANN401
    made = checkouts(shop, clock, 4)
    listed = shop.client.v1.checkout.sessions.list({"created": created})
    assert [each.id for each in listed] == [made[place] for place in places]


def test_sessions_are_found_by_their_payment_and_by_their_status(shop: Shop, stripe: LocalStripe) -> None:
    paid, waiting = shop.checkout(), shop.checkout()
    intent = stripe.pay(paid.id)["payment_intent"]
    sessions = shop.client.v1.checkout.sessions
    assert [each.id for each in sessions.list({"payment_intent": intent})] == [paid.id]
    assert [each.id for each in sessions.list({"status": "open"})] == [waiting.id]


def test_a_list_has_nothing_of_another_account(shop: Shop, stripe: LocalStripe) -> None:
    shop.stripe.refund(shop.paid())
    other = open_shop(stripe).client.v1
    assert [other.refunds.list().data, other.payment_intents.list().data] == [[], []]
    assert [event.type for event in other.events.list()] == ["account.updated"]


def test_events_are_found_by_type(shop: Shop) -> None:
    shop.stripe.refund(shop.paid())
    listed = shop.client.v1.events.list({"types": ["charge.refunded", "charge.succeeded"]})
    assert [event.type for event in listed] == ["charge.refunded", "charge.succeeded"]
    assert [event.type for event in shop.client.v1.events.list({"type": "refund.*"})] == ["refund.created"]


def test_events_are_found_by_whether_they_were_delivered(shop: Shop, receiver: Receiver) -> None:
    shop.paid()
    receiver.answers = [200, 500, 200, 200]
    shop.stripe.deliver()
    events = shop.client.v1.events
    assert [event.type for event in events.list({"delivery_success": False})] == ["charge.succeeded"]
    assert "charge.succeeded" not in [event.type for event in events.list({"delivery_success": True})]


def test_an_event_is_listed_for_thirty_days(shop: Shop, clock: Clock) -> None:
    shop.paid()
    clock.now += 30 * 24 * 3600 + 1
    assert shop.client.v1.events.list().data == []


def test_an_event_can_be_read_by_its_own_account_alone(shop: Shop, stripe: LocalStripe) -> None:
    shop.paid()
    event = stripe.events()[-1]
    assert shop.client.v1.events.retrieve(event["id"]).data.object["status"] == "complete"
    with pytest.raises(sdk.InvalidRequestError, match="No such event"):
        open_shop(stripe).client.v1.events.retrieve(event["id"])


@pytest.mark.parametrize("given", [{"limit": 101}, {"limit": 0}, {"starting_after": "re_unknown"}])
def test_a_page_that_there_is_not_is_refused(shop: Shop, given: Any) -> None:  # noqa: ANN401 - any parameters
    with pytest.raises(sdk.InvalidRequestError) as refused:
        shop.client.v1.refunds.list(given)
    assert refused.value.param == next(iter(given))
