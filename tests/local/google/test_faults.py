import pytest
import urllib3

from local.google import LocalGoogle
from local.google.faults import How
from tests.local.google.conftest import ACCOUNT, Application, timed

LESSON = timed("2026-03-03T10:00:00", "2026-03-03T11:00:00", id="lesson1")


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("rateLimitExceeded", 403, "rateLimitExceeded"),
        ("userRateLimitExceeded", 403, "userRateLimitExceeded"),
        ("quotaExceeded", 403, "quotaExceeded"),
        ("401", 401, "authError"),
        ("429", 429, "rateLimitExceeded"),
        ("503", 503, "backendError"),
    ],
)
def test_a_refused_call_has_no_effect(
    google: LocalGoogle, application: Application, how: How, status: int, reason: str
) -> None:
    google.fail(1, how)
    refused = application.events("POST", "", LESSON)
    assert (refused.status, refused.reason) == (status, reason)
    assert application.list()["items"] == []


def test_it_fails_until_it_has_recovered(google: LocalGoogle, application: Application) -> None:
    google.fail(None, "429")
    assert [application.events("GET").status for _ in range(3)] == [429] * 3
    google.recover()
    assert application.events("GET").status == 200


def test_the_token_endpoint_fails_by_itself(google: LocalGoogle, application: Application) -> None:
    google.fail(1, "500", "token")
    assert application.events("GET").status == 200
    assert application.token_endpoint(grant_type="refresh_token").status == 500


@pytest.mark.parametrize(("how", "effect"), [("late", 1), ("reset", 0)])
def test_a_connection_breaks_before_or_after_the_effect(
    google: LocalGoogle, application: Application, how: How, effect: int
) -> None:
    google.fail(1, how)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        application.events("POST", "", LESSON)
    assert len(google.events(ACCOUNT)) == effect


def test_a_slow_answer_comes_later(google: LocalGoogle, application: Application) -> None:
    google.latency_seconds = 0.3
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        urllib3.request("GET", f"{google.url}/calendar/v3/calendars/primary", timeout=0.1, retries=False)
    assert application.events("GET").status == 200


def test_one_method_alone_fails_and_says_for_how_long(google: LocalGoogle, application: Application) -> None:
    google.fail(None, "quotaExceeded", method="POST", retry_after=60)
    refused = application.events("POST", "", LESSON)
    assert (refused.reason, refused.headers["Retry-After"]) == ("quotaExceeded", "60")
    assert application.events("GET").status == 200


def test_a_channel_may_be_refused_where_all_else_is_in_order(google: LocalGoogle, application: Application) -> None:
    google.fail(None, "push.webhookUrlUnauthorized", "watch")
    asked = {"id": "channel-1", "type": "web_hook", "address": "https://app.example"}
    assert application.events("POST", "/watch", asked).status == 401
    assert application.events("POST", "", LESSON).status == 200


def test_a_client_that_is_not_in_order_is_refused_its_tokens(google: LocalGoogle, application: Application) -> None:
    google.fail(1, "deleted_client", "token")
    refused = application.token_endpoint(grant_type="refresh_token", refresh_token=google.grant(ACCOUNT))
    assert (refused.status, refused.body["error"]) == (401, "deleted_client")


def test_failures_that_end_come_before_those_that_last(google: LocalGoogle, application: Application) -> None:
    google.fail(None, "429")
    google.fail(1, "503")
    assert [application.events("GET").status for _ in range(3)] == [503, 429, 429]
