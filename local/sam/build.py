"""What `sam build` has made, and where its tools are in this checkout."""

from dataclasses import replace
from pathlib import Path

from local.errors import StartError
from local.servers import Servers
from local.state import CHECKOUT
from local.template import Function

BUILD = CHECKOUT / ".aws-sam" / "build"
LAYER = BUILD / "SharedLayer"
SAM = CHECKOUT / ".venv-sam"
# An interpreter with what Lambda's runtime brings and no more, so that a library that the layer lacks is missed.
RUNTIME = CHECKOUT / ".venv-lambda"


def built_functions(servers: Servers) -> tuple[Function, ...]:
    """The template's functions, their code as it was built; raises `StartError` when it was not."""
    if not LAYER.exists():
        raise StartError("Nothing is built yet: make build")
    return tuple(replace(function, code=BUILD / function.name) for function in servers.functions())


def told(servers: Servers) -> dict[str, str]:
    """What any of the functions is told of the servers."""
    return {name: value for each in servers.functions() for name, value in servers.variables(each).items()}


def site_packages(environment: Path) -> Path:
    """Of a virtual environment."""
    return next(environment.glob("lib/python*/site-packages"))
