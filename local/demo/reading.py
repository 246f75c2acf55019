"""What Ada shares with her students, and what a student's browser tells as they read it."""

from typing import Any

from local.demo.api import Api
from local.demo.business import Teacher
from local.demo.telling import heading, say


def share_and_read(api: Api, teacher: Teacher) -> None:
    heading("Ada shares her scales with two students, and Mia reads them")
    students = {each["name"]: str(each["id"]) for each in teacher.api.get("/v1/students")["students"]}
    sheet: dict[str, object] = {
        "kind": "material",
        "title": "Scales in all keys",
        "url": "https://files.example.com/scales.pdf",
    }
    item = teacher.api.post("/v1/content", sheet)
    readers = [students["Mia Souza"], students["Noa"]]
    teacher.api.post(f"/v1/content/{item['id']}/students", {"student_ids": readers}, status=200)
    mia = api.signed_in(teacher.api.post(f"/v1/students/{readers[0]}/token", {}, status=200)["token"])
    shared: list[dict[str, Any]] = mia.get("/v1/student/content")["content"]
    for _ in range(2):
        mia.post(f"/v1/student/content/{shared[0]['id']}/views", {"seconds": 95}, status=204)
    say(f"Mia had {shared[0]['title']!r} open for 95 seconds, and her browser said so twice")
