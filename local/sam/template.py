"""The template that `sam local` reads: the built one, and in it what each function is told of the servers here.

`sam local` gives a function no variable that its template does not name, and a deployment names ARNs of secrets where
the local servers' addresses belong. So the variables are written into a template of their own, for containers.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.port import HOST
from local.sam.build import BUILD, built_functions, told
from local.servers import Servers

# How a container calls this machine, by the option --add-host in samconfig.toml.
HOST_OF_CONTAINERS = "host.docker.internal"


def write_template(servers: Servers, path: Path) -> None:
    """Anew, if it is there already; raises `StartError` when nothing is built."""
    variables = {function.name: in_container(servers.variables(function)) for function in built_functions(servers)}
    document = yaml.safe_load((BUILD / "template.yaml").read_text())
    del document["Globals"]["Function"]["Environment"]
    for name, resource in document["Resources"].items():
        _point_at_build(resource.get("Properties", {}))
        if name in variables:
            resource["Properties"]["Environment"] = {"Variables": variables[name]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document))


def ports(servers: Servers) -> set[int]:
    """Those of this machine that the functions are told of."""
    return {int(port) for value in told(servers).values() for port in re.findall(rf"{HOST}:(\d+)", value)}


def in_container(variables: Mapping[str, str]) -> dict[str, str]:
    """The same addresses as a container must spell them."""
    return {name: value.replace(HOST, HOST_OF_CONTAINERS) for name, value in variables.items()}


def _point_at_build(properties: dict[str, Any]) -> None:
    for folder in ("CodeUri", "ContentUri"):
        if folder in properties:
            properties[folder] = str(BUILD / properties[folder])
