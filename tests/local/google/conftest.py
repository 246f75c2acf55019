"""A Google with one account in Berlin, and an application that the account has let in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import urllib3

from local.google import LocalGoogle

ACCOUNT = "ada@example.com"
# Sunday, 1 March 2026, 12:00 UTC.
START = 1_772_366_400.0
REDIRECT = "https://app.example/connected"


@dataclass(slots=True)
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(self.body["error"]["errors"][0]["reason"])


@dataclass(frozen=True, slots=True)
class Application:
    """Sends what it is told to; every connection is its own."""

    google: LocalGoogle
    token: str = ""

    def call(self, method: str, path: str, body: object = None, /, if_match: str = "", **query: Any) -> Answer:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {self.token}", **({"If-Match": if_match} if if_match else {})}
        target = f"{self.google.url}/calendar/v3/{path}?{urlencode(query)}"
        text = None if body is None else json.dumps(body)
        response = urllib3.request(method, target, body=text, headers=headers, retries=False, timeout=5)
        return Answer(response.status, response.json() if response.data else None, response.headers)

    def events(self, method: str, name: str = "", body: object = None, /, **more: Any) -> Answer:  # noqa: ANN401
        return self.call(method, f"calendars/primary/events{name}", body, **more)

    def list(self, **query: Any) -> dict[str, Any]:  # noqa: ANN401
        answer: dict[str, Any] = self.events("GET", singleEvents="true", **query).body
        return answer

    def token_endpoint(self, path: str = "/token", **form: str) -> Answer:
        given = {"client_id": self.google.client_id, "client_secret": self.google.client_secret, **form}
        target, headers = f"{self.google.url}{path}", {"Content-Type": "application/x-www-form-urlencoded"}
        response = urllib3.request("POST", target, body=urlencode(given), headers=headers, retries=False)
        return Answer(response.status, response.json())

    def consent(self, **more: str) -> dict[str, str]:
        """What the browser brings back from the consent page."""
        asked = {
            "client_id": self.google.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": "https://www.googleapis.com/auth/calendar.events",
            "access_type": "offline",
            "state": "the state",
            **more,
        }
        page = f"{self.google.url}/o/oauth2/v2/auth?{urlencode(asked)}"
        response = urllib3.request("GET", page, redirect=False)
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def timed(start: str, end: str, zone: str = "Europe/Berlin", **more: object) -> dict[str, Any]:
    """What an event is written as; local times of the zone."""
    return {
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        **more,
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def google(clock: Clock) -> Iterator[LocalGoogle]:
    with LocalGoogle(clock=clock) as running:
        running.redirect_uris = [REDIRECT]
        running.signed_in = running.open_account(ACCOUNT, "Europe/Berlin")
        yield running


@pytest.fixture
def application(google: LocalGoogle) -> Application:
    return let_in(google)


def let_in(google: LocalGoogle, account: str = ACCOUNT) -> Application:
    granted = google.grant(account)
    answer = Application(google).token_endpoint(grant_type="refresh_token", refresh_token=granted)
    return Application(google, answer.body["access_token"])
