"""What `sam build` makes: everything that a function needs, nothing else, the same every time, and small enough."""

import os
import shutil
import subprocess
import venv
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

from local.sam.artifacts import MEGABYTE, artifacts, digest, zipped_bytes
from local.sam.build import BUILD, LAYER, SAM
from local.state import CHECKOUT
from local.template import functions

UNCHECKED_HASH = (1).to_bytes(4, "little")
MOST_BYTES = 50 * MEGABYTE
HANDLERS = {each.name: each.handler for each in functions(CHECKOUT / "template.yaml")}
ARTIFACTS = (*HANDLERS, LAYER.name)


def files(folder: Path) -> set[Path]:
    """All but bytecode."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in found if "__pycache__" not in path.parts}


def files_in_git(folder: str) -> set[Path]:
    listed = subprocess.run(
        ["/usr/bin/git", "ls-files", "-z"], cwd=CHECKOUT / folder, capture_output=True, text=True, check=True
    )
    return {Path(name) for name in listed.stdout.split("\0") if name}


def test_every_function_and_the_layer_are_built() -> None:
    assert {path.name for path in artifacts(BUILD)} == {*ARTIFACTS}


@pytest.mark.parametrize("name", ARTIFACTS)
def test_every_module_has_bytecode_that_is_loaded_without_a_look_at_its_source(name: str) -> None:
    modules = (BUILD / name).rglob("*.py")
    headers = {Path(cache_from_source(str(module))).read_bytes()[:8] for module in modules}
    assert headers == {MAGIC_NUMBER + UNCHECKED_HASH}


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_has_its_own_folder_what_all_share_and_no_library(name: str) -> None:
    own = HANDLERS[name].partition(".")[0]
    expected = {
        path
        for path in files_in_git("functions")
        if path.parts[0] == own or (len(path.parts) == 1 and path.suffix == ".py")
    }
    assert files(BUILD / name) == expected


def test_the_migrations_travel_with_the_code_that_applies_them() -> None:
    ours = CHECKOUT / "layers" / "shared" / "lectern" / "migrations"
    built = LAYER / "python" / "lectern" / "migrations"
    assert {path.name for path in built.glob("*.sql")} == {path.name for path in ours.glob("*.sql")}


@pytest.mark.parametrize("name", ARTIFACTS)
def test_an_artifact_is_smaller_than_lambda_takes(name: str) -> None:
    assert zipped_bytes(BUILD / name) < MOST_BYTES


def test_a_clone_elsewhere_with_its_own_python_and_umask_builds_the_same_in_every_byte(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for folder in ("functions", "layers"):
        shutil.copytree(CHECKOUT / folder, clone / folder)
    shutil.copy(CHECKOUT / "template.yaml", clone)
    venv.create(tmp_path / "python", with_pip=True)
    path = f"{tmp_path}/python/bin{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0"}
    build = [str(SAM / "bin" / "sam"), "build"]
    subprocess.run(build, cwd=clone, env=variables, umask=0o077, check=True)  # noqa: S603 - our own

    built = clone / ".aws-sam" / "build"
    assert {path.name: digest(path) for path in artifacts(built)} == {name: digest(BUILD / name) for name in ARTIFACTS}
