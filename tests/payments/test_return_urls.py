"""Which addresses Stripe may send a browser back to."""

import pytest

from lectern import settings
from lectern.errors import Invalid
from lectern.payments.return_urls import require_return_urls

pytestmark = pytest.mark.usefixtures("stripe_server")


def is_refused(url: str) -> bool:
    try:
        require_return_urls(return_url=url)
    except Invalid as refusal:
        return (refusal.code, refusal.facts) == ("unsafe_url", {"fields": ["return_url"]})
    return False


@pytest.mark.parametrize(
    "url",
    [
        "https://studio.example",
        "https://www.Studio.example:8443/paid?by={CHECKOUT_SESSION_ID}&at=a@b.example#thanks",
        "https://xn--mnchen-3ya.example/",
        "http://localhost:3000/paid",
        "http://127.0.0.1:3000/paid",
    ],
)
def test_a_page_of_the_callers_own_will_do(url: str) -> None:
    assert not is_refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://studio.example@evil.example/",
        "https://studio.example:secret@evil.example/",
        "https://studio.example\\@evil.example/",
        "https://evil.example\\.studio.example/",
        "https://studio.example\t.evil.example/",
        " https://studio.example/",
        "https:///evil.example/",
        "https://127.0.0.1.evil.example:99999/",
        "https://10.0.0.1/",
        "https://0x7f.1/",
        "https://127%2e0%2e0%2e1/",
        "https://[::1]/",
        "http://192.168.1.7:3000/",
        "https://studio/",
        "https://stüdio.example/",
        "https://\uff45vil.example/",
    ],
)
def test_an_address_that_hides_where_it_leads_will_not_do(url: str) -> None:
    assert is_refused(url)


@pytest.mark.parametrize("url", ["http://localhost:3000/", "https://localhost/", "http://127.0.0.1/"])
def test_with_real_money_nobody_is_sent_to_a_developers_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STRIPE_MODE", "live")
    settings.stripe_livemode.cache_clear()
    try:
        assert is_refused(url)
    finally:
        monkeypatch.undo()
        settings.stripe_livemode.cache_clear()


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://studio.example/paid", False),
        ("https://STUDIO.example:443/paid", False),
        ("http://localhost:3000/paid", False),
        ("https://studio.example:8443/paid", True),
        ("https://studio.example.evil.example/paid", True),
        ("https://evil.example/?https://studio.example", True),
        ("http://localhost:4000/paid", True),
    ],
)
def test_where_the_deployment_names_its_pages_there_are_no_others(
    monkeypatch: pytest.MonkeyPatch, url: str, *, refused: bool
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://studio.example, http://localhost:3000")

    assert is_refused(url) is refused


def test_a_deployment_that_lets_any_page_call_sends_back_to_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "*")

    assert not is_refused("https://anywhere.example/paid")
    assert is_refused("http://anywhere.example/paid")
