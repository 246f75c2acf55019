"""A host that has calendars, and a name at it that no other test uses."""

from collections.abc import Iterator

import pytest

from lectern.identifiers import new_id
from tests.ics.host import DOMAIN, Host, running_host


@pytest.fixture(scope="session")
def one_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with running_host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture
def host(one_host: Host) -> Host:
    for log in (one_host.replies, one_host.addresses, one_host.resolved, one_host.dialled, one_host.requests):
        log.clear()
    return one_host


@pytest.fixture
def name() -> str:
    return f"h{new_id().hex}.{DOMAIN}"
