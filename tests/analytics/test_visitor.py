"""Who counts as one visitor, and who as none."""

import pytest

from lectern.analytics.visitor import Browser

SALT, ANOTHER_SALT = b"a" * 32, b"b" * 32
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1"
    " Mobile/15E148 Safari/604.1"
)


def test_the_same_browser_at_the_same_address_is_one_visitor() -> None:
    assert Browser("203.0.113.7", FIREFOX).visitor(SALT) == Browser("203.0.113.7", FIREFOX).visitor(SALT)


@pytest.mark.parametrize("other", [Browser("203.0.113.8", FIREFOX), Browser("203.0.113.7", SAFARI)])
def test_another_address_or_browser_is_another_visitor(other: Browser) -> None:
    assert other.visitor(SALT) != Browser("203.0.113.7", FIREFOX).visitor(SALT)


def test_under_another_salt_nobody_is_who_they_were() -> None:
    assert Browser("203.0.113.7", FIREFOX).visitor(SALT) != Browser("203.0.113.7", FIREFOX).visitor(ANOTHER_SALT)


def test_addresses_of_one_ipv6_customer_are_one() -> None:
    one, same, other = (Browser(f"2001:db8:0:{network}::{host}", FIREFOX) for network, host in ((1, 1), (1, 2), (2, 1)))

    assert one.visitor(SALT) == same.visitor(SALT) != other.visitor(SALT)


CUBOT = "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize("user_agent", [FIREFOX, SAFARI, CUBOT])
def test_a_browser_is_no_bot(user_agent: str) -> None:
    assert not Browser("203.0.113.7", user_agent).is_bot


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "WhatsApp/2.23.20.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (compatible; Pingdom.com_bot_version_1.4_; +http://www.pingdom.com/)",
        "Mozilla/5.0 (compatible; AhrefsSiteAudit/6.1; +http://ahrefs.com/robot/)",
        "Mediapartners-Google",
        "ia_archiver",
        "Apache-HttpClient/4.5.14 (Java/17.0.9)",
        "GuzzleHttp/7",
        "Ruby",
        "curl/8.14.1",
        "python-urllib3/2.5.0",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    ],
)
def test_a_program_that_says_what_it_is_counts_as_none(user_agent: str) -> None:
    assert Browser("203.0.113.7", user_agent).is_bot
