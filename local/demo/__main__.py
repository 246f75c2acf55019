"""Starts an empty stack, lives a week of a teaching business on it over HTTP, and says how that went."""

import os
import sys
import time
from datetime import UTC, datetime

from local.demo.api import Api, StepFailed
from local.demo.business import open_business
from local.demo.claims import Database
from local.demo.jobs import run_the_daily_jobs
from local.demo.journey import Journey
from local.demo.money import MoneyJourney
from local.demo.telling import heading, say
from local.errors import StartError
from local.stack import Stack
from local.state import state_folder


def main() -> int:
    started = time.monotonic()
    log = state_folder() / "demo.log"
    log.unlink(missing_ok=True)
    try:
        with Stack.start(log=log, environ=_without_stripe()) as stack:
            print(f"Lectern runs on {stack.url}: PostgreSQL, Valkey, a Stripe and the functions, on this machine.")
            _tell(stack)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except StepFailed as error:
        print(f"\n✗ {error}\n  What the functions logged is in {log}.", file=sys.stderr)
        return 1
    print(f"\nEverything above happened, in {time.monotonic() - started:.0f} s. Next: make run, make test.")
    return 0


def _tell(stack: Stack) -> None:
    api = Api(stack.url)
    teachers = open_business(api)
    heading("Three teachers publish what they offer")
    for teacher in teachers:
        say(f"{teacher.name} ({teacher.time_zone}): {', '.join(teacher.services)}")
    ada = teachers[0]
    database, today = Database(stack.app_url, ada.slug), datetime.now(UTC).date()
    Journey(api, ada, database, today).run()
    if stack.stripe:
        MoneyJourney(api, ada, database, stack.stripe, today).run()
    run_the_daily_jobs(stack, teachers)


def _without_stripe() -> dict[str, str]:
    """The story needs a Stripe that does as it is told."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}


if __name__ == "__main__":
    sys.exit(main())
