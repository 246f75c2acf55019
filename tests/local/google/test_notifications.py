import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local.google import LocalGoogle
from tests.local.google.conftest import ACCOUNT, Application, Clock, timed

LESSON = timed("2026-03-03T10:00:00", "2026-03-03T11:00:00")
WEEK = 7 * 24 * 3600


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[int], list[str]]]:
    """Its address, the statuses that it answers before 204, and the states that it was told."""
    answers: list[int] = []
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.headers["X-Goog-Resource-State"])
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", answers, told
    server.shutdown()
    thread.join()
    server.server_close()


def watch(application: Application, address: str = "http://localhost:1/hook", **more: object) -> dict[str, str]:
    asked = {"id": "channel-1", "type": "web_hook", "address": address, "token": "secret", **more}
    channel: dict[str, str] = application.events("POST", "/watch", asked).body
    return channel


def test_a_channel_is_told_that_it_stands_and_then_of_every_change(
    google: LocalGoogle, application: Application
) -> None:
    channel = watch(application)
    google.add_event(ACCOUNT, **LESSON)
    google.add_event("eve@example.com", **LESSON)
    application.events("POST", "", LESSON)
    told = google.notifications()
    assert [each["X-Goog-Resource-State"] for each in told] == ["sync", "exists", "exists"]
    assert [each["X-Goog-Message-Number"] for each in told] == ["1", "2", "3"]
    assert told[2]["X-Goog-Channel-ID"] == "channel-1"
    assert told[2]["X-Goog-Channel-Token"] == "secret"
    assert told[2]["X-Goog-Resource-ID"] == channel["resourceId"]


def test_a_stopped_channel_is_told_nothing_more(google: LocalGoogle, application: Application) -> None:
    channel = watch(application)
    stop = {"id": channel["id"], "resourceId": channel["resourceId"]}
    assert application.call("POST", "channels/stop", {**stop, "resourceId": "guessed"}).status == 404
    assert application.call("POST", "channels/stop", stop).status == 204
    google.add_event(ACCOUNT, **LESSON)
    assert len(google.notifications()) == 1


def test_a_channel_ends_after_a_week_or_sooner_when_asked(
    google: LocalGoogle, application: Application, clock: Clock
) -> None:
    longest = watch(application, expiration=int(clock.now + 100 * WEEK) * 1000)
    watch(application, id="short", expiration=str(int(clock.now + 60) * 1000))
    assert int(longest["expiration"]) == (clock.now + WEEK) * 1000
    clock.now += 61
    google.add_event(ACCOUNT, **LESSON)
    assert [each["X-Goog-Channel-ID"] for each in google.notifications()] == ["channel-1", "short", "channel-1"]


def test_what_a_receiver_does_not_take_is_sent_again(
    google: LocalGoogle, application: Application, receiver: tuple[str, list[int], list[str]]
) -> None:
    address, answers, told = receiver
    answers += [500]
    watch(application, address)
    assert (google.deliver(), google.deliver(copies=2), google.deliver()) == ([500], [204, 204], [])
    assert told == ["sync"] * 3


def test_what_a_receiver_refuses_is_not_sent_again(
    google: LocalGoogle, application: Application, receiver: tuple[str, list[int], list[str]]
) -> None:
    """https://developers.google.com/workspace/calendar/api/guides/push#responding-to-notifications."""
    address, answers, _ = receiver
    answers += [404]
    watch(application, address)
    assert (google.deliver(), google.deliver()) == ([404], [])


def test_notifications_go_out_by_themselves_where_that_is_wanted(
    google: LocalGoogle, application: Application, receiver: tuple[str, list[int], list[str]]
) -> None:
    google.auto_deliver = True
    watch(application, receiver[0])
    google.add_event(ACCOUNT, **LESSON)
    latest = time.monotonic() + 5
    while receiver[2] != ["sync", "exists"] and time.monotonic() < latest:
        time.sleep(0.01)
    assert receiver[2] == ["sync", "exists"]


@pytest.mark.parametrize("change", [{"address": "http://elsewhere.example"}, {"type": "pigeon"}, {"id": None}])
def test_what_is_no_channel_is_refused(application: Application, change: dict[str, object]) -> None:
    asked = {"id": "channel-1", "type": "web_hook", "address": "https://app.example", **change}
    assert application.events("POST", "/watch", asked).status == 400
    assert application.google.notifications() == []
