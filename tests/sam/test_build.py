"""What `sam build` makes: everything that a function needs, nothing else, the same every time, and small enough."""

import subprocess
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

from local.sam.artifacts import MEGABYTE, artifacts, digest, zipped_bytes
from local.sam.build import BUILD, LAYER
from local.state import CHECKOUT
from local.template import functions

UNCHECKED_HASH = (1).to_bytes(4, "little")
MOST_BYTES = 50 * MEGABYTE
HANDLERS = {each.name: each.handler for each in functions(CHECKOUT / "template.yaml")}


def sources(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*.py")}


def test_every_function_and_the_layer_are_built() -> None:
    assert {path.name for path in artifacts(BUILD)} == {*HANDLERS, "SharedLayer"}


@pytest.mark.parametrize("artifact", artifacts(BUILD), ids=lambda path: path.name)
def test_every_module_has_bytecode_that_is_loaded_without_a_look_at_its_source(artifact: Path) -> None:
    headers = {Path(cache_from_source(str(artifact / module))).read_bytes()[:8] for module in sources(artifact)}
    assert headers == {MAGIC_NUMBER + UNCHECKED_HASH}


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_has_its_own_folder_what_all_share_and_no_library(name: str) -> None:
    code = CHECKOUT / "functions"
    own = HANDLERS[name].partition(".")[0]
    expected = {path for path in sources(code) if path.parts[0] == own or len(path.parts) == 1}
    assert sources(BUILD / name) == expected


def test_the_migrations_travel_with_the_code_that_applies_them() -> None:
    ours = CHECKOUT / "layers" / "shared" / "lectern" / "migrations"
    built = LAYER / "python" / "lectern" / "migrations"
    assert {path.name for path in built.glob("*.sql")} == {path.name for path in ours.glob("*.sql")}


@pytest.mark.parametrize("artifact", artifacts(BUILD), ids=lambda path: path.name)
def test_an_artifact_is_smaller_than_lambda_takes(artifact: Path) -> None:
    assert zipped_bytes(artifact) < MOST_BYTES


def test_a_second_build_is_the_same_in_every_byte(tmp_path: Path) -> None:
    subprocess.run(["/usr/bin/make", "build", f"BUILD={tmp_path}"], cwd=CHECKOUT, check=True)  # noqa: S603 - our own
    assert [digest(path) for path in artifacts(tmp_path)] == [digest(path) for path in artifacts(BUILD)]
