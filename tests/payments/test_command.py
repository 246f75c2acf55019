"""`python -m lectern.payments`: what an operator reads, and the exit code that a script reads."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lectern import database
from lectern.payments.__main__ import main
from local.stripe import LocalStripe
from tests.builders import Teacher
from tests.payments.sales import a_package, buy_package, page_of

SHARED = Path(__file__).parents[2] / "layers" / "shared"


def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """In a shell that has nothing of ours set but what is given."""
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "lectern.payments", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SHARED), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_says_what_it_found(teacher: Teacher, stripe: LocalStripe, capsys: pytest.CaptureFixture[str]) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    stripe.pay(page_of(teacher, payment))

    assert main([teacher.slug]) == 0
    assert str(payment) in capsys.readouterr().out


def test_what_is_left_to_look_at_has_an_exit_code_of_its_own(
    teacher: Teacher, capsys: pytest.CaptureFixture[str]
) -> None:
    payment = buy_package(teacher, a_package(teacher)).payment_id
    with database.tenant(teacher.id) as tx:
        tx.send("update payments set checkout_session_id = 'cs_gone' where teacher_id = %(teacher_id)s")

    assert main([teacher.slug]) == 1
    assert f"resource_missing  {payment}" in capsys.readouterr().out


@pytest.mark.usefixtures("stripe")
def test_a_teacher_who_is_unknown_is_said_and_no_thread_keeps_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nobody"]) == 2
    assert capsys.readouterr().err == "There is no teacher nobody.\n"
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("pool-")] == []


def test_a_stripe_that_is_down_is_said_in_one_line(
    teacher: Teacher, stripe: LocalStripe, capsys: pytest.CaptureFixture[str]
) -> None:
    stripe.fail(3, "reset")
    assert main([teacher.slug]) == 2
    assert capsys.readouterr().err.startswith("stripe does not answer")


def test_without_a_teacher_it_says_how_it_is_called() -> None:
    told = command()
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("usage: python -m lectern.payments")


def test_its_help_says_what_the_exit_codes_mean() -> None:
    told = command("--help")
    assert told.returncode == 0
    assert "Exit codes: 0 " in told.stdout


def test_a_setting_that_is_missing_is_said_in_one_line() -> None:
    told = command("anna")
    assert told.returncode == 2
    assert told.stderr.startswith("Set DATABASE_URL")
    assert told.stderr.count("\n") == 1
