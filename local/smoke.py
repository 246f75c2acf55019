"""`make smoke URL=...`: the demo's booking journey against any deployed stack, which afterwards is as it was before.

It opens an account of its own, goes by the API's answers, and closes the account however the journey ends.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from local.demo.api import Api, StepFailed
from local.demo.business import PASSWORD, Teacher, open_another
from local.demo.claims import Unseen
from local.demo.journey import Journey
from local.demo.telling import heading, say

LIVE = ("held", "pending", "scheduled")
# As far ahead as the journey books, and as much as one look at the calendar may cover.
WEEKS = 10


def main(url: str = "") -> int:
    if not url.startswith(("http://", "https://")):
        sys.stderr.write("Say which stack: make smoke URL=<its ApiUrl>\n")
        return 2
    started = time.monotonic()
    try:
        smoke(url.rstrip("/"))
    except (StepFailed, OSError) as error:
        sys.stderr.write(f"\n✗ {error}\n")
        return 1
    print(f"\n{url} works, in {time.monotonic() - started:.0f} s.")
    return 0


def smoke(url: str) -> None:
    """Raises StepFailed at the first answer that is not as it should be, and OSError when there is none."""
    api, today = Api(url), datetime.now(UTC).date()
    heading(f"A teacher signs up at {url}")
    teacher = open_another(api, f"smoke-{uuid4().hex[:12]}")
    say(f"{teacher.slug}: {', '.join(teacher.services)}")
    try:
        Journey(api, teacher, Unseen(), today).run()
    finally:
        close(api, teacher, today)


def close(api: Api, teacher: Teacher, today: date) -> None:
    """Cancel what is to come and close the account; raises StepFailed when it is still there."""
    heading("The account is closed, and nothing stays behind that anybody could book")
    lessons = [lesson for week in range(WEEKS) for lesson in _lessons(teacher, today + timedelta(weeks=week))]
    for lesson in lessons:
        teacher.api.post(f"/v1/sessions/{lesson}/cancel", {}, status=200)
    say(f"{len(lessons)} lessons cancelled")
    teacher.api.post("/v1/me/close", {"password": PASSWORD}, status=204)
    gone = api.send("GET", f"/v1/teachers/{teacher.slug}", None)
    if gone.status != 404:  # noqa: PLR2004 - Not Found
        raise StepFailed(f"A closed account should be nowhere, and is answered {gone.status}.")


def _lessons(teacher: Teacher, first: date) -> list[str]:
    within = {"from": f"{first}T00:00:00Z", "to": f"{first + timedelta(weeks=1)}T00:00:00Z"}
    return [each["id"] for each in teacher.api.get("/v1/calendar", **within)["sessions"] if each["status"] in LIVE]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
