import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.environment import Result
from local.pool import Pool

MakePool = Callable[..., Pool]


def seen(result: Result) -> dict[str, Any]:
    assert not result.failed, result.payload
    document: dict[str, Any] = json.loads(result.payload["body"])
    return document


def invoke_at_once(pool: Pool, *events: dict[str, Any]) -> list[Result]:
    with ThreadPoolExecutor(len(events)) as threads:
        return list(threads.map(pool.invoke, events))


def test_an_environment_is_kept_warm_for_the_next_event(pool: MakePool) -> None:
    echo = pool("EchoFunction")
    first, second = seen(echo.invoke({"n": 1})), seen(echo.invoke({"n": 2}))
    assert (first["pid"], first["imported_at"]) == (second["pid"], second["imported_at"])
    assert (first["event"], second["event"]) == ({"n": 1}, {"n": 2})


def test_events_at_once_run_in_environments_of_their_own(pool: MakePool) -> None:
    echo = pool("EchoFunction", size=3)
    results = invoke_at_once(echo, *[{"sleep": 0.5}] * 3)
    assert len({seen(result)["pid"] for result in results}) == 3


def test_an_environment_takes_one_event_at_a_time(pool: MakePool) -> None:
    echo = pool("EchoFunction", size=1)
    first, second = (seen(result) for result in invoke_at_once(echo, *[{"sleep": 0.3}] * 2))
    assert first["pid"] == second["pid"]
    assert abs(first["finished"] - second["finished"]) >= 0.3


def test_the_context_and_the_variables_are_those_of_lambda(pool: MakePool) -> None:
    echo = seen(pool("EchoFunction").invoke({}))
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:EchoFunction"
    assert echo["function"] == ["EchoFunction", "256", arn]
    assert 19000 < echo["remaining"] <= 20000
    variables = {"AWS_LAMBDA_FUNCTION_NAME": "EchoFunction", "_HANDLER": "echo.handler", "TZ": ":UTC"}
    assert variables.items() <= echo["variables"].items()
    assert echo["variables"]["GIVEN"] == "by the stack"


def test_the_developers_own_variables_do_not_reach_a_function(pool: MakePool) -> None:
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "PYTEST_CURRENT_TEST" not in seen(pool("EchoFunction").invoke({}))["variables"]


def test_an_exception_is_answered_as_lambda_does(pool: MakePool) -> None:
    echo = pool("EchoFunction")
    result = echo.invoke({"raise": "no such slot"})
    assert result.failed
    assert (result.payload["errorType"], result.payload["errorMessage"]) == ("ValueError", "no such slot")
    assert "echo.py" in result.payload["stackTrace"][-1]
    assert not echo.invoke({}).failed


def test_an_answer_that_is_no_json_is_an_error(pool: MakePool) -> None:
    result = pool("EchoFunction").invoke({"set": 1})
    assert (result.failed, result.payload["errorType"]) == (True, "Runtime.MarshalError")


def test_a_function_that_overruns_is_killed_and_replaced(pool: MakePool) -> None:
    impatient = pool("ImpatientFunction", size=1)
    before, began = seen(impatient.invoke({}))["pid"], time.monotonic()
    result = impatient.invoke({"sleep": 30})
    assert 0.9 < time.monotonic() - began < 3
    assert (result.timed_out, result.payload["errorType"]) == (True, "Sandbox.Timedout")
    assert "Task timed out after 1.00 seconds" in result.payload["errorMessage"]
    assert seen(impatient.invoke({}))["pid"] != before


def test_a_function_that_dies_is_an_error_and_replaced(pool: MakePool) -> None:
    echo = pool("EchoFunction", size=1)
    result = echo.invoke({"exit": 3})
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in result.payload["errorMessage"]
    assert not echo.invoke({}).failed


def test_an_environment_that_died_idle_costs_no_event(pool: MakePool) -> None:
    echo = pool("EchoFunction", size=1)
    os.kill(seen(echo.invoke({}))["pid"], signal.SIGKILL)
    time.sleep(0.1)
    assert not echo.invoke({}).failed


def test_a_handler_that_cannot_be_imported_is_an_error_each_time(pool: MakePool) -> None:
    broken = pool("BrokenFunction", size=1)
    for _ in range(2):
        result = broken.invoke({})
        assert (result.failed, result.payload["errorType"]) == (True, "ModuleNotFoundError")
        assert "no_such_module" in result.payload["errorMessage"]


def test_an_event_and_an_answer_may_be_megabytes(pool: MakePool) -> None:
    text = "ü" * 3_000_000
    assert pool("EchoFunction").invoke({"answer": text}).payload == text
