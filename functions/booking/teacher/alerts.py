"""What a teacher is told of: the alerts, and the rules by which numbers of theirs raise them."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Asked, Instant, InUtc, Shown
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.alerts.alert import Alert
from lectern.alerts.listing import RuleStanding, list_alerts, list_rules
from lectern.alerts.rule import Channel, Condition, Rule, WindowDays
from lectern.alerts.settings import set_rule, usual_rule_with

router = Router()

_place = Place(tuple[Instant, UUID])


class FactsView(Shown):
    """Why: `value`, drawn from `sample` things in a window, held against `threshold`; what is measured is rounded here.

    Of a change, `baseline` is what it is from, and `change_percent` was held against the threshold: null from 0.
    `currency` is that of money.
    """

    condition: Condition
    threshold: float
    window_days: int
    value: float
    sample: int
    baseline: float | None
    change_percent: float | None
    currency: str | None


class AlertView(Shown):
    """It fires until `resolved_at`. `window_end` is the date before which its window ends.

    `notified_on` is when you were told of it, as the end of a window: null while it has come again too soon.
    `resolved_facts` is null of one whose rule was switched off.
    """

    id: UUID
    metric: str
    window_end: date
    facts: FactsView
    notified_on: date | None
    fired_at: InUtc
    resolved_facts: FactsView | None
    resolved_at: InUtc | None

    @classmethod
    def of(cls, alert: Alert) -> Self:
        return cls.model_validate(asdict(alert))


class AlertPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    alerts: list[AlertView]
    next: str | None


class EvaluationView(Shown, from_attributes=True):
    """`facts` is null when too little was known to say anything."""

    window_end: date
    facts: FactsView | None
    evaluated_at: InUtc


class RuleView(Shown):
    """In percent, minutes, minor units of your usual currency, or a number, as `kind` says.

    `latest` is how it was found last, null before the first time; `firing_id` is the alert that fires, if one does.
    """

    metric: str
    kind: str
    condition: Condition
    threshold: float
    window_days: int
    min_sample: int
    channel: Channel
    cooldown_days: int
    is_enabled: bool
    latest: EvaluationView | None
    firing_id: UUID | None

    @classmethod
    def of(cls, standing: RuleStanding) -> Self:
        latest = EvaluationView.model_validate(standing.latest) if standing.latest else None
        rule = asdict(standing.rule)
        return cls(**rule, kind=standing.metric.kind, latest=latest, firing_id=standing.firing_id)


class RuleList(Shown):
    rules: list[RuleView]


class RuleAsked(Asked):
    """`above` and `below` hold the value against the threshold, `change` the percentage by which it has changed.

    That is since the window of the same length before, and with `change_from_mean` since the mean of the four before; a
    threshold below 0 means a fall. What is left out is as usual, so say the threshold with a condition of another kind.
    """

    condition: Condition | None = None
    threshold: Annotated[float | None, Field(ge=-1e9, le=1e9, allow_inf_nan=False)] = None
    window_days: WindowDays | None = None
    min_sample: Annotated[int | None, Field(ge=0, le=10_000)] = None
    channel: Channel | None = None
    cooldown_days: Annotated[int | None, Field(ge=0, le=90)] = None
    is_enabled: bool | None = None

    def rule(self, metric: str) -> Rule:
        """Raises as `usual_rule_with`."""
        return usual_rule_with(metric, self.model_dump(exclude_none=True))


@router.get("/v1/alerts", summary="Your alerts, the newest first", tags=["alerts"], **teacher(for_caller(minutes=2)))
def my_alerts(
    request: Request,
    only_firing: Annotated[bool, Query(description="Leave out those that are resolved.")] = False,  # noqa: FBT002
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AlertPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_alerts(tx, _place.after(cursor), limit, only_firing=only_firing)
    return AlertPage(alerts=[AlertView.of(alert) for alert in page.items], next=_place.cursor(page.next))


@router.get(
    "/v1/alert-rules",
    summary="By which rules you are told, and how each stood at the last daily run",
    tags=["alerts"],
    **teacher(for_caller(minutes=5)),
)
def my_rules(request: Request) -> RuleList:
    with database.tenant(teacher_id(request)) as tx:
        return RuleList(rules=[RuleView.of(standing) for standing in list_rules(tx)])


@router.put(
    "/v1/alert-rules/<metric>",
    summary="Let this rule hold for a metric; what is left out is as usual",
    tags=["alerts"],
    **teacher(),
)
def put_my_rule(request: Request, metric: str, body: RuleAsked) -> RuleView:
    rule = body.rule(metric)
    with database.tenant(teacher_id(request)) as tx:
        set_rule(tx, rule, clock.now())
        [standing] = [each for each in list_rules(tx) if each.rule.metric == metric]
    return RuleView.of(standing)
