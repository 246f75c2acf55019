import pytest

from local.routes import match
from local.template import Route

ROUTES = [
    Route("ANY", "$default"),
    Route("ANY", "/v1/{proxy+}"),
    Route("GET", "/v1/{proxy+}"),
    Route("ANY", "/v1/admin/{proxy+}"),
    Route("GET", "/v1/teachers/{slug}"),
    Route("GET", "/v1/teachers/me"),
]


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/v1/teachers/me", "GET /v1/teachers/me", {}),
        ("GET", "/v1/teachers/ada", "GET /v1/teachers/{slug}", {"slug": "ada"}),
        ("POST", "/v1/teachers/ada", "ANY /v1/{proxy+}", {"proxy": "teachers/ada"}),
        ("GET", "/v1/teachers/ada/slots", "GET /v1/{proxy+}", {"proxy": "teachers/ada/slots"}),
        ("GET", "/v1/admin/a/b", "ANY /v1/admin/{proxy+}", {"proxy": "a/b"}),
        ("HEAD", "/v1/teachers/me", "ANY /v1/{proxy+}", {"proxy": "teachers/me"}),
        ("GET", "/elsewhere", "$default", {}),
    ],
)
def test_the_most_specific_route_takes_the_request(
    method: str, path: str, key: str, parameters: dict[str, str]
) -> None:
    found = match(ROUTES, method, path)
    assert found is not None
    assert (found[0].key, found[1]) == (key, parameters)


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/docs"), ("GET", "/docs/"), ("GET", "/Docs")])
def test_without_a_default_route_what_matches_none_is_not_found(method: str, path: str) -> None:
    assert match([Route("GET", "/docs")], method, path) is None


def test_a_dot_in_a_path_is_only_a_dot() -> None:
    assert match([Route("GET", "/openapi.json")], "GET", "/openapi-json") is None
