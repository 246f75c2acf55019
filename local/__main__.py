"""`make run`: the stack on http://localhost:8000, its data kept, until Ctrl-C; and what can be asked of it then."""

import argparse
import os
import signal
import sys
import time

from local.control import run_job
from local.demo.api import Api, StepFailed
from local.demo.business import PASSWORD, open_business
from local.errors import StartError
from local.stack import Stack
from local.state import kept_secret, state_folder

DEFAULT_PORT = 8000
LAST_PORT = 65_535


def main() -> int:
    # A closed terminal and a plain kill end it in the same order as Ctrl-C, also where a shell had that ignored.
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)
    arguments = _arguments()
    try:
        if arguments.command == "run-job":
            print(run_job(arguments.job))
        else:
            _serve(_port(), with_demo=arguments.demo)
    except KeyboardInterrupt:
        print("\nLectern has stopped; its data is kept.")
    except (StartError, StepFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _port() -> int:
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise StartError(f"PORT is {text!r}, and must be a number from 1 to {LAST_PORT}.")
    return int(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="open the demo's business, and tell its sign-in")
    job = parser.add_subparsers(dest="command").add_parser("run-job", help="run a job of the stack that runs from here")
    job.add_argument("job", help="its name, as in the schedules of template.yaml")
    return parser.parse_args()


def _serve(port: int, *, with_demo: bool) -> None:
    with Stack.start(port=port, keep=True) as stack:
        print(_banner({**_addresses(stack), **(_demo_teacher(stack) if with_demo else {})}), flush=True)
        try:
            while stack.is_whole():
                time.sleep(1)
            raise StartError("PostgreSQL or Valkey has ended, so Lectern has. Start it again: make run")
        finally:
            # Stopping takes a moment, and an impatient second Ctrl-C must not interrupt it.
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _addresses(stack: Stack) -> dict[str, str]:
    return {
        "API": f"{stack.url}/v1",
        "Documentation": f"{stack.url}/docs",
        "OpenAPI": f"{stack.url}/openapi.json",
        "PostgreSQL": stack.app_url,
        "as its owner": stack.owner_url,
        "Valkey": stack.redis_url,
        "SQS": stack.sqs.url,
        "Metrics": f"{stack.url}/metrics, token {kept_secret(state_folder() / 'metrics_token')}",
        "Run a job": f"python -m local run-job {'|'.join(stack.schedules.jobs())}",
        **({"Stripe": f"{stack.stripe.url}, key {stack.stripe.api_key}"} if stack.stripe else {}),
        **({"Google": f"{stack.google.url}/calendar"} if stack.google else {}),
    }


def _demo_teacher(stack: Stack) -> dict[str, str]:
    teacher = open_business(Api(stack.url))[0]
    return {
        "Demo teacher": f"{teacher.email}, password: {PASSWORD}",
        "her services": f"{stack.url}/v1/teachers/{teacher.slug}/services",
    }


def _banner(facts: dict[str, str]) -> str:
    lines = [f"  {name:<14} {fact}" for name, fact in facts.items()]
    return "\n".join(["Lectern is running. Ctrl-C stops it.", "", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
