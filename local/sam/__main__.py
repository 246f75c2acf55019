"""`make sam-local`: servers that `sam local` finds, with the rows that the sample events speak of, until Ctrl-C."""

import signal
import sys
import time
from datetime import UTC, datetime

from local.errors import StartError
from local.sam.answers import Answers
from local.sam.build import told
from local.sam.containers import in_reach
from local.sam.samples import add_rows, write_samples
from local.sam.template import HOST_OF_CONTAINERS
from local.servers import Servers
from local.state import CHECKOUT

LOCAL = CHECKOUT / ".aws-sam" / "local"
# samconfig.toml names it.
TEMPLATE = LOCAL / "template.yaml"
SAMPLES = LOCAL / "events"
SAID = """
The servers run until Ctrl-C, and what the events in {samples} speak of is there. Functions will run in
{image}.
In another terminal:

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
    with Servers.start(environ={}) as servers, Answers() as answers:
        servers.migrate()
        add_rows(servers)
        with in_reach(servers, TEMPLATE, [answers.port]) as image:
            samples = SAMPLES.relative_to(CHECKOUT)
            print(SAID.format(samples=samples, image=image, database=servers.app_url), flush=True)
            while True:
                write_samples(SAMPLES, told(servers), datetime.now(UTC), answers.url(HOST_OF_CONTAINERS))
                time.sleep(SIGNED_EVERY_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
