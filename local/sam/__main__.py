"""`make sam-local`: servers that `sam local` finds, with the rows that the sample events speak of, until Ctrl-C."""

import signal
import sys
import time
from datetime import UTC, datetime

from local.errors import StartError
from local.sam.build import told
from local.sam.containers import in_reach
from local.sam.samples import add_rows, write_samples
from local.servers import Servers
from local.state import CHECKOUT

SAMPLES = CHECKOUT / ".aws-sam" / "local" / "events"
SAID = """
The servers run until Ctrl-C, and what the events in {samples} speak of is there. In another terminal:

  sam local invoke WebhooksFunction --event {samples}/stripe-checkout-completed.json
  sam local start-api

PostgreSQL: {database}
"""
# Stripe's signatures hold for five.
SIGNED_EVERY_SECONDS = 60


def main() -> int:
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)
    try:
        _serve()
    except KeyboardInterrupt:
        return 0
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve() -> None:
    with Servers.start(environ={}) as servers:
        servers.migrate()
        add_rows(servers.app_url)
        with in_reach(servers):
            print(SAID.format(samples=SAMPLES.relative_to(CHECKOUT), database=servers.app_url), flush=True)
            while True:
                write_samples(SAMPLES, told(servers), datetime.now(UTC))
                time.sleep(SIGNED_EVERY_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
