"""The journey itself: each step is what somebody does, what they see, and what must then be true."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.demo.api import Answer, Api, StepFailed
from local.demo.business import Teacher
from local.demo.claims import NO_OVERLAP, Claims
from local.demo.telling import heading, say
from local.demo.week_view import Entry, week_view

STUDENT_ZONE = ZoneInfo("America/Sao_Paulo")
STUDENTS = ["Leo", "Noa", "Kim", "Eva", "Tom", "Zoe", "Ben", "Liv"]


class Journey:
    """Ada teaches piano in Berlin; Mia in São Paulo wants to learn it."""

    def __init__(self, api: Api, teacher: Teacher, database: Claims, today: date) -> None:
        self.api = api
        self.teacher = teacher
        self.database = database
        self.piano = teacher.services["Piano, 45 minutes"]
        self.monday = today + timedelta(days=7 - today.weekday())

    def run(self) -> None:
        slots = self.see_slots()
        first = self.hold_and_book(slots[0]["starts_at"])
        self.lose_the_race(slots[5]["starts_at"])
        self.fill_the_class()
        self.book_a_series()
        moved = self.reschedule(first, slots[40]["starts_at"])
        self.cancel(moved)
        self.ask_why_not(slots[5]["starts_at"])
        self.show_the_week()
        self.database.claim("no two live sessions of the teacher overlap", 0, NO_OVERLAP)

    def see_slots(self) -> list[dict[str, Any]]:
        heading("Mia in São Paulo looks at Ada's free slots, in her own time")
        found = self.api.get(
            f"/v1/teachers/{self.teacher.slug}/slots",
            service_id=self.piano,
            **{"from": _instant(self.monday), "to": _instant(self.monday + timedelta(days=5))},
            time_zone=STUDENT_ZONE.key,
        )["slots"]
        say(f"{len(found)} slots from {self.monday:%A %d %B} on; the first five:")
        for slot in found[:5]:
            say(
                f"  {_local(slot['starts_at'], STUDENT_ZONE)} for Mia, "
                f"{_local(slot['starts_at'], ZoneInfo(self.teacher.time_zone))} for Ada"
            )
        self._tell_visit("page_view")
        self._tell_visit("service_view")
        self._tell_visit("slots_shown", slots=len(found))
        return list(found)

    def hold_and_book(self, start: str) -> dict[str, Any]:
        heading("She holds the first one while she types, then books it")
        path = f"/v1/teachers/{self.teacher.slug}"
        held = self.api.post(f"{path}/holds", {"service_id": self.piano, "starts_at": start})
        say(f"held until {_local(held['expires_at'], STUDENT_ZONE)}, her time")
        booked: dict[str, Any] = self.api.post(
            f"{path}/sessions", {**_booking(self.piano, start, "Mia Souza"), "hold_token": held["token"]}
        )
        say(f"booked: {booked['service_name']}, {_local(booked['starts_at'], STUDENT_ZONE)}, {booked['status']}")
        self.database.claim(
            "the held session is the booked one",
            "scheduled",
            "select status from class_sessions where id = %(id)s",
            id=held["session_id"],
        )
        return booked

    def lose_the_race(self, start: str) -> None:
        heading("Eight students want the same slot at the same instant")
        self._all_at_once(self.piano, start, STUDENTS, places=1)
        self.database.claim(
            "one session starts then",
            1,
            "select count(*) from class_sessions where starts_at = %(start)s and status = 'scheduled'",
            start=start,
        )

    def fill_the_class(self) -> None:
        heading("A class of four seats, and six who want one")
        start = f"{self.monday + timedelta(days=2)}T14:00:00Z"
        self._all_at_once(self.teacher.services["Theory class"], start, STUDENTS[:6], places=4)
        self.database.claim(
            "four sit in one session",
            4,
            "select count(*) from session_participants p join class_sessions c on c.id = p.session_id"
            " where c.starts_at = %(start)s and p.status = 'booked'",
            start=start,
        )

    def book_a_series(self) -> None:
        heading("Ada enters a weekly lesson for Mia, and is told which dates conflict")
        student = self._student_id("Mia Souza")
        body: dict[str, object] = {
            "service_id": self.piano,
            "student_id": student,
            "first_local_start": f"{self.monday + timedelta(days=1)}T10:00",
            "every_weeks": 1,
            "count": 6,
        }
        holiday = self.monday + timedelta(days=15)
        self.teacher.api.put(f"/v1/availability/overrides/{holiday}", {"hours": []})
        say(f"(Ada takes {holiday:%A %d %B} off)")
        preview = self.teacher.api.post("/v1/series/preview", body, status=200)["occurrences"]
        for occurrence in preview:
            verdict = "free" if occurrence["status"] == "ok" else ", ".join(occurrence["reasons"])
            say(f"  {_local(occurrence['starts_at'], ZoneInfo(self.teacher.time_zone))}  {verdict}")
        created = self.teacher.api.post("/v1/series", {**body, "on_conflict": "skip"})
        say(f"created {len(created['created'])}, left out {len(created['skipped'])}")
        self.database.claim(
            "the series has exactly the free dates",
            len([occurrence for occurrence in preview if occurrence["status"] == "ok"]),
            "select count(*) from class_sessions where series_id = %(id)s",
            id=created["series_id"],
        )

    def reschedule(self, booked: dict[str, Any], start: str) -> dict[str, Any]:
        heading("Mia moves her first lesson; it keeps its id")
        seat = self.api.signed_in(booked["token"])
        moved = seat.post("/v1/seat/reschedule", {"starts_at": start}, status=200)
        say(f"{_local(booked['starts_at'], STUDENT_ZONE)}  →  {_local(moved['starts_at'], STUDENT_ZONE)}")
        self.database.claim(
            "one event tells of the old and the new time",
            1,
            "select count(*) from domain_events where subject_id = %(id)s and type = 'session.rescheduled'"
            " and payload ? 'from' and payload ? 'to'",
            id=booked["session_id"],
        )
        return booked

    def cancel(self, booked: dict[str, Any]) -> None:
        heading("She looks at what cancelling costs, then cancels")
        seat = self.api.signed_in(booked["token"])
        preview = seat.get("/v1/seat/cancellation-preview")
        free_until = _local(preview["free_until"], STUDENT_ZONE)
        say(f"free until {free_until}, her time; now it costs {preview['charge_percent']} %")
        seat.post("/v1/seat/cancel", {"expected_charge_percent": preview["charge_percent"]}, status=200)
        self.database.claim(
            "the session is cancelled and the calendar will be told",
            "delete",
            "select y.action from session_calendar_sync y join class_sessions c on c.id = y.session_id"
            " where c.id = %(id)s and c.status = 'cancelled'",
            id=booked["session_id"],
        )

    def ask_why_not(self, start: str) -> None:
        heading("Ada asks why a time is not offered")
        why = self.teacher.api.get("/v1/slots/why", service_id=self.piano, start=start)
        codes = [reason["code"] for reason in why["reasons"]]
        say(f"{_local(start, ZoneInfo(self.teacher.time_zone))}: {', '.join(codes)}")
        if codes != ["busy"]:
            raise StepFailed(f"A booked time should be busy and nothing else, not {codes}.")

    def show_the_week(self) -> None:
        heading(f"Ada's week, in {self.teacher.time_zone}")
        found = self.teacher.api.get(
            "/v1/calendar",
            **{"from": _instant(self.monday), "to": _instant(self.monday + timedelta(days=7))},
        )["sessions"]
        entries = [
            Entry(_parse(session["starts_at"]), _parse(session["ends_at"]), _people(session["students"]))
            for session in found
        ]
        print(week_view(self.monday, entries, ZoneInfo(self.teacher.time_zone)))

    def _tell_visit(self, step: str, **more: object) -> None:
        """As Ada's booking page does, which keeps no cookie."""
        path = f"/v1/teachers/{self.teacher.slug}/visits"
        self.api.post(path, {"step": step, "source": "newsletter", **more}, status=204)

    def _all_at_once(self, service: str, start: str, names: list[str], places: int) -> None:
        with ThreadPoolExecutor(len(names)) as pool:
            answers = list(pool.map(lambda name: self._try_to_book(service, start, name), names))
        for name, answer in zip(names, answers, strict=True):
            say(f"{name}: {answer.status} {answer.body.get('code', 'booked')}")
        if sorted(answer.status for answer in answers) != [201] * places + [409] * (len(names) - places):
            raise StepFailed(f"Exactly {places} of the {len(names)} should have been given a place.")

    def _try_to_book(self, service: str, start: str, name: str) -> Answer:
        path = f"/v1/teachers/{self.teacher.slug}/sessions"
        return self.api.send("POST", path, _booking(service, start, name))

    def _student_id(self, name: str) -> str:
        students = self.teacher.api.get("/v1/students")["students"]
        return str(next(student["id"] for student in students if student["email"] == _email(name)))


def _booking(service: str, start: str, name: str) -> dict[str, object]:
    student = {"name": name, "email": _email(name), "time_zone": STUDENT_ZONE.key}
    return {"service_id": service, "starts_at": start, "student": student}


def _people(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"


def _instant(day: date) -> str:
    return f"{day}T00:00:00Z"


def _parse(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(UTC)


def _local(instant: str, zone: ZoneInfo) -> str:
    return f"{_parse(instant).astimezone(zone):%a %d %b %H:%M}"
