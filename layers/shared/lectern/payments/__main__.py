"""`python -m lectern.payments SLUG`: reconcile a teacher's payments with Stripe now, and say what was found."""

import sys

from lectern import clock, directory
from lectern.payments.findings import Finding
from lectern.payments.reconcile import reconcile


def main(slug: str) -> int:
    """0 when nothing is left for a person to look at. Where the database and Stripe are, the environment says."""
    teacher_id = directory.teacher_by_slug(slug)
    if teacher_id is None:
        _say(f"There is no teacher {slug}.")
        return 2
    report = reconcile(teacher_id, clock.now())
    _list("Put right", report.repaired)
    _list("To look at", report.reported)
    return 1 if report.reported else 0


def _list(title: str, findings: list[Finding]) -> None:
    _say(f"{title}: {len(findings)}")
    for finding in findings:
        _say(f"  {finding.code}  {finding.subject}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
