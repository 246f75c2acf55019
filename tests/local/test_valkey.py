import pytest
import redis

from local.valkey import Valkey


def test_it_comes_back_empty_on_its_port_after_a_stop() -> None:
    with Valkey() as valkey, redis.Redis.from_url(valkey.url) as client:
        client.set("key", "value")
        valkey.stop()
        with pytest.raises(redis.ConnectionError), redis.Redis.from_url(valkey.url, retry=None) as other:
            other.ping()
        valkey.start()
        assert client.get("key") is None
