"""The browser that a request comes from, and the seats that a visitor of the booking page takes."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from aws_lambda_powertools.event_handler.request import Request
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from lectern import clock
from lectern.analytics.visitor import Browser
from lectern.analytics.visits import Taking
from lectern.database import Transaction


def browser(request: Request) -> Browser:
    http = cast("APIGatewayProxyEventV2", request.resolved_event).request_context.http
    return Browser(http.source_ip, http.user_agent or "")


def noting_seats[View](
    request: Request, take: Callable[[Transaction], View], seats: Callable[[View], list[UUID]]
) -> Callable[[Transaction], View]:
    """What takes seats, and notes whose they are with it: no round trip more, and both or neither."""

    def take_and_note(tx: Transaction) -> View:
        taking = Taking.ask(tx, browser(request), clock.now())
        taken = take(tx)
        taking.note(tx, seats(taken))
        return taken

    return take_and_note
