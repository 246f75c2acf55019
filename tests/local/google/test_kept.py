"""A Google that ends, in whatever way, and begins again; and its operations from another process."""

import json
from pathlib import Path

import pytest
import urllib3

from local.google import LocalGoogle
from tests.local.google.conftest import ACCOUNT, Application, let_in, timed

LESSON = timed("2026-03-03T10:00:00", "2026-03-03T11:00:00", summary="Piano <1>")


def test_what_it_knew_when_it_ended_it_knows_when_it_starts_again(tmp_path: Path) -> None:
    file = tmp_path / "google.json"
    with LocalGoogle(kept_in=file) as before:
        application, granted = let_in(before), before.grant(ACCOUNT)
        application.events("POST", "/watch", {"id": "channel-1", "type": "web_hook", "address": before.url})
        lesson = before.add_event(ACCOUNT, **LESSON)["id"]
        token = application.list()["nextSyncToken"]
    with LocalGoogle(kept_in=file) as again:
        renewal = {"grant_type": "refresh_token", "refresh_token": granted}
        access = Application(again).token_endpoint(**renewal).body["access_token"]
        again.delete_event(lesson, ACCOUNT)
        told = Application(again, access).list(syncToken=token)["items"]
        assert again.url == before.url
        assert [(each["id"], each["status"]) for each in told] == [(lesson, "cancelled")]
        assert [each["X-Goog-Channel-ID"] for each in again.notifications()] == ["channel-1"]


def test_another_process_does_what_the_calendars_owner_would(google: LocalGoogle) -> None:
    body = json.dumps({"account": ACCOUNT, **LESSON})
    made = urllib3.request("POST", f"{google.url}/_control/add_event", body=body).json()
    assert [each["id"] for each in google.events(ACCOUNT)] == [made["id"]]
    assert f"/calendar/{ACCOUNT}".replace("@", "%40") in urllib3.request("GET", f"{google.url}/calendar").data.decode()
    page = urllib3.request("GET", f"{google.url}/calendar/{ACCOUNT}").data.decode()
    assert "2026-03-03 10:00: Piano &lt;1&gt;" in page


@pytest.mark.parametrize(("name", "body", "status"), [("fail", {"times": 1, "how": "fire"}, 400), ("boom", {}, 404)])
def test_what_cannot_be_done_is_refused(google: LocalGoogle, name: str, body: object, status: int) -> None:
    answer = urllib3.request("POST", f"{google.url}/_control/{name}", body=json.dumps(body))
    assert answer.status == status
