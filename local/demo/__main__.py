"""Starts an empty stack, lives a week of a teaching business on it over HTTP, and says how that went."""

import os
import sys
import time
from datetime import UTC, datetime

from local.demo.api import Api, StepFailed
from local.demo.business import open_business
from local.demo.claims import Database
from local.demo.daily_jobs import DailyJobs
from local.demo.dead_letter import PoisonedTeacher
from local.demo.history import bring_history
from local.demo.journey import Journey
from local.demo.money import MoneyJourney
from local.demo.own_calendar import CalendarJourney
from local.demo.reading import share_and_read
from local.demo.telling import heading, say
from local.errors import StartError
from local.stack import Stack
from local.state import state_folder

# What is put off for minutes after a failure comes back in seconds.
QUEUE_SPEED = 100


def main() -> int:
    started = time.monotonic()
    log = state_folder() / "demo.log"
    log.unlink(missing_ok=True)
    try:
        with Stack.start(log=log, queue_speed=QUEUE_SPEED, environ=_without_providers()) as stack:
            print(
                f"Lectern runs on {stack.url}: PostgreSQL, Valkey, SQS, a Stripe, a Google and the functions, all here."
            )
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
    ada, ravi, june = teachers
    now = datetime.now(UTC)
    database, today = Database(stack.app_url, ada.slug), now.date()
    Journey(api, ada, database, today).run()
    if stack.stripe:
        MoneyJourney(api, ada, database, stack.stripe, today).run()
    if stack.google:
        CalendarJourney(api, ada, database, stack.google, today).run()
    share_and_read(api, ada)
    bring_history(ravi, Database(stack.app_url, ravi.slug), now)
    poisoned = PoisonedTeacher(stack, june)
    poisoned.bend_a_row()
    DailyJobs(stack, teachers, broken=june).run()
    poisoned.find_the_dead_letter()
    poisoned.mend_and_redrive()


def _without_providers() -> dict[str, str]:
    """The story needs a Stripe and a Google that do as they are told."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "GOOGLE_"))}


if __name__ == "__main__":
    sys.exit(main())
