from local.template import Route, functions
from tests.local.conftest import ECHO


def test_a_function_has_its_own_settings_and_the_global_ones() -> None:
    echo, impatient, _ = functions(ECHO / "template.yaml")
    assert (echo.handler, echo.memory_mb, echo.timeout_seconds) == ("echo.handler", 256, 20)
    assert (impatient.memory_mb, impatient.timeout_seconds) == (128, 1)
    assert echo.code == ECHO


def test_a_variable_is_known_when_the_template_says_it_and_none_when_only_aws_can() -> None:
    echo, *_ = functions(ECHO / "template.yaml")
    assert echo.environment == {"GREETING": "hello", "REDIS_URL": "", "DATABASE_SECRET_ARN": None}


def test_routes_are_read_from_http_events() -> None:
    echo, impatient, _ = functions(ECHO / "template.yaml")
    assert echo.routes == (Route("ANY", "/echo/{proxy+}"),)
    assert [route.key for route in impatient.routes] == ["POST /impatient"]
