"""`make bench`: every figure of docs/performance.md, in one run on servers of its own, as one table.

`--write` puts the table into that page as well; nothing else is written.
"""

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    auth,
    booking,
    business,
    calendar,
    dispatch,
    imports,
    lambda_latency,
    ledger,
    lifecycle,
    queue_rate,
    slots,
    webhooks,
)
from bench.row import Row, table
from lectern import schema
from local.postgres import Postgres
from local.state import CHECKOUT

PAGE = CHECKOUT / "docs" / "performance.md"
# The last ones.
A_THOUSAND = range(business.SIZES[-1] - 1_000, business.SIZES[-1])
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Lectern on this machine.")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(CHECKOUT)} too")
    wanted = parser.parse_args()
    text = f"{_machine()}\n\n{table(_rows())}"
    print(text)
    if wanted.write:
        _put_into(PAGE, text)


def _rows() -> list[Row]:
    # First: it needs what `make build` makes, and says so if that is not there.
    rows = [*lambda_latency.measure(), *imports.measure()]
    rows += [Row(row.name, f"{row.figure} ({row.ratio})") for row in auth.measure()]
    with Postgres.temporary() as postgres:
        schema.apply(postgres.owner_url, app_password=postgres.app_password)
        rows += _as_the_business_grows(postgres)
        rows += dispatch.measure(postgres, business.SIZES[-1])
        rows += queue_rate.measure(postgres, A_THOUSAND)
        rows += calendar.measure(postgres, A_THOUSAND)
        rows += booking.measure(postgres, business.SIZES[-1])
        rows += ledger.measure(postgres)
        rows += webhooks.measure(postgres)
    return rows


def _as_the_business_grows(postgres: Postgres) -> list[Row]:
    requests, jobs = {}, {}
    for size in business.grown(business.superuser_url(postgres)):
        requests[size] = slots.measure(postgres, size)
        jobs[size] = lifecycle.measure(postgres, size)
    share = lifecycle.share_of_limit(postgres, A_THOUSAND)
    burdened = lifecycle.beside_a_burden(postgres, A_THOUSAND)
    return [*slots.rows(postgres, requests), *lifecycle.rows(jobs, share), burdened]


def _machine() -> str:
    model = next(
        (line.partition(": ")[2] for line in _cpuinfo().splitlines() if line.startswith("model name")),
        platform.processor(),
    )
    return f"{datetime.now(UTC):%d %B %Y}, {model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def _put_into(page: Path, text: str) -> None:
    before, _, rest = page.read_text().partition(BEGIN)
    page.write_text(f"{before}{BEGIN}{text}{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
