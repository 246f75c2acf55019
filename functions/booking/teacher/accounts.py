"""A teacher's account: signing up, in and out, and the profile."""

from base64 import urlsafe_b64encode
from typing import Annotated, Self, TypedDict
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.request import Request
from pydantic import ConfigDict, Field, StringConstraints, with_config

from booking.edge.access import bearer_token, public, signing_in, teacher, teacher_id, teacher_with_password
from booking.edge.conditional import IfMatch, change_unless_stale, for_caller, tagged, version_wanted
from booking.edge.fields import Asked, Email, InUtc, Line, Shown, Slug, Text, Versioned, ZoneName
from booking.edge.idempotent import IdempotencyKey, once
from lectern import clock, database, idempotency
from lectern.accounts.auth_sessions import delete_session
from lectern.accounts.close import close_account
from lectern.accounts.profile import change_profile, get_profile
from lectern.accounts.sign_in import sign_in
from lectern.accounts.sign_up import SignUp, sign_up
from lectern.accounts.teacher_profile import TeacherProfile
from lectern.identifiers import new_id
from lectern.settings import token_key

router = Router()

Password = Annotated[str, StringConstraints(min_length=10, max_length=200), Field(repr=False)]


class NewTeacher(Asked):
    slug: Slug
    email: Email
    password: Password
    name: Line
    time_zone: ZoneName


class Credentials(Asked):
    email: Email
    password: Annotated[str, StringConstraints(max_length=200), Field(repr=False)]


class Closing(Asked):
    password: Annotated[str, StringConstraints(max_length=200), Field(repr=False)]


class SignedIn(Shown):
    token: Annotated[str, Field(repr=False)]
    teacher_id: UUID
    expires_at: InUtc


class Teacher(Versioned):
    id: UUID
    slug: str
    email: str
    name: str
    bio: str
    time_zone: str
    max_sessions_per_day: int | None
    max_sessions_per_week: int | None

    @classmethod
    def of(cls, profile: TeacherProfile) -> Self:
        return cls.model_validate(profile, from_attributes=True)


@with_config(ConfigDict(extra="forbid"))
class TeacherChange(TypedDict, total=False):
    """What is left out stays as it is; a limit of null takes the limit away."""

    name: Line
    bio: Text
    time_zone: ZoneName
    max_sessions_per_day: Annotated[int, Field(ge=1, le=100)] | None
    max_sessions_per_week: Annotated[int, Field(ge=1, le=700)] | None


@router.post("/v1/sign-up", summary="Open an account", tags=["account"], status_code=201, **signing_in())
def open_account(request: Request, body: NewTeacher, key: IdempotencyKey = None) -> Response[Teacher]:
    # A repetition must find the record of the teacher whom the first delivery made.
    new_teacher = idempotency.derived_id(token_key(), "sign-up", body.email, key) if key else new_id()
    details = SignUp(**body.model_dump())
    return once(
        request,
        new_teacher,
        key,
        lambda tx: Teacher.of(sign_up(tx, details, clock.now())),
        of=Teacher,
        location=lambda _: "/v1/me",
    )


@router.post("/v1/sign-in", summary="Get a token", tags=["account"], **signing_in())
def get_token(body: Credentials, key: IdempotencyKey = None) -> Response[SignedIn]:
    # Derived, so that a repetition gets the token again and nobody has to store it.
    digest = idempotency.fingerprint(token_key(), "sign-in", body.email, key) if key else None
    token = urlsafe_b64encode(digest).rstrip(b"=").decode() if digest else None
    signed_in = sign_in(body.email, body.password, clock.now(), token)
    view = SignedIn.model_validate(signed_in, from_attributes=True)
    return Response(200, "application/json", view, {"Cache-Control": "no-store"})


@router.post(
    "/v1/sign-out",
    summary="Give the token back; one that is unknown is fine, too",
    tags=["account"],
    status_code=204,
    **public(),
)
def sign_out(request: Request) -> Response[None]:
    token = bearer_token(request)
    if token:
        delete_session(token)
    return Response(204)


@router.get("/v1/me", summary="Your account", tags=["account"], **teacher(for_caller(minutes=5)))
def me(request: Request) -> Response[Teacher]:
    with database.tenant(teacher_id(request)) as tx:
        return tagged(Teacher.of(get_profile(tx)))


@router.patch("/v1/me", summary="Change your account", tags=["account"], **teacher())
def change_me(request: Request, body: Annotated[TeacherChange, Body()], if_match: IfMatch = None) -> Response[Teacher]:
    return change_unless_stale(
        teacher_id(request),
        lambda tx: Teacher.of(change_profile(tx, body, clock.now(), version_wanted(if_match))),
        lambda tx: Teacher.of(get_profile(tx)),
    )


@router.post(
    "/v1/me/close",
    summary="Close your account for good; not while a lesson or a refund is to come",
    tags=["account"],
    status_code=204,
    **teacher_with_password(),
)
def close_me(request: Request, body: Closing) -> Response[None]:
    close_account(teacher_id(request), body.password, clock.now())
    delete_session(bearer_token(request) or "")
    return Response(204)
