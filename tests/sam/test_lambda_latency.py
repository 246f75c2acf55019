"""What `make bench` times in Lambda's emulator, by functions of which it is known how long they take."""

import platform
from dataclasses import replace
from pathlib import Path

import pytest

from bench.lambda_latency import Code, Latency, latency, measure
from local.errors import StartError
from local.sam.build import LAYER
from local.servers import TEMPLATE
from local.template import functions

SLOW_TO_START = """
import time

time.sleep(0.5)
first = [0.2]

def handler(event, context):
    time.sleep(first.pop() if first else 0)
"""
FAILS = """
def handler(event, context):
    return {"statusCode": 500, "body": ""}
"""


def timed(folder: Path, module: str) -> Latency:
    (folder / "app.py").write_text(module)
    function = replace(functions(TEMPLATE)[0], code=folder, handler="app.handler")
    return latency(Code(function, LAYER), {}, event={})


def test_the_start_the_first_event_and_the_warm_ones_are_told_apart(tmp_path: Path) -> None:
    took = timed(tmp_path, SLOW_TO_START)
    assert took.init > 0.5
    assert 0.2 < took.first < took.init
    assert took.warm < 0.1


def test_an_answer_that_says_that_it_failed_is_not_timed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="500"):
        timed(tmp_path, FAILS)


def test_on_arm64_the_emulator_says_that_what_is_built_cannot_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(StartError, match="Linux on x86-64"):
        timed(tmp_path, SLOW_TO_START)
    assert [row.figure for row in measure()] == ["built for Linux on x86-64, which this is not"]
