"""What a teacher may paste in as the address of a calendar."""

import pytest

from lectern.errors import Invalid
from lectern.ics.url import CalendarUrl


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://example.com/a.ics", "https://example.com/a.ics"),
        ("webcal://P01.example.com/2/x?y=1#z", "https://p01.example.com/2/x?y=1"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com./a%20b.ics", "https://example.com/a%20b.ics"),
    ],
)
def test_an_address_is_read_in_its_usual_spellings(text: str, meant: str) -> None:
    assert str(CalendarUrl.parsed(text)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com/a.ics",
        "ftp://example.com/a.ics",
        "file:///etc/passwd",
        "https://example.com:8443/a.ics",
        "https://example.com:99999/",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[/",
        "https://localhost/",
        "https:///a.ics",
        "https://example.com/a b",
        "https://example.com/\r\nHost: inside",
        "https://exämple.com/",
        "https://example.com\\@inside.example/",
        f"https://example.com/{'a' * 2000}",
    ],
)
def test_ac32_any_other_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        CalendarUrl.parsed(text)

    assert refused.value.code == "ics_url_refused"
