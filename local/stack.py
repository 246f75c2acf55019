"""The whole of Lectern on this machine: PostgreSQL, Valkey, a Stripe, and what template.yaml declares.

That is the functions, and what triggers them: the gateway, the queues and the schedules.

Servers that the environment names are used in place of our own; then they are never stopped here either.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import unquote, urlsplit

import psycopg

from lectern import schema
from local import template
from local.control import Control
from local.environment import Result
from local.errors import StartError
from local.event_source import EventSourceMapping
from local.gateway import Gateway
from local.pool import Pool
from local.postgres import Postgres
from local.schedules import Schedules
from local.sqs import LocalSqs
from local.state import CHECKOUT, kept_secret, state_folder
from local.stripe import LocalStripe
from local.template import Function
from local.valkey import Valkey

# What a function reads from Secrets Manager in AWS, it is told directly here, and only that.
TOLD_DIRECTLY = {
    "DATABASE_SECRET_ARN": "DATABASE_URL",
    "DATABASE_OWNER_SECRET_ARN": "DATABASE_OWNER_URL",
    "TOKEN_KEY_SECRET_ARN": "TOKEN_KEY",
    "STRIPE_SECRET_KEY_ARN": "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS_ARN": "STRIPE_WEBHOOK_SECRETS",
}
# Whoever sends to a queue finds it here, with credentials that nobody checks.
QUEUE_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local"}
TEMPLATE = CHECKOUT / "template.yaml"
WEBHOOK_PATH = "/v1/webhooks/stripe"


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: where its parts are, and its functions by their names in the template.

    `postgres`, `valkey` and `stripe` are None where a server of somebody else's is used.
    """

    url: str
    owner_url: str
    app_url: str
    redis_url: str
    postgres: Postgres | None
    valkey: Valkey | None
    stripe: LocalStripe | None
    sqs: LocalSqs
    pools: Mapping[str, Pool]
    schedules: Schedules

    @classmethod
    @contextmanager
    def start(
        cls,
        *,
        port: int = 0,
        keep: bool = False,
        environments: int = 3,
        log: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Iterator[Self]:
        """Run the stack for the length of a `with`, the schema brought up to date; raises `StartError`.

        `port` is the API's (0: a free one). `keep` keeps the data from one run to the next, safe on disk;
        without it the database starts empty and goes with the stack, and the schedules wait to be told. Messages
        are never kept. `environments` bounds those of each function, which has more when its queues ask for more.
        The functions log to the file `log`, or where this process does. `environ` may name servers: DATABASE_URL (as
        lectern_app) with DATABASE_OWNER_URL, REDIS_URL, and STRIPE_SECRET_KEY (of test mode) with
        STRIPE_WEBHOOK_SECRETS.
        """
        with ExitStack() as parts:
            postgres, owner_url, app_url = _database(parts, environ, keep=keep)
            valkey, redis_url = _cache(parts, environ)
            sqs = parts.enter_context(LocalSqs())
            stripe, stripe_values = _stripe(parts, environ, keep=keep)
            _migrate(owner_url, app_url)
            values = {
                "DATABASE_URL": app_url,
                "DATABASE_OWNER_URL": owner_url,
                "REDIS_URL": redis_url,
                "TOKEN_KEY": kept_secret(state_folder() / "token_key"),
                "ALLOWED_ORIGINS": "*",
                "LOG_LEVEL": environ.get("LOG_LEVEL", "INFO"),
                "AWS_ENDPOINT_URL_SQS": sqs.url,
                **QUEUE_CREDENTIALS,
                **stripe_values,
            }
            output = parts.enter_context(log.open("ab")) if log else None
            pools = _pools(parts, sqs, values, environments, output)
            schedules = _triggers(parts, sqs, pools, keep=keep)
            gateway = parts.enter_context(Gateway(pools.values(), port))
            if stripe:
                stripe.webhook_url = gateway.url + WEBHOOK_PATH
            yield cls(gateway.url, owner_url, app_url, redis_url, postgres, valkey, stripe, sqs, pools, schedules)

    def is_whole(self) -> bool:
        """Whether the servers that were started here still run."""
        return all(server.running() for server in (self.postgres, self.valkey) if server)

    def invoke(self, function: str, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        """Run a function, by its name in the template, as `aws lambda invoke` does."""
        return self.pools[function].invoke(event)


def _database(parts: ExitStack, environ: Mapping[str, str], *, keep: bool) -> tuple[Postgres | None, str, str]:
    app_url, owner_url = environ.get("DATABASE_URL"), environ.get("DATABASE_OWNER_URL")
    if app_url and owner_url:
        return None, owner_url, app_url
    if app_url or owner_url:
        raise StartError("Set both DATABASE_URL (role lectern_app) and DATABASE_OWNER_URL (its owner), or neither.")
    postgres = Postgres(state_folder() / "postgres") if keep else Postgres.temporary()
    parts.enter_context(postgres)
    return postgres, postgres.owner_url, postgres.app_url


def _migrate(owner_url: str, app_url: str) -> None:
    try:
        schema.apply(owner_url, app_password=unquote(urlsplit(app_url).password or ""))
    except schema.SchemaChanged as error:
        advice = f"To start over without the data of earlier runs, remove {state_folder() / 'postgres'}."
        raise StartError(f"{error} {advice}") from error
    except psycopg.OperationalError as error:
        raise StartError(f"The database at DATABASE_OWNER_URL does not answer: {error}") from error


def _cache(parts: ExitStack, environ: Mapping[str, str]) -> tuple[Valkey | None, str]:
    if url := environ.get("REDIS_URL"):
        return None, url
    valkey = parts.enter_context(Valkey())
    return valkey, valkey.url


def _stripe(parts: ExitStack, environ: Mapping[str, str], *, keep: bool) -> tuple[LocalStripe | None, dict[str, str]]:
    key, secrets = environ.get("STRIPE_SECRET_KEY"), environ.get("STRIPE_WEBHOOK_SECRETS")
    if key and secrets:
        return None, {"STRIPE_SECRET_KEY": key, "STRIPE_WEBHOOK_SECRETS": secrets, "STRIPE_MODE": "test"}
    if key or secrets:
        raise StartError(
            "Set both STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS (what `stripe listen` prints), or none."
        )
    stripe = parts.enter_context(LocalStripe(kept_in=state_folder() / "stripe.json" if keep else None))
    # Whoever serves for a while gets webhooks as they come; a demo says itself when, and how often.
    stripe.auto_deliver = keep
    return stripe, {
        "STRIPE_SECRET_KEY": stripe.api_key,
        "STRIPE_WEBHOOK_SECRETS": stripe.webhook_secret,
        "STRIPE_API_BASE": stripe.url,
        "STRIPE_MODE": "test",
    }


def _pools(
    parts: ExitStack, sqs: LocalSqs, values: Mapping[str, str], environments: int, output: IO[bytes] | None
) -> dict[str, Pool]:
    pools = {}
    for function in template.functions(TEMPLATE, references=_queue_urls(sqs)):
        concurrency = sum(source.maximum_concurrency for source in function.event_sources)
        size = max(environments, concurrency)
        pool = Pool(function, _variables(function, values), size=size, log=output)
        parts.callback(pool.close)
        pools[function.name] = pool
    return pools


def _queue_urls(sqs: LocalSqs) -> dict[str, str]:
    urls = {}
    for queue in template.queues(TEMPLATE):
        urls[queue.name] = sqs.create_queue(queue.name, **queue.attributes)
        if queue.dead_letter_queue:
            arn = sqs.queue(queue.dead_letter_queue).arn
            policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": queue.most_receives})
            sqs.configure(queue.name, RedrivePolicy=policy)
    return urls


def _triggers(parts: ExitStack, sqs: LocalSqs, pools: Mapping[str, Pool], *, keep: bool) -> Schedules:
    """Start what is closed after the gateway, which ends the functions: nobody then waits for one of them."""
    for pool in pools.values():
        for source in pool.function.event_sources:
            parts.callback(EventSourceMapping(source, sqs.queue(source.queue), pool).close)
    schedules = Schedules(pools.values())
    if keep:
        schedules.start()
        parts.callback(schedules.close)
        parts.enter_context(Control(schedules))
    return schedules


def _variables(function: Function, values: Mapping[str, str]) -> dict[str, str]:
    given = {name: value for name, value in function.environment.items() if value is not None}
    asked = {TOLD_DIRECTLY.get(name, name) for name in function.environment}
    if "STRIPE_SECRET_KEY" in asked:
        # Only here is Stripe anywhere else than where its library knows it to be.
        asked.add("STRIPE_API_BASE")
    if any(value.startswith(values["AWS_ENDPOINT_URL_SQS"]) for value in given.values()):
        asked |= {"AWS_ENDPOINT_URL_SQS", *QUEUE_CREDENTIALS}
    return given | {name: value for name, value in values.items() if name in asked}
