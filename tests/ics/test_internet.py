"""Which addresses are on the open internet (AC32: outbound URLs pass an SSRF filter)."""

import time
from ipaddress import ip_address

import pytest

from lectern.errors import Conflict
from lectern.ics.internet import INTERNET, is_public

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "64:ff9b::808:808", "2002:808:808::1"]

NOT_PUBLIC = {
    "this network": "0.0.0.1",
    "loopback": "127.0.0.1",
    "loopback, another": "127.8.8.8",
    "private, 10": "10.0.0.5",
    "private, 172": "172.31.255.255",
    "private, 192": "192.168.1.1",
    "shared by a carrier's customers": "100.64.0.1",
    "metadata of the cloud": "169.254.169.254",
    "credentials of a container": "169.254.170.2",
    "documentation": "203.0.113.7",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "multicast for all": "239.1.1.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "no address in IPv6": "::",
    "loopback in IPv6": "::1",
    "link-local in IPv6": "fe80::1",
    "link-local with its interface": "fe80::1%eth0",
    "site-local": "fec0::1",
    "unique local": "fd12:3456::1",
    "metadata of the cloud in IPv6": "fd00:ec2::254",
    "multicast in IPv6": "ff02::1",
    "documentation in IPv6": "2001:db8::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:a9fe:a9fe",
    "IPv4-compatible": "::7f00:1",
    "translated metadata": "64:ff9b::a9fe:a9fe",
    "translated private": "64:ff9b::10.0.0.5",
    "translated at home": "64:ff9b:1::a00:5",
    "6to4 of a private one": "2002:a00:5::1",
    "6to4 of loopback": "2002:7f00:1::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_ac32_an_address_of_the_internet_may_be_connected_to(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_ac32_any_other_may_not(address: str) -> None:
    assert not is_public(ip_address(address))


def test_ac32_what_this_machine_calls_itself_is_refused() -> None:
    until = time.monotonic() + 5

    with pytest.raises(Conflict, match="not on the open internet"), INTERNET.connection("localhost", until):
        pass
