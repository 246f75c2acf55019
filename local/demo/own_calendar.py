"""The calendar side of the journey: what is booked appears in Ada's Google Calendar, and what is there is kept free."""

import time
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.demo.api import Api, StepFailed, sent_back
from local.demo.business import Teacher
from local.demo.claims import Database
from local.demo.telling import await_that, heading, say
from local.google import LocalGoogle

NOA = {"name": "Noa", "email": "noa@example.com", "time_zone": "Europe/Berlin"}


class CalendarJourney:
    """Ada connects the calendar that she lives by."""

    def __init__(self, api: Api, teacher: Teacher, database: Database, google: LocalGoogle, today: date) -> None:
        self.api = api
        self.teacher = teacher
        self.database = database
        self.google = google
        self.piano = teacher.services["Piano, 45 minutes"]
        self.monday = today + timedelta(days=7 - today.weekday())
        google.signed_in = google.open_account(teacher.email, teacher.time_zone)

    def run(self) -> None:
        self.connect()
        self.see_a_lesson_arrive()
        self.go_to_the_dentist()

    def connect(self) -> None:
        heading("Ada connects her Google Calendar; the lessons that are ahead are soon in it")
        page: dict[str, object] = {"return_url": "http://localhost:3000/calendar"}
        consent = self.teacher.api.post("/v1/calendar-connection/consent", page, status=200)
        brought = sent_back(consent["url"])
        answer = {"code": brought["code"], "state": brought["state"]}
        self.teacher.api.put("/v1/calendar-connection", answer)
        await_that("every lesson ahead should be in her calendar", self._all_is_told)
        say(f"{len(self.google.events(self.teacher.email))} events are in it")

    def see_a_lesson_arrive(self) -> None:
        heading("Noa books, and the lesson is in Ada's calendar; booking did not wait for Google")
        self.google.latency_seconds = 1.0
        start = self._slots()[10]
        asked: dict[str, object] = {"service_id": self.piano, "starts_at": start, "student": NOA}
        began = time.monotonic()
        booked = self.api.post(f"/v1/teachers/{self.teacher.slug}/sessions", asked)
        say(f"booked in {time.monotonic() - began:.2f} s, of a Google that takes a second to answer")
        await_that("the lesson should be in her calendar", lambda: self._event_of(booked["session_id"]) is not None)
        self.google.latency_seconds = 0.0
        event = self._event_of(booked["session_id"]) or {}
        say(f"in Google after {time.monotonic() - began:.1f} s: {_local(event['start'])}, {event['summary']!r}")

    def go_to_the_dentist(self) -> None:
        heading("She notes a dentist's appointment in Google, and its time is offered no more")
        start = self._slots()[20]
        ends = datetime.fromisoformat(start) + timedelta(hours=1)
        self.google.add_event(
            self.teacher.email, summary="Dentist", start={"dateTime": start}, end={"dateTime": ends.isoformat()}
        )
        answers = set(self.google.deliver())
        say(f"Google notifies; answered {answers}")
        if answers != {200}:
            raise StepFailed("Google's notification should be taken.")
        await_that("the dentist's time should not be offered", lambda: start not in self._slots())
        self.database.claim(
            "it is a busy time, and what she does then is not known",
            1,
            "select count(*) from external_busy where source = 'google' and starts_at = %(start)s",
            start=start,
        )

    def _all_is_told(self) -> bool:
        pending = "select count(*) from session_calendar_sync where status = 'pending'"
        return self.database.value(pending) == 0 and bool(self.google.events(self.teacher.email))

    def _event_of(self, session_id: str) -> dict[str, Any] | None:
        expected = session_id.replace("-", "")
        return next((each for each in self.google.events(self.teacher.email) if each["id"] == expected), None)

    def _slots(self) -> list[str]:
        week = {"from": f"{self.monday}T00:00:00Z", "to": f"{self.monday + timedelta(days=5)}T00:00:00Z"}
        path = f"/v1/teachers/{self.teacher.slug}/slots"
        found = [str(slot["starts_at"]) for slot in self.api.get(path, service_id=self.piano, **week)["slots"]]
        if not found:
            raise StepFailed("Ada should have some time left.")
        return found


def _local(moment: dict[str, str]) -> str:
    at = datetime.fromisoformat(moment["dateTime"]).astimezone(ZoneInfo(moment["timeZone"]))
    return f"{at:%a %d %b %H:%M}"
