"""Three teachers, what they offer and when: the business that the demo and `make run` start from."""

from dataclasses import dataclass

from local.demo.api import Api, StepFailed

PASSWORD = "correct horse battery"  # noqa: S105 - it opens a demo's data and nothing else

type Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher who is signed in, and their services by name."""

    name: str
    slug: str
    email: str
    time_zone: str
    api: Api
    services: dict[str, str]


def open_business(api: Api) -> list[Teacher]:
    """Sign three teachers up, or in when an earlier run has left them, and publish what they offer."""
    return [_open(api, *teacher) for teacher in _TEACHERS]


def open_another(api: Api, slug: str, password: str) -> Teacher:
    """As the first of them, at an address of her own."""
    name, _, time_zone, services, rules = _TEACHERS[0]
    return _open(api, name, slug, time_zone, services, rules, password)


def email_of(slug: str) -> str:
    return f"{slug}@example.com"


def _open(
    api: Api, name: str, slug: str, time_zone: str, services: list[Body], rules: list[Body], password: str = PASSWORD
) -> Teacher:
    email = email_of(slug)
    details = {"name": name, "slug": slug, "email": email, "password": password, "time_zone": time_zone}
    signed_up = api.send("POST", "/v1/sign-up", details)
    known = signed_up.status == 409  # noqa: PLR2004 - Conflict
    if not known and signed_up.status != 201:  # noqa: PLR2004 - Created
        raise StepFailed(f"Signing up {name} answered {signed_up.status}: {signed_up.body}")
    token = api.post("/v1/sign-in", {"email": email, "password": password}, status=200)["token"]
    teacher = api.signed_in(token)
    # Not by whether the account is new: an earlier start may have been interrupted between the two.
    if not teacher.get("/v1/services")["services"]:
        for service in services:
            teacher.post("/v1/services", service)
        teacher.put("/v1/availability/rules", {"rules": rules})
    found = {service["name"]: service["id"] for service in teacher.get("/v1/services")["services"]}
    return Teacher(name, slug, email, time_zone, teacher, found)


def _service(name: str, minutes: int, amount: int, currency: str, **more: object) -> Body:
    price = {"amount": amount, "currency": currency}
    return {"name": name, "duration_minutes": minutes, "price": price, **more}


def _rules(weekdays: range, *hours: tuple[str, str]) -> list[Body]:
    return [
        {"weekday": weekday, "start_minute": _minute(start), "end_minute": _minute(end)}
        for weekday in weekdays
        for start, end in hours
    ]


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


_TEACHERS: list[tuple[str, str, str, list[Body], list[Body]]] = [
    (
        "Ada Weber",
        "ada-weber",
        "Europe/Berlin",
        [
            _service("Piano, 45 minutes", 45, 4000, "EUR", step_minutes=15, buffer_after_minutes=15),
            _service("Trial lesson", 30, 0, "EUR", is_trial=True, step_minutes=30),
            _service("Theory class", 60, 1500, "EUR", seats=4),
        ],
        _rules(range(5), ("09:00", "12:30"), ("14:00", "18:00")),
    ),
    (
        "Ravi Shah",
        "ravi-shah",
        "Asia/Kolkata",
        [_service("Maths, one hour", 60, 120000, "INR", step_minutes=30, requires_confirmation=True)],
        _rules(range(6), ("16:00", "21:30")),
    ),
    (
        "June Park",
        "june-park",
        "America/New_York",
        [_service("Conversation", 30, 2500, "USD", minimum_notice_minutes=120)],
        _rules(range(7), ("18:00", "01:00")),
    ),
]
