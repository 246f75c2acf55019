from collections.abc import Iterator

import pytest

from local.errors import StartError
from local.postgres import Postgres
from local.servers import Servers
from local.valkey import Valkey

API = "http://localhost:8000"


@pytest.fixture(scope="module")
def named(postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    urls = {"DATABASE_URL": postgres.app_url, "DATABASE_OWNER_URL": postgres.owner_url}
    return urls | {"REDIS_URL": valkey.url}


@pytest.fixture(scope="module")
def servers(named: dict[str, str]) -> Iterator[Servers]:
    with Servers.start(api_url=API, environ=named) as running:
        yield running


def told(servers: Servers, function: str) -> dict[str, str]:
    return servers.variables(next(each for each in servers.functions() if each.name == function))


def test_who_syncs_calendars_is_told_where_google_is_and_where_it_is_to_notify(servers: Servers) -> None:
    variables, google = told(servers, "TeacherJobFunction"), servers.google
    assert google
    assert (variables["GOOGLE_API_BASE"], variables["GOOGLE_OAUTH_BASE"]) == (google.url, google.url)
    assert variables["GOOGLE_PUSH_URL"] == f"{API}/v1/webhooks/google"
    assert variables["GOOGLE_CLIENT_SECRET"] == google.client_secret


def test_who_calls_neither_stripe_nor_google_is_told_of_neither(servers: Servers) -> None:
    assert not [name for name in told(servers, "DispatcherFunction") if name.startswith(("GOOGLE", "STRIPE"))]


def test_a_google_that_the_environment_names_is_used_in_place_of_the_local_one(named: dict[str, str]) -> None:
    client = {"GOOGLE_CLIENT_ID": "ours.apps.googleusercontent.com", "GOOGLE_CLIENT_SECRET": "theirs"}
    with Servers.start(api_url=API, environ={**named, **client}) as servers:
        variables = told(servers, "TeacherJobFunction")
        assert servers.google is None
    assert {name: variables[name] for name in client} == client
    assert not variables.get("GOOGLE_API_BASE")
    assert not variables["GOOGLE_PUSH_URL"]


def test_a_google_is_named_whole_or_not_at_all(named: dict[str, str]) -> None:
    with (
        pytest.raises(StartError, match="Set both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET"),
        Servers.start(environ={**named, "GOOGLE_CLIENT_ID": "ours"}),
    ):
        pass
