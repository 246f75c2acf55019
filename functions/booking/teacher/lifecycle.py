"""Where a teacher's students stand, who is at risk and why, and the thresholds by which that is told."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Asked, Day, Shown
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.lifecycle.settings import get_thresholds, set_thresholds
from lectern.lifecycle.stage import Standing
from lectern.lifecycle.standing import StudentStanding, overview, student_standing
from lectern.lifecycle.thresholds import Thresholds

router = Router()

Days = Annotated[int, Field(ge=1, le=730)]
Points = Annotated[int, Field(ge=0, le=100)]
Number = Annotated[int, Field(ge=1, le=50)]
Rhythms = Annotated[float, Field(ge=1, le=20)]

USUAL = Thresholds()

_history = Place(Day)
_by_risk = Place(tuple[int, UUID])


class ReasonView(Shown, from_attributes=True):
    """`value` is what was found and `limit` what it was held against; `points` is what it adds to the risk score."""

    code: str
    value: float | None
    limit: float | None
    points: int


class StandingView(Shown):
    """`risk_score` and `risk` (healthy, watch or high) are of students who take lessons, null of others.

    `since` is the date on which the stage was first found, null until the next daily run.
    """

    student_id: UUID
    name: str
    stage: str
    since: date | None
    risk_score: int | None
    risk: str | None
    reasons: list[ReasonView]

    @classmethod
    def fields_of(cls, student: StudentStanding) -> dict[str, object]:
        found: Standing = student.standing
        return {
            "student_id": student.student_id,
            "name": student.name,
            "stage": found.stage,
            "since": student.since,
            "risk_score": found.risk.score if found.risk else None,
            "risk": found.risk.level if found.risk else None,
            "reasons": [asdict(reason) for reason in found.reasons],
        }


class TransitionView(Shown, from_attributes=True):
    local_date: date
    stage: str
    risk_score: int | None
    reasons: list[ReasonView]


class StudentStage(StandingView):
    """`history` has the newest change first; `next` is the cursor of the page after this one, null at the end."""

    history: list[TransitionView]
    next: str | None


class LifecycleView(Shown):
    """Numbers of students by stage, and by risk; one that nobody has is left out.

    `at_risk` has the highest score first, a page at a time.
    """

    local_date: date
    stages: dict[str, int]
    risks: dict[str, int]
    at_risk: list[StandingView]
    next: str | None


class ThresholdsView(Asked):
    """Days are dates of yours, rhythms multiples of the days between a student's lessons; 0 points take a reason out.

    A student is overdue, or has lapsed, after the longer of so many days and so many rhythms.
    """

    lead_days: Days = USUAL.lead_days
    trial_days: Days = USUAL.trial_days
    new_days: Days = USUAL.new_days
    new_lessons: Number = USUAL.new_lessons
    won_back_days: Days = USUAL.won_back_days
    rhythm_lessons: Annotated[int, Field(ge=2, le=50)] = USUAL.rhythm_lessons
    rhythm_needs_lessons: Annotated[int, Field(ge=2, le=50)] = USUAL.rhythm_needs_lessons
    usual_rhythm_days: Days = USUAL.usual_rhythm_days
    shortest_rhythm_days: Days = USUAL.shortest_rhythm_days
    longest_rhythm_days: Days = USUAL.longest_rhythm_days
    overdue_days: Days = USUAL.overdue_days
    overdue_rhythms: Rhythms = USUAL.overdue_rhythms
    lapsed_days: Days = USUAL.lapsed_days
    lapsed_rhythms: Rhythms = USUAL.lapsed_rhythms
    watch_score: Annotated[int, Field(ge=1, le=100)] = USUAL.watch_score
    high_score: Annotated[int, Field(ge=1, le=100)] = USUAL.high_score
    no_lesson_ahead_points: Points = USUAL.no_lesson_ahead_points
    gap_rhythms: Rhythms = USUAL.gap_rhythms
    gap_points: Points = USUAL.gap_points
    wide_gap_rhythms: Rhythms = USUAL.wide_gap_rhythms
    wide_gap_points: Points = USUAL.wide_gap_points
    absences: Number = USUAL.absences
    absence_days: Days = USUAL.absence_days
    absence_points: Points = USUAL.absence_points
    fewer_lessons_days: Days = USUAL.fewer_lessons_days
    fewer_lessons_share: Annotated[float, Field(ge=0, le=1)] = USUAL.fewer_lessons_share
    fewer_lessons_points: Points = USUAL.fewer_lessons_points
    no_credits_points: Points = USUAL.no_credits_points
    unpaid_days: Days = USUAL.unpaid_days
    unpaid_points: Points = USUAL.unpaid_points
    no_contact_days: Days = USUAL.no_contact_days
    no_contact_points: Points = USUAL.no_contact_points

    @classmethod
    def of(cls, thresholds: Thresholds) -> Self:
        return cls.model_validate(asdict(thresholds))

    def thresholds(self) -> Thresholds:
        return Thresholds(**self.model_dump())


@router.get(
    "/v1/lifecycle",
    summary="Where your students stand just now, and who is at risk",
    tags=["lifecycle"],
    **teacher(for_caller(minutes=2)),
)
def my_students_stand(request: Request, limit: Limit = 50, cursor: Cursor = None) -> LifecycleView:
    with database.tenant(teacher_id(request)) as tx:
        found = overview(tx, clock.now(), _by_risk.after(cursor), limit)
    return LifecycleView(
        local_date=found.today,
        stages=found.stages,
        risks=found.risks,
        at_risk=[StandingView.model_validate(StandingView.fields_of(student)) for student in found.at_risk.items],
        next=_by_risk.cursor(found.at_risk.next),
    )


@router.get(
    "/v1/students/<student_id>/stage",
    summary="Where a student stands just now, why, and how they came there",
    tags=["lifecycle"],
    **teacher(for_caller(minutes=2)),
)
def stage_of_student(request: Request, student_id: UUID, limit: Limit = 50, cursor: Cursor = None) -> StudentStage:
    with database.tenant(teacher_id(request)) as tx:
        student, page = student_standing(tx, student_id, clock.now(), _history.after(cursor), limit)
    history = [TransitionView.model_validate(transition) for transition in page.items]
    fields = StandingView.fields_of(student)
    return StudentStage.model_validate({**fields, "history": history, "next": _history.cursor(page.next)})


@router.get(
    "/v1/lifecycle/thresholds",
    summary="The numbers in the rules of the lifecycle",
    tags=["lifecycle"],
    **teacher(for_caller(minutes=5)),
)
def my_thresholds(request: Request) -> ThresholdsView:
    with database.tenant(teacher_id(request)) as tx:
        return ThresholdsView.of(get_thresholds(tx))


@router.put(
    "/v1/lifecycle/thresholds",
    summary="Let these numbers hold; one that is left out is the usual one",
    tags=["lifecycle"],
    **teacher(),
)
def put_my_thresholds(request: Request, body: ThresholdsView) -> ThresholdsView:
    with database.tenant(teacher_id(request)) as tx:
        set_thresholds(tx, body.thresholds(), clock.now())
    return body
