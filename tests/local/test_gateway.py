import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from local.errors import StartError
from local.gateway import MAX_BODY_BYTES, Gateway
from local.port import free_port
from tests.local.conftest import Client

JSON = ("Content-Type", "application/json")


def test_a_request_reaches_its_function_as_an_event_and_the_answer_comes_back(client: Client) -> None:
    reply = client.send("PUT", "/echo/a%20b/c?q=1&q=%C3%BC&empty=", b"{}", JSON, ("X-Some", "Value"))
    event = reply.json()["event"]
    assert (reply.status, event["routeKey"], event["body"]) == (200, "ANY /echo/{proxy+}", "{}")
    assert (event["rawPath"], event["pathParameters"]) == ("/echo/a b/c", {"proxy": "a b/c"})
    assert event["rawQueryString"] == "q=1&q=%C3%BC&empty="
    assert event["queryStringParameters"] == {"q": "1,ü", "empty": ""}
    assert event["headers"]["x-some"] == "Value"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def test_a_client_cannot_pretend_to_have_another_address(client: Client) -> None:
    event = client.send("GET", "/echo/x", b"", ("X-Forwarded-For", "203.0.113.9")).json()["event"]
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def test_headers_and_cookies_of_the_answer_reach_the_client(client: Client) -> None:
    answer = {"statusCode": 201, "headers": {"Location": "/x"}, "cookies": ["a=1", "b=2"], "body": "made"}
    reply = client.tell("/echo/x", answer=answer)
    assert (reply.status, reply.body) == (201, b"made")
    assert {("location", "/x"), ("set-cookie", "a=1"), ("set-cookie", "b=2")} <= set(reply.headers)


def test_a_head_request_is_answered_without_a_body(client: Client) -> None:
    reply = client.send("HEAD", "/echo/x")
    assert (reply.status, reply.body) == (200, b"")


def test_an_answer_of_no_content_has_no_body(client: Client) -> None:
    reply = client.tell("/echo/x", answer={"statusCode": 204})
    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/nowhere"), ("GET", "/impatient"), ("HEAD", "/broken"), ("GET", "/echo")]
)
def test_what_no_route_takes_is_not_found(client: Client, method: str, target: str) -> None:
    reply = client.send(method, target)
    assert reply.status == 404
    assert method == "HEAD" or reply.json() == {"message": "Not Found"}


@pytest.mark.parametrize("told", [{"raise": "oh"}, {"exit": 1}, {"set": 1}, {"answer": {"statusCode": "x"}}])
def test_a_function_that_fails_is_an_internal_error(client: Client, told: dict[str, object]) -> None:
    reply = client.tell("/echo/x", **told)
    assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_cannot_start_is_an_internal_error(client: Client) -> None:
    reply = client.send("GET", "/broken")
    assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_overruns_is_unavailable(client: Client) -> None:
    reply = client.tell("/impatient", sleep=30)
    assert (reply.status, reply.json()) == (503, {"message": "Service Unavailable"})


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)])
def test_a_body_over_ten_megabytes_is_refused(client: Client, size: int, status: int) -> None:
    assert client.send("POST", "/echo/x", b"x" * size).status == status


def test_requests_at_once_are_served_at_once(client: Client) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: client.tell("/echo/x"), range(3)))
        began = time.monotonic()
        replies = list(threads.map(lambda _: client.tell("/echo/x", sleep=0.5), range(3)))
    assert [reply.status for reply in replies] == [200] * 3
    assert time.monotonic() - began < 1.0


def test_a_kept_connection_has_no_delay_of_its_own(client: Client) -> None:
    with closing(http.client.HTTPConnection(client.address)) as connection:
        began = time.monotonic()
        for _ in range(30):
            connection.request("GET", "/nowhere")
            connection.getresponse().read()
    # Nagle's algorithm against delayed acknowledgements costs 40 ms a request on Linux.
    assert time.monotonic() - began < 0.9


def test_more_requests_than_environments_wait_their_turn(client: Client) -> None:
    with ThreadPoolExecutor(12) as threads:
        replies = list(threads.map(lambda _: client.tell("/echo/x", sleep=0.05), range(12)))
    assert [reply.status for reply in replies] == [200] * 12


def test_a_port_in_use_is_said_in_a_line() -> None:
    port = free_port()
    with (
        Gateway([], port),
        pytest.raises(StartError, match=rf"Port {port}, for the API, .*PORT=8080") as refused,
    ):
        Gateway([], port)
    assert "\n" not in str(refused.value)
