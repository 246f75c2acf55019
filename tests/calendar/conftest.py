"""A Google for the whole run, at the time that the tests live in, and for each test a teacher with a calendar there."""

from collections.abc import Iterator

import pytest

from lectern.breaker import CIRCUITS, CONFIG, through
from lectern.calendar.google_http import GOOGLE
from local.google import LocalGoogle
from tests.builders import a_teacher
from tests.calendar.diary import CLOCK, PAGE, Diary, connected_diary


@pytest.fixture(scope="session")
def google_server(connected: None) -> Iterator[LocalGoogle]:  # noqa: ARG001 - who connects is in the database
    with LocalGoogle(clock=CLOCK) as server:
        server.redirect_uris = [PAGE]
        yield server


@pytest.fixture
def google(google_server: LocalGoogle, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalGoogle]:
    """With no failure ahead, nothing in its log of requests, and nobody cut off; accounts' circuits are their own."""
    monkeypatch.setenv("GOOGLE_CLIENT_ID", google_server.client_id)
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", google_server.client_secret)
    monkeypatch.setenv("GOOGLE_API_BASE", google_server.url)
    monkeypatch.setenv("GOOGLE_OAUTH_BASE", google_server.url)
    google_server.requests.clear()
    CIRCUITS.configure(CONFIG, GOOGLE.name)
    CIRCUITS.save_closed(GOOGLE.name)
    # An answer ends the row of failures that this process counts.
    through(GOOGLE.name, lambda: None, Exception)
    CLOCK.reset()
    yield google_server
    google_server.recover()
    google_server.latency_seconds = 0.0


@pytest.fixture
def diary(google: LocalGoogle) -> Diary:
    """Connected, and read for the first time."""
    diary = connected_diary(google, a_teacher())
    diary.sync()
    google.requests.clear()
    return diary


@pytest.fixture
def other(google: LocalGoogle) -> Diary:
    """Another tenant's."""
    return connected_diary(google, a_teacher())
