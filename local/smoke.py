"""`make smoke URL=...`: the demo's booking journey against any deployed stack, of which it has the HTTP API alone.

It opens an account of its own, goes by the API's answers, and closes the account however the journey ends. The API
deletes no teacher's rows: those of the closed account stay, where nobody finds them and no job looks.
"""

import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPException
from uuid import uuid4

from local.demo.api import Api, StepFailed
from local.demo.business import email_of, open_another
from local.demo.claims import Unseen
from local.demo.journey import Journey
from local.demo.telling import heading, say

# The tables in which the teacher_id of a closed account keeps rows; `teachers` has its own.
STAYS = (
    "availability_overrides",
    "class_sessions",
    "domain_events",
    "idempotency_records",
    "page_visitors",
    "services",
    "session_calendar_sync",
    "session_participants",
    "session_series",
    "slots_versions",
    "students",
    "visitor_salts",
)

LIVE = ("held", "pending", "scheduled")
# Further than the journey books, and no further than one look at the calendar may reach.
AHEAD = timedelta(weeks=10)
# Before each try to close the account, in seconds: one address may sign in every six, once it has done so often.
PAUSES = (0, 6, 6)
# What a broken stack, or the way to it, comes to: ValueError is a page where JSON should be.
FAILURES = (StepFailed, OSError, HTTPException, ValueError)


def main(url: str = "") -> int:
    if not url.startswith(("http://", "https://")):
        sys.stderr.write("Say which stack: make smoke URL=<its ApiUrl>\n")
        return 2
    started = time.monotonic()
    if not Smoke(url.rstrip("/")).run():
        return 1
    print(f"\n{url} works, in {time.monotonic() - started:.0f} s.")
    return 0


class Smoke:
    """One run against one stack, and the account that is this run's alone."""

    def __init__(self, url: str) -> None:
        self.api = Api(url)
        self.slug = f"smoke-{uuid4().hex[:12]}"
        self.password = secrets.token_urlsafe(24)
        self.today = datetime.now(UTC).date()
        self.works = True

    def run(self) -> bool:
        """Whether every answer was as it should be; what was not is told on stderr."""
        if not self._attempt(self._find_nobody):
            return False
        try:
            self._attempt(self._teach)
        finally:
            # Whatever was heard of it: the answer to the sign-up may have been lost.
            self._insist_on_taking_back()
            if not self._attempt(self._find_nobody):
                self._tell_how_to_close()
        return self.works

    def _teach(self) -> None:
        heading(f"A teacher, {self.slug}, signs up at {self.api.url}")
        teacher = open_another(self.api, self.slug, self.password)
        say(f"{teacher.name}: {', '.join(teacher.services)}")
        Journey(self.api, teacher, Unseen(), self.today).run()

    def _insist_on_taking_back(self) -> None:
        for pause in PAUSES:
            time.sleep(pause)
            if self._attempt(self._take_back):
                return

    def _take_back(self) -> None:
        heading("Her lessons are cancelled and the account is closed")
        signed_in = self.api.send("POST", "/v1/sign-in", {"email": email_of(self.slug), "password": self.password})
        if signed_in.status == 401:  # noqa: PLR2004 - Unauthorized
            say("nobody can sign in")
            return
        if signed_in.status != 200:  # noqa: PLR2004 - OK
            raise StepFailed(f"Signing in to close the account answered {signed_in.status}: {signed_in.body}")
        teacher = self.api.signed_in(signed_in.body["token"])
        # First: should the rest fail, nobody can book an hour of hers.
        self._attempt(partial(teacher.put, "/v1/availability/rules", {"rules": []}))
        for lesson in self._lessons(teacher):
            self._attempt(partial(teacher.post, f"/v1/sessions/{lesson}/cancel", {}, status=200))
        # Refused while a lesson is to come; then the next try cancels what is left.
        teacher.post("/v1/me/close", {"password": self.password}, status=204)
        say(f"what stays has the teacher_id {signed_in.body['teacher_id']}: her row in teachers, which is closed,")
        say(f"and rows in {', '.join(STAYS)}")

    def _lessons(self, teacher: Api) -> list[str]:
        within = {"from": f"{self.today}T00:00:00Z", "to": f"{self.today + AHEAD}T00:00:00Z"}
        return [each["id"] for each in teacher.get("/v1/calendar", **within)["sessions"] if each["status"] in LIVE]

    def _find_nobody(self) -> None:
        found = self.api.send("GET", f"/v1/teachers/{self.slug}", None)
        if found.status != 404:  # noqa: PLR2004 - Not Found
            raise StepFailed(f"Nobody should be found at {self.slug}, and GET answered {found.status}: {found.body}")

    def _tell_how_to_close(self) -> None:
        # Nobody else knows the password, and without it the account would stay open for good.
        sys.stderr.write(
            f"\n{self.slug} may still be open. To close it: sign in as {email_of(self.slug)} with the password"
            f" {self.password}, cancel what GET /v1/calendar shows, and POST /v1/me/close.\n"
        )

    def _attempt(self, step: Callable[[], object]) -> bool:
        """Whether it went through; if not, that is told, and what comes next is tried all the same."""
        try:
            step()
        except FAILURES as error:
            self.works = False
            sys.stderr.write(f"\n✗ {error}\n")
            return False
        return True


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
