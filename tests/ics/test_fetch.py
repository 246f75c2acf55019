"""Fetching from hosts that mean no good, or do no good (AC32)."""

import socket
import time
import tracemalloc
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from threading import Event
from uuid import UUID

import pytest

from lectern.errors import LecternError
from lectern.ics.fetch import Fetched, fetch
from lectern.ics.internet import LARGEST_BYTES, MOST_BYTES_RECEIVED, Internet
from lectern.ics.url import CalendarUrl
from lectern.identifiers import new_id
from tests.ics.host import DOMAIN, PUBLIC, Host, Reply


def get(internet: Internet, url: str, etag: str | None = None) -> Fetched | None:
    return fetch(new_id(), CalendarUrl.parsed(url), etag, internet)


def after(seconds: float, handler: BaseHTTPRequestHandler) -> None:
    """A body of one byte."""
    time.sleep(seconds)
    handler.wfile.write(b"x")


def refusal(internet: Internet, url: str, teacher_id: UUID | None = None) -> str:
    with pytest.raises(LecternError) as refused:
        fetch(teacher_id or new_id(), CalendarUrl.parsed(url), None, internet)
    return refused.value.code


def test_a_file_comes_with_its_etag(host: Host, name: str) -> None:
    host.replies["/a.ics?key=1"] = Reply(b"some events", headers={"ETag": '"7"'})

    assert get(host.internet(), f"https://{name}/a.ics?key=1") == Fetched(b"some events", '"7"')
    [request] = host.requests["/a.ics?key=1"]
    assert (request["host"], request["accept-encoding"]) == (name, "identity")


def test_a_file_that_has_not_changed_does_not_come_again(host: Host, name: str) -> None:
    host.replies["/a.ics"] = Reply(status=304)

    assert get(host.internet(), f"https://{name}/a.ics", etag='"7"') is None
    assert host.requests["/a.ics"][0]["if-none-match"] == '"7"'


def test_ac32_a_name_that_points_inside_is_not_connected_to(host: Host, name: str) -> None:
    """Nor when another of its addresses is public."""
    host.addresses[name] = [[PUBLIC, "169.254.169.254"]]

    assert refusal(host.internet(), f"https://{name}/") == "ics_address_refused"
    assert host.dialled == []


def test_ac32_the_address_that_was_checked_is_the_one_that_is_connected_to(host: Host, name: str) -> None:
    """DNS rebinding: whoever asks a second time is sent inside."""
    host.addresses[name] = [[PUBLIC], ["127.0.0.1"]]
    host.replies["/a.ics"] = Reply(b"some events")

    assert get(host.internet(), f"https://{name}/a.ics")
    assert (host.resolved, host.dialled) == ([name], [PUBLIC])


def test_ac32_a_redirection_is_checked_as_the_address_was(host: Host, name: str) -> None:
    inside = f"inside-{name}"
    host.addresses[inside] = [["10.0.0.5"]]
    host.replies["/a.ics"] = Reply(status=302, headers={"Location": f"https://{inside}/latest/meta-data"})

    assert refusal(host.internet(), f"https://{name}/a.ics") == "ics_address_refused"
    assert (host.resolved, host.dialled) == ([name, inside], [PUBLIC])


@pytest.mark.parametrize("location", ["http://{name}/b.ics", "https://{name}:8443/", "https://169.254.169.254/", "//["])
def test_ac32_a_redirection_leads_to_nothing_that_could_not_be_pasted_in(host: Host, name: str, location: str) -> None:
    host.replies["/a.ics"] = Reply(status=301, headers={"Location": location.format(name=name)})

    assert refusal(host.internet(), f"https://{name}/a.ics") == "ics_url_refused"


def test_a_redirection_is_followed_and_not_for_ever(host: Host, name: str) -> None:
    host.replies["/a.ics"] = Reply(status=307, headers={"Location": "b.ics"})
    host.replies["/b.ics"] = Reply(b"some events")
    host.replies["/round"] = Reply(status=302, headers={"Location": "/round"})

    assert get(host.internet(), f"https://{name}/a.ics") == Fetched(b"some events", None)
    assert refusal(host.internet(), f"https://{name}/round") == "ics_too_many_redirects"


def test_a_file_may_have_two_megabytes_and_no_more(host: Host, name: str) -> None:
    host.replies["/large"] = Reply(b"x" * LARGEST_BYTES)
    host.replies["/larger"] = Reply(b"x" * (LARGEST_BYTES + 1))

    assert get(host.internet(), f"https://{name}/large")
    assert refusal(host.internet(), f"https://{name}/larger") == "ics_too_large"


@pytest.mark.parametrize("size", [b"-1\r\n", b"7fffffff\r\n"], ids=["below zero", "beyond measure"])
def test_a_chunk_of_any_size_takes_no_more_memory_than_a_file_may(host: Host, name: str, size: bytes) -> None:
    """Of which http.client would read all that comes, for as long as it comes."""

    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(size)
        for _ in range(64):
            handler.wfile.write(bytes(1024**2))

    host.replies["/a.ics"] = Reply(headers={"Transfer-Encoding": "chunked"}, then=flood, tells_length=False)
    tracemalloc.start()

    assert refusal(host.internet(), f"https://{name}/a.ics") == "ics_too_large"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MOST_BYTES_RECEIVED


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_server_that_sends_a_byte_at_a_time_is_given_up(host: Host, name: str, *, tells_length: bool) -> None:
    """And what has come by then is no file, though nothing else tells where it would end."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    length = {"Content-Length": "1000"} if tells_length else {}
    host.replies["/a.ics"] = Reply(headers=length, then=drip, tells_length=False)
    began = time.monotonic()

    assert refusal(host.internet(longest_seconds=0.2), f"https://{name}/a.ics") == "ics_unavailable"
    assert time.monotonic() - began < 3


def test_redirections_have_the_time_of_one_file_between_them(host: Host, name: str) -> None:
    for hop in range(3):
        location = {"Location": f"/{hop + 1}", "Content-Length": "1"}
        host.replies[f"/{hop}"] = Reply(status=302, headers=location, then=lambda handler: after(0.3, handler))
    began = time.monotonic()

    assert refusal(host.internet(longest_seconds=0.5), f"https://{name}/0") == "ics_unavailable"
    assert time.monotonic() - began < 2
    assert "/2" not in host.requests


def test_a_name_that_is_looked_up_for_ever_is_given_up(host: Host, name: str) -> None:
    looked_up = Event()
    internet = replace(host.internet(longest_seconds=0.2), resolve=lambda _: [PUBLIC] if looked_up.wait(10) else [])
    began = time.monotonic()

    assert refusal(internet, f"https://{name}/") == "ics_unavailable"
    assert time.monotonic() - began < 2
    looked_up.set()


def test_a_name_that_is_not_known_is_a_host_that_is_away(host: Host, name: str) -> None:
    def unknown(_: str) -> list[str]:
        raise socket.gaierror

    assert refusal(replace(host.internet(), resolve=unknown), f"https://{name}/") == "ics_unavailable"


def test_of_a_hosts_many_addresses_two_are_tried(host: Host, name: str) -> None:
    dialled: list[str] = []

    def nobody(address: str, _seconds: float) -> socket.socket:
        dialled.append(address)
        raise TimeoutError

    host.addresses[name] = [[f"93.184.215.{last}" for last in range(1, 200)]]
    refusal(replace(host.internet(), dial=nobody), f"https://{name}/")
    assert set(dialled) == {"93.184.215.1", "93.184.215.2"}


def test_a_file_that_breaks_off_is_none(host: Host, name: str) -> None:
    host.replies["/a.ics"] = Reply(b"some eve", headers={"Content-Length": "11"})

    assert refusal(host.internet(), f"https://{name}/a.ics") == "ics_unavailable"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "ics_refused"), (403, "ics_refused"), (304, "ics_refused"), (503, "ics_unavailable")]
)
def test_a_host_that_says_no(host: Host, name: str, status: int, code: str) -> None:
    host.replies["/a.ics"] = Reply(status=status)

    assert refusal(host.internet(), f"https://{name}/a.ics") == code


@pytest.mark.parametrize("retry_after", ["3600", "9" * 400])
def test_a_host_that_says_not_now_is_asked_once(host: Host, name: str, retry_after: str) -> None:
    host.replies["/a.ics"] = Reply(status=429, headers={"Retry-After": retry_after})

    assert refusal(host.internet(), f"https://{name}/a.ics") == "ics_unavailable"
    assert len(host.requests["/a.ics"]) == 1


def test_ac32_a_host_must_prove_its_name(host: Host) -> None:
    """The certificate is for the names below the domain, and not for itself."""
    assert refusal(host.internet(), f"https://{DOMAIN}/") == "ics_untrusted"
    assert not host.requests


def test_a_host_is_away_for_who_finds_it_so_and_for_no_other_teacher(host: Host, name: str) -> None:
    """Anybody can name an address that fails at a host where others have good ones, or a host that never answers."""
    host.replies |= {"/a.ics": Reply(status=500), "/b.ics": Reply(b"some events")}
    unlucky = new_id()
    for _ in range(2):
        refusal(host.internet(), f"https://{name}/a.ics", unlucky)
    attempts = len(host.requests["/a.ics"])

    refusal(host.internet(), f"https://{name}/b.ics", unlucky)
    assert (len(host.requests["/a.ics"]), len(host.requests["/b.ics"])) == (attempts, 0)
    assert get(host.internet(), f"https://{name}/b.ics")
    assert fetch(unlucky, CalendarUrl.parsed(f"https://other-{name}/b.ics"), None, host.internet())
