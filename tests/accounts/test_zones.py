"""Which time zones people may name."""

import pytest

from lectern.errors import Invalid
from lectern.zones import known_zone


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Asia/Calcutta"])
def test_an_iana_name_is_known(name: str) -> None:
    assert known_zone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "Europe", "europe/berlin", "Mars/Olympus_Mons", "CEST", "+02:00", "x" * 5000),
        *("localtime", "right/Europe/Berlin", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\0"),
    ],
)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        known_zone(name)
    assert refused.value.code == "unknown_time_zone"
