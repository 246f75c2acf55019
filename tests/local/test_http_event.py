import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.http_event import Request, Response, event, response
from local.template import Route

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return document


def request(body: bytes = b"", query: str = "", *headers: tuple[str, str]) -> Request:
    host = ("host", "id.execute-api.us-east-1.amazonaws.com")
    moment = datetime(2020, 3, 12, 19, 3, 58, 390000, tzinfo=UTC)
    return Request("POST", "/my/path", query, (host, *headers), body, "192.168.0.1", "HTTP/1.1", moment)


def made(body: bytes = b"", query: str = "", *headers: tuple[str, str]) -> dict[str, Any]:
    return event(request(body, query, *headers), Route("ANY", "$default"), {})


def shape(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else type(value)


@pytest.mark.parametrize("name", ["powertools_apiGatewayProxyV2Event", "sam_apigateway_http-api-proxy"])
def test_an_event_has_the_shape_of_those_that_aws_publishes(name: str) -> None:
    theirs, ours = fixture(name), made(b"{}", "a=1", ("cookie", "c=1"), ("content-type", "application/json"))
    # An authorizer, client certificates and stage variables are features that Lectern's API does not use.
    for key in ("authentication", "authorizer"):
        del theirs["requestContext"][key]
    del theirs["stageVariables"]
    freely_named = {"headers", "queryStringParameters", "pathParameters"}
    assert set(theirs) - {"pathParameters"} == set(ours)
    for key in set(ours) - freely_named:
        assert shape(ours[key]) == shape(theirs[key])


def test_a_repeated_parameter_and_header_are_joined_with_commas() -> None:
    theirs = fixture("powertools_apiGatewayProxyV2Event_GET")
    ours = made(b"", theirs["rawQueryString"], ("header2", "value1"), ("header2", "value2"))
    assert ours["queryStringParameters"] == theirs["queryStringParameters"]
    assert ours["rawQueryString"] == theirs["rawQueryString"]
    assert ours["headers"]["header2"] == theirs["headers"]["Header2"]


def test_the_moment_is_given_as_a_clf_time_and_as_an_epoch() -> None:
    context = made()["requestContext"]
    assert (context["time"], context["timeEpoch"]) == ("12/Mar/2020:19:03:58 +0000", 1584039838390)


def test_cookies_are_a_list_of_their_own_and_no_header() -> None:
    ours = made(b"", "", ("cookie", "cookie1=a; cookie2=b"))
    assert ours["cookies"] == ["cookie1=a", "cookie2=b"]
    assert "cookie" not in ours["headers"]


def test_what_a_request_lacks_is_left_out() -> None:
    assert not {"body", "cookies", "queryStringParameters", "pathParameters"} & set(made())


@pytest.mark.parametrize(
    ("content_type", "encoded"),
    [
        ("application/json", False),
        ("application/json; charset=utf-8", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", True),
        ("image/png", True),
        ("", True),
    ],
)
def test_only_text_arrives_as_text(content_type: str, *, encoded: bool) -> None:
    ours = made(b"a=1", "", ("content-type", content_type))
    assert (ours["body"], ours["isBase64Encoded"]) == ("YT0x" if encoded else "a=1", encoded)


def test_json_that_is_no_utf8_arrives_byte_for_byte() -> None:
    ours = made(b"\xff\xfe", "", ("content-type", "application/json"))
    assert ours["isBase64Encoded"]
    assert base64.b64decode(ours["body"]) == b"\xff\xfe"


def test_the_client_address_is_appended_to_those_of_proxies() -> None:
    ours = made(b"", "", ("x-forwarded-for", "203.0.113.9"))
    assert ours["headers"]["x-forwarded-for"] == "203.0.113.9, 192.168.0.1"
    assert ours["requestContext"]["http"]["sourceIp"] == "192.168.0.1"


def test_an_answer_without_status_is_the_body_of_a_json_response() -> None:
    assert response({"message": "hi"}) == Response(200, (("content-type", "application/json"),), b'{"message": "hi"}')


def test_an_answer_says_status_headers_cookies_and_a_binary_body() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"Content-Type": "image/png", "X-Count": 3, "X-Last": True},
        "cookies": ["a=1", "b=2"],
        "body": "iVBORw==",
        "isBase64Encoded": True,
    }
    headers = [("content-type", "image/png"), ("x-count", "3"), ("x-last", "true")]
    cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2")]
    assert response(answer) == Response(201, (*headers, *cookies), b"\x89PNG")


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "teapot"},
        {"statusCode": None},
        {"statusCode": 42},
        {"statusCode": 200, "body": {"an": "object"}},
        {"statusCode": 200, "headers": {"x": ["a", "list"]}},
        {"statusCode": 200, "headers": {"x": "two\r\nlines"}},
        {"statusCode": 200, "headers": ["x"]},
        {"statusCode": 200, "body": "not base64!", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_is_no_response_is_refused(answer: dict[str, Any]) -> None:
    assert response(answer) is None
