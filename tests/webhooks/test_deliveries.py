"""What Stripe is answered, and what is kept, of deliveries good and bad; what they do to payments is tested there."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lectern import clock, database, settings
from local.postgres import Postgres
from tests.builders import NOW
from tests.webhooks.conftest import Seller, Unclaimed
from tests.webhooks.delivery import deliver, deliver_raw, fixture, invoke, request, signature


def encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def test_an_event_is_taken_and_noted(seller: Seller) -> None:
    event = seller.event()

    assert deliver(event).status == 200

    [noted] = seller.events()
    assert (noted["id"], noted["type"], noted["api_version"]) == (event["id"], event["type"], "2026-07-29.dahlia")
    assert noted["object_id"] == event["data"]["object"]["id"]


def test_a_delivery_is_measured_with_its_route_and_teacher(seller: Seller, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(seller.event())

    measured = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (measured["route"], measured["status"]) == ("POST /v1/webhooks/stripe", 200)
    assert measured["teacher_id"] == str(seller.teacher.id)


def test_an_event_that_needs_nothing_from_us_leaves_no_personal_data(seller: Seller) -> None:
    deliver(seller.event("charge.refunded", type="customer.created"))

    [noted] = seller.events()
    assert (noted["outcome"], noted["reason"], noted["payload"]) == ("ignored", "unknown_type", None)


def test_an_event_that_waits_for_its_payment_names_nobody(seller: Seller) -> None:
    event = seller.event("charge.refunded")
    person = {"name": "Ann Person", "email": "ann@person.example", "address": {"line1": "Person Road 1"}}
    event["data"]["object"] |= {"billing_details": person, "receipt_email": "ann@person.example"}
    event["data"]["object"] |= {"description": "Piano, Ann Person", "metadata": {"student": "Ann Person"}}

    deliver(event)

    [noted] = seller.events()
    assert (noted["outcome"], noted["waits_for"]) == ("waiting", event["data"]["object"]["payment_intent"])
    assert noted["payload"]["data"]["object"]["amount_refunded"] == 100
    assert "person" not in json.dumps(noted["payload"]).lower()


def test_a_second_delivery_is_acknowledged_and_changes_nothing(seller: Seller) -> None:
    event = seller.event()
    deliver(event)
    noted = seller.events()

    assert deliver(event).status == 200
    assert seller.events() == noted


def test_a_body_that_is_not_in_base64_is_read_as_it_stands(seller: Seller) -> None:
    body = json.dumps(seller.event("invoice.paid"), ensure_ascii=False)
    delivery = request(b"", signature(body.encode(), NOW)) | {"body": body, "isBase64Encoded": False}

    assert not body.isascii()
    assert invoke(delivery).status == 200
    assert len(seller.events()) == 1


@pytest.mark.parametrize("change", [b" ", b"\n", b"\x00"])
def test_a_body_that_was_touched_is_refused(seller: Seller, change: bytes) -> None:
    body = encoded(seller.event())

    answer = invoke(request(body + change, signature(body, NOW)))

    assert (answer.status, answer.code) == (400, "bad_signature")
    assert seller.events() == []


@pytest.mark.parametrize(("seconds", "status"), [(-301, 400), (-300, 200), (300, 200), (301, 400)])
def test_a_delivery_is_good_for_five_minutes(seller: Seller, seconds: int, status: int) -> None:
    body = encoded(seller.event())

    answer = invoke(request(body, signature(body, NOW + timedelta(seconds=seconds))))

    assert answer.status == status


@pytest.mark.parametrize("header", ["", "t=1", "v1=", f"t={int(NOW.timestamp())},v1=00", "t=x,v1=y", "t=²,v1=é"])
def test_a_signature_that_is_none_is_refused(seller: Seller, header: str) -> None:
    assert invoke(request(encoded(seller.event()), header)).code == "bad_signature"


def test_a_delivery_without_a_signature_is_refused(seller: Seller) -> None:
    delivery = request(encoded(seller.event()), "")
    del delivery["headers"]["stripe-signature"]

    assert invoke(delivery).code == "bad_signature"


@pytest.mark.parametrize("signed_with", [["old"], ["new"], ["old", "new"], ["foreign", "new"]])
def test_while_a_secret_is_rotated_the_old_and_the_new_one_are_good(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, signed_with: list[str]
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", "old\nnew")
    body = encoded(seller.event())

    assert invoke(request(body, signature(body, NOW, *signed_with))).status == 200
    assert invoke(request(body, signature(body, NOW, "foreign"))).status == 400


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff", "not_json"),
        (b'{"object": "event", "n": NaN}', "not_json"),
        (b'{"object": "event", "n": 1e999}', "not_json"),
        (b'{"object": "event", "name": "\\u0000"}', "not_storable"),
        (b'{"object": "event", "name": "\\ud83d"}', "not_storable"),
        (b'{"object": "event", "name": "the characters \\\\u0000"}', "not_an_event"),
        (b'{"object": "event", "name": "\xed\xa0\x80"}', "not_json"),
        ('{"object": "event", "id": "evt_\0"}'.encode("utf-16-le"), "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"object": "event", "name": "\\u00e9", "deep": ' + b"[" * 900 + b"]" * 900 + b"}", "not_storable"),
        (b'{"object": "event", "deep": ' + b'{"a":' * 5000 + b"0" + b"}" * 5001, "not_storable"),
        (b"[]", "not_an_event"),
        (b'{"object": "charge"}', "not_an_event"),
        (b'{"object": "event", "id": "evt_1", "type": 5}', "not_an_event"),
    ],
)
def test_what_is_signed_and_no_event_is_kept_once_and_acknowledged(
    unclaimed: Unclaimed, body: bytes, reason: str
) -> None:
    assert [deliver_raw(body).status, deliver_raw(body).status] == [200, 200]
    assert unclaimed.of(body) == [(reason, None)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"livemode": True}, "wrong_mode"),
        ({"account": None}, "no_account"),
        ({"account": "acct_of_nobody"}, "unknown_account"),
    ],
)
def test_an_event_that_is_nobodys_is_kept_and_acknowledged(
    seller: Seller, unclaimed: Unclaimed, changes: dict[str, Any], reason: str
) -> None:
    event = seller.event(**changes)

    assert deliver_raw(encoded(event)).status == 200
    assert unclaimed.of(encoded(event)) == [(reason, event["account"])]
    assert seller.events() == []


def test_what_a_test_event_says_is_not_kept_where_money_is_real(seller: Seller, unclaimed: Unclaimed) -> None:
    event = seller.event(livemode=True)

    assert deliver_raw(encoded(event)).status == 200
    assert unclaimed.kept_bytes(encoded(event)) == 0


def test_what_nobody_has_claimed_is_kept_for_ninety_days(
    seller: Seller, unclaimed: Unclaimed, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (encoded(seller.event(account=f"acct_{number}")) for number in range(3))
    deliver_raw(first)

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=90))
    deliver_raw(second)
    assert unclaimed.of(first) == [("unknown_account", "acct_0")]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=90, seconds=1))
    deliver_raw(third)

    assert [len(unclaimed.of(body)) for body in (first, second, third)] == [0, 1, 1]


def test_the_event_of_a_deleted_teacher_is_kept_and_acknowledged(seller: Seller, unclaimed: Unclaimed) -> None:
    with database.tenant(seller.teacher.id) as tx:
        tx.send("update teachers set deleted_at = now() where id = %(teacher_id)s")
    event = seller.event()

    assert deliver_raw(encoded(event)).status == 200
    assert unclaimed.of(encoded(event)) == [("unknown_account", seller.account)]


def test_an_event_without_an_account_is_the_platforms_own_and_kept(unclaimed: Unclaimed) -> None:
    body = encoded(fixture("payment_intent.succeeded"))

    assert deliver_raw(body).status == 200
    assert unclaimed.of(body) == [("no_account", None)]


def test_a_body_of_more_than_half_a_megabyte_is_refused_unread(unclaimed: Unclaimed) -> None:
    body = b" " * (513 * 1024)

    answer = deliver_raw(body)

    assert (answer.status, answer.code) == (413, "too_large")
    assert unclaimed.of(body) == []


def test_an_object_that_lacks_what_it_must_have_is_kept_for_a_person(seller: Seller) -> None:
    event = seller.event()
    del event["data"]["object"]["amount_received"]

    assert deliver(event).status == 200

    [noted] = seller.events()
    assert (noted["outcome"], noted["reason"]) == ("attention", "`amount_received` is no amount")
    assert noted["payload"] == event


def test_another_path_is_not_found() -> None:
    delivery = request(b"{}", "") | {"routeKey": "POST /v1/webhooks/other"}

    assert (invoke(delivery).status, invoke(delivery).code) == (404, "no_such_path")


def test_without_a_database_stripe_is_to_send_it_again(seller: Seller, postgres: Postgres) -> None:
    event = seller.event()
    postgres.stop()
    try:
        refused = deliver(event)
    finally:
        postgres.start()

    assert (refused.status, refused.code) == (503, "database_unavailable")
    assert deliver(event).status == 200
    assert len(seller.events()) == 1


def test_an_unexpected_failure_says_no_more_than_that(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_MODE")
    settings.stripe_livemode.cache_clear()

    refused = deliver(seller.event())

    assert (refused.status, refused.code) == (500, "internal_error")
    assert "STRIPE_MODE" not in refused.body["detail"]
    assert seller.events() == []


def test_the_clock_is_read_once_for_a_delivery(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([NOW, NOW])
    monkeypatch.setattr(clock, "now", lambda: next(times))

    assert deliver(seller.event()).status == 200
    assert seller.events()[0]["received_at"] == NOW.isoformat()
