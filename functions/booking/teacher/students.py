"""The students of a teacher."""

from datetime import date
from typing import Annotated, TypedDict
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import ConfigDict, Field, computed_field, with_config

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import IfMatch, change_unless_stale, for_caller, tagged, version_wanted
from booking.edge.fields import Asked, Day, Email, InUtc, Line, Phone, Shown, Versioned, ZoneName
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.database import Transaction
from lectern.settings import token_key
from lectern.students.access import renew_access, student_access
from lectern.students.find_or_add import StudentDetails, add_student
from lectern.students.roster import archive_student, change_student, get_student, list_students, restore_student
from lectern.tokens import student_token

router = Router()

_place = Place(tuple[Line, UUID])


class StudentAsked(Asked):
    name: Line
    email: Email
    phone: Phone | None = None
    time_zone: ZoneName | None = None

    def details(self) -> StudentDetails:
        return StudentDetails(**self.model_dump())


@with_config(ConfigDict(extra="forbid"))
class StudentChange(TypedDict, total=False):
    """What is left out stays as it is; until and with `paused_until`, a date of yours, nobody misses the student."""

    paused_until: Day | None


class StudentView(Versioned, from_attributes=True):
    id: UUID
    name: str
    email: str
    phone: str | None
    time_zone: str | None
    archived_at: InUtc | None
    paused_until: date | None
    created_at: InUtc


class TokenAsked(Asked):
    revoke: Annotated[bool, Field(description="Make every token void that the student was given before.")] = False

    def access(self, tx: Transaction, student_id: UUID) -> "StudentToken":
        access = renew_access(tx, student_id, clock.now()) if self.revoke else student_access(tx, student_id)
        return StudentToken(teacher_id=tx.teacher_id, student_id=access.student_id, version=access.version)


class StudentToken(Shown):
    """For the student, by a way that is theirs alone: whoever has the token sees and spends their credits."""

    teacher_id: UUID
    student_id: UUID
    version: int

    @computed_field
    def token(self) -> str:
        return student_token(token_key(), self.teacher_id, self.student_id, self.version)


class StudentPage(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    students: list[StudentView]
    next: str | None


@router.get("/v1/students", summary="Your students by name", tags=["students"], **teacher(for_caller(minutes=2)))
def my_students(
    request: Request,
    limit: Limit = 50,
    cursor: Cursor = None,
    include_archived: Annotated[bool, Query()] = False,  # noqa: FBT002  # a query parameter has a name
) -> StudentPage:
    with database.tenant(teacher_id(request)) as tx:
        page = list_students(tx, _place.after(cursor), limit, include_archived=include_archived)
    students = [StudentView.model_validate(student) for student in page.items]
    return StudentPage(students=students, next=_place.cursor(page.next))


@router.post("/v1/students", summary="Add a student", tags=["students"], status_code=201, **teacher())
def add_my_student(request: Request, body: StudentAsked, key: IdempotencyKey = None) -> Response[StudentView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: StudentView.model_validate(add_student(tx, body.details(), clock.now())),
        of=StudentView,
        location=lambda student: f"/v1/students/{student.id}",
    )


@router.get("/v1/students/<student_id>", summary="A student", tags=["students"], **teacher(for_caller(minutes=2)))
def my_student(request: Request, student_id: UUID) -> Response[StudentView]:
    with database.tenant(teacher_id(request)) as tx:
        return tagged(StudentView.model_validate(get_student(tx, student_id)))


@router.patch("/v1/students/<student_id>", summary="Let a student pause", tags=["students"], **teacher())
def change_my_student(
    request: Request, student_id: UUID, body: Annotated[StudentChange, Body()], if_match: IfMatch = None
) -> Response[StudentView]:
    return change_unless_stale(
        teacher_id(request),
        lambda tx: StudentView.model_validate(
            change_student(tx, student_id, body, clock.now(), version_wanted(if_match))
        ),
        lambda tx: StudentView.model_validate(get_student(tx, student_id)),
    )


@router.post(
    "/v1/students/<student_id>/archive",
    summary="Put a student away; a booking takes them back",
    tags=["students"],
    **teacher(),
)
def archive_my_student(request: Request, student_id: UUID, key: IdempotencyKey = None) -> Response[StudentView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: StudentView.model_validate(archive_student(tx, student_id, clock.now())),
        of=StudentView,
        status=200,
    )


@router.post("/v1/students/<student_id>/restore", summary="Take a student back", tags=["students"], **teacher())
def restore_my_student(request: Request, student_id: UUID, key: IdempotencyKey = None) -> Response[StudentView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: StudentView.model_validate(restore_student(tx, student_id, clock.now())),
        of=StudentView,
        status=200,
    )


@router.post(
    "/v1/students/<student_id>/token",
    summary="The token with which a student spends their credits",
    tags=["students"],
    **teacher(),
)
def token_of_student(
    request: Request, student_id: UUID, body: TokenAsked, key: IdempotencyKey = None
) -> Response[StudentToken]:
    return once(request, teacher_id(request), key, lambda tx: body.access(tx, student_id), of=StudentToken, status=200)
