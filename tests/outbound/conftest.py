"""Where the counts and circuits of a test are kept."""

from collections.abc import Iterator

import pytest

from local.valkey import Valkey
from tests.redis_at import redis_at


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[None]:
    with redis_at(valkey.url):
        yield


@pytest.fixture(params=["redis", "no redis"])
def either_way(request: pytest.FixtureRequest, valkey: Valkey) -> Iterator[None]:
    with redis_at(valkey.url if request.param == "redis" else None):
        yield
