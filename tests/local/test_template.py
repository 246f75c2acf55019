from local.template import EventSource, Function, Queue, Route, Schedule, functions, queues
from tests.local.conftest import ECHO


def batch_function(**references: str) -> Function:
    declared = functions(ECHO / "template.yaml", references)
    return next(each for each in declared if each.name == "BatchFunction")


def test_a_function_has_its_own_settings_and_the_global_ones() -> None:
    echo, impatient, *_ = functions(ECHO / "template.yaml")
    assert (echo.handler, echo.memory_mb, echo.timeout_seconds) == ("echo.handler", 256, 20)
    assert (impatient.memory_mb, impatient.timeout_seconds) == (128, 1)
    assert echo.code == ECHO


def test_a_variable_is_known_when_the_template_says_it_and_none_when_only_aws_can() -> None:
    echo, *_ = functions(ECHO / "template.yaml")
    assert echo.environment == {"GREETING": "hello", "REDIS_URL": "", "DATABASE_SECRET_ARN": None}


def test_routes_are_read_from_http_events() -> None:
    echo, impatient, *_ = functions(ECHO / "template.yaml")
    assert echo.routes == (Route("ANY", "/echo/{proxy+}"),)
    assert [route.key for route in impatient.routes] == ["POST /impatient"]


def test_queues_are_read_with_their_attributes_and_those_of_dead_letters_come_first() -> None:
    assert queues(ECHO / "template.yaml") == (
        Queue("DeadLetters", {"SqsManagedSseEnabled": "true"}, None, 0),
        Queue("JobQueue", {"VisibilityTimeout": "2"}, "DeadLetters", 2),
    )


def test_an_event_source_is_read_with_the_concurrency_that_a_parameter_gives() -> None:
    assert batch_function().event_sources == (EventSource("JobQueue", 10, 3, reports_item_failures=True),)


def test_a_schedule_is_read_with_its_constant_input() -> None:
    assert batch_function().schedules == (Schedule("Nightly", "cron(30 3 * * ? *)", '{"job": "nightly"}'),)


def test_a_reference_to_a_queue_is_its_url_once_that_is_known() -> None:
    assert batch_function().environment["QUEUE_URL"] is None
    assert batch_function(JobQueue="http://here/q").environment["QUEUE_URL"] == "http://here/q"
