"""`python -m lectern.payments SLUG`: reconcile a teacher's payments with Stripe now, and say what was found."""

import argparse
import sys
from collections.abc import Sequence

from lectern import clock, database, directory
from lectern.errors import LecternError
from lectern.payments.reconciliation.findings import Finding
from lectern.payments.reconciliation.reconcile import reconcile
from lectern.settings import SettingMissing

DONE, TO_LOOK_AT, NOT_DONE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Where the database and Stripe are, the environment says."""
    slug = _parser().parse_args(arguments).slug
    try:
        return _reconcile(slug)
    except (SettingMissing, LecternError) as error:
        sys.stderr.write(f"{error}\n")
        return NOT_DONE
    finally:
        # Its threads would keep the process for seconds.
        database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lectern.payments",
        description="Reconcile a teacher's payments with Stripe now, and say what was found.",
        epilog=f"Exit codes: {DONE} nothing is left to look at; {TO_LOOK_AT} something is, and is listed; "
        f"{NOT_DONE} it was not done, or not to its end, and stderr says why.",
    )
    parser.add_argument("slug", help="the teacher's, as in the addresses of their booking pages")
    return parser


def _reconcile(slug: str) -> int:
    teacher_id = directory.teacher_by_slug(slug)
    if teacher_id is None:
        sys.stderr.write(f"There is no teacher {slug}.\n")
        return NOT_DONE
    report = reconcile(teacher_id, clock.now())
    _list("Put right", report.repaired)
    _list("To look at", report.reported)
    return TO_LOOK_AT if report.reported else DONE


def _list(title: str, findings: list[Finding]) -> None:
    sys.stdout.write(f"{title}: {len(findings)}\n")
    for finding in findings:
        sys.stdout.write(f"  {finding.code}  {finding.subject}\n")


if __name__ == "__main__":
    sys.exit(main())
