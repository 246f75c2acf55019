"""`.ci/docker`, among programs that play the distribution's: whose engine the command has, and what is left then."""

import shutil
import subprocess
from pathlib import Path
from time import monotonic

import pytest

from local.state import CHECKOUT

# What the script uses of the system's.
SYSTEM = ("bash", "env", "mktemp", "rm", "seq", "sleep", "tail", "touch")
ANSWERS_ONCE_THERE_IS_ONE = '[ -e "$TMPDIR/../engine" ]'
STARTS = 'touch "$TMPDIR/../engine"'


class Machine:
    """One that has no engine yet."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.temporary = folder / "bin", folder / "tmp"
        self.programs.mkdir()
        self.temporary.mkdir()
        for name in SYSTEM:
            (self.programs / name).symlink_to(shutil.which(name) or "")
        self.has("docker", ANSWERS_ONCE_THERE_IS_ONE)

    def has(self, program: str, script: str) -> None:
        path = self.programs / program
        path.write_text(f"#!/usr/bin/env bash\n{script}\n")
        path.chmod(0o755)

    def run(self, command: str) -> int:
        variables = {"PATH": str(self.programs), "TMPDIR": str(self.temporary)}
        asked = [str(CHECKOUT / ".ci" / "docker"), "bash", "-c", command]
        return subprocess.run(asked, env=variables, check=False, timeout=20).returncode  # noqa: S603 - our own

    def left(self) -> list[str]:
        """The files in the folder for temporary ones."""
        return [path.name for path in self.temporary.iterdir()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("code", [0, 3])
def test_the_commands_result_stands_when_the_engine_that_was_begun_is_another_s_by_then(
    machine: Machine, code: int
) -> None:
    machine.has("dockerd", f"{STARTS}; exit 1")
    assert machine.run(f"exit {code}") == code
    assert machine.left() == []


def test_an_engine_that_came_with_its_package_is_used_and_no_second_begun(machine: Machine) -> None:
    machine.has("apt-get", f"{STARTS}; touch $TMPDIR/../bin/dockerd")
    assert machine.run("exit 0") == 0
    assert machine.left() == []


def test_an_engine_that_was_begun_for_it_ends_with_the_command(machine: Machine) -> None:
    machine.has("dockerd", f"trap 'touch $TMPDIR/ended; exit' TERM; {STARTS}; while :; do sleep 0.1; done")
    assert machine.run("exit 0") == 0
    assert machine.left() == ["ended"]


def test_where_no_engine_can_start_it_fails_at_once_and_says_why(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine.has("dockerd", "echo 'no room for layers' >&2; exit 2")
    begun = monotonic()
    assert machine.run("exit 0") == 1
    assert monotonic() - begun < 10
    assert "no room for layers" in capfd.readouterr().err
    assert machine.left() == []
