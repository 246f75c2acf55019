import base64
import hashlib

import pytest

from local.google import LocalGoogle
from tests.local.google.conftest import ACCOUNT, REDIRECT, Application, Clock, let_in

EXCHANGE = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}


def test_consent_brings_a_code_that_is_exchanged_once(google: LocalGoogle) -> None:
    application = Application(google)
    brought = application.consent()
    tokens = application.token_endpoint(code=brought["code"], **EXCHANGE).body
    assert brought["state"] == "the state"
    assert Application(google, tokens["access_token"]).list()["summary"] == ACCOUNT
    again = application.token_endpoint(code=brought["code"], **EXCHANGE)
    assert (again.status, again.body["error"]) == (400, "invalid_grant")


def test_a_refresh_token_comes_only_with_offline_access(google: LocalGoogle) -> None:
    application = Application(google)
    code = application.consent(access_type="online")["code"]
    assert "refresh_token" not in application.token_endpoint(code=code, **EXCHANGE).body


def test_a_refresh_token_comes_again_only_when_the_user_is_asked_again(google: LocalGoogle) -> None:
    """https://developers.google.com/identity/protocols/oauth2/web-server#offline."""
    application = Application(google)

    def exchanged(**asked: str) -> bool:
        return "refresh_token" in application.token_endpoint(code=application.consent(**asked)["code"], **EXCHANGE).body

    assert [exchanged(), exchanged(), exchanged(prompt="consent")] == [True, False, True]
    google.revoke(ACCOUNT)
    assert exchanged()


def test_a_page_that_is_not_registered_is_never_sent_back_to(google: LocalGoogle) -> None:
    with pytest.raises(KeyError, match="location"):
        Application(google).consent(redirect_uri="https://app.example/elsewhere")


def test_a_code_is_worth_nothing_without_its_verifier(google: LocalGoogle) -> None:
    application, verifier = Application(google), "v" * 43
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    challenge = {"code_challenge": digest, "code_challenge_method": "S256"}
    stolen, own = (application.consent(**challenge)["code"] for _ in range(2))
    assert application.token_endpoint(code=stolen, **EXCHANGE).body["error"] == "invalid_grant"
    assert application.token_endpoint(code=own, code_verifier=verifier, **EXCHANGE).status == 200


def test_who_does_not_agree_comes_back_without_a_code(google: LocalGoogle) -> None:
    google.consents = False
    assert Application(google).consent() == {"state": "the state", "error": "access_denied"}


def test_what_was_left_out_of_the_consent_is_refused(google: LocalGoogle, application: Application) -> None:
    google.withheld = ["https://www.googleapis.com/auth/calendar.events"]
    code = application.consent()["code"]
    token = application.token_endpoint(code=code, **EXCHANGE).body["access_token"]
    refused = Application(google, token).events("GET")
    assert (refused.status, refused.reason) == (403, "insufficientPermissions")


def test_an_access_token_is_good_for_an_hour(clock: Clock, application: Application) -> None:
    clock.now += 3600
    refused = application.events("GET")
    assert (refused.status, refused.reason) == (401, "authError")


@pytest.mark.parametrize("by", ["the application", "the owner"])
def test_a_revoked_consent_ends_all_its_tokens(google: LocalGoogle, by: str) -> None:
    application, granted = let_in(google), google.grant(ACCOUNT)
    renewal = {"grant_type": "refresh_token", "refresh_token": granted}
    access = application.token_endpoint(**renewal).body["access_token"]
    if by == "the owner":
        google.revoke(ACCOUNT)
    else:
        application.token_endpoint("/revoke", token=granted)
    assert application.token_endpoint(**renewal).body["error"] == "invalid_grant"
    assert Application(google, access).events("GET").status == 401


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "guessed"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"redirect_uri": "https://evil.example"}, 400, "redirect_uri_mismatch"),
    ],
)
def test_an_exchange_that_is_not_the_applications_is_refused(
    google: LocalGoogle, form: dict[str, str], status: int, error: str
) -> None:
    application = Application(google)
    answer = application.token_endpoint(**{"code": application.consent()["code"], **EXCHANGE, **form})
    assert (answer.status, answer.body["error"]) == (status, error)
