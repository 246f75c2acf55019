"""The layer as `sam build` makes it."""

import subprocess
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

from local.state import CHECKOUT

UNCHECKED_HASH = (1).to_bytes(4, "little")


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    artifact = tmp_path_factory.mktemp("layer")
    variables = [f"ARTIFACTS_DIR={artifact}", f"PYTHON={sys.executable}"]
    command = ["/usr/bin/make", "build-SharedLayer", *variables]
    subprocess.run(command, cwd=CHECKOUT / "layers" / "shared", check=True)  # noqa: S603 - our own target
    return artifact / "python"


def test_every_module_has_bytecode_that_is_loaded_without_a_look_at_its_source(layer: Path) -> None:
    modules = list(layer.rglob("*.py"))
    assert layer / "lectern" / "schema.py" in modules
    headers = {Path(cache_from_source(str(module))).read_bytes()[:8] for module in modules}
    assert headers == {MAGIC_NUMBER + UNCHECKED_HASH}


def test_the_migrations_travel_with_the_code_that_applies_them(layer: Path) -> None:
    ours = CHECKOUT / "layers" / "shared" / "lectern" / "migrations"
    assert {path.name for path in ours.glob("*.sql")} == {
        path.name for path in (layer / "lectern" / "migrations").glob("*.sql")
    }
