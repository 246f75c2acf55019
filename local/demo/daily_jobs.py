"""The clock's side of the journey: a schedule fires, and every teacher's job runs once, however often it is told to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lectern.jobs.registry import JOBS
from local.demo.api import StepFailed
from local.demo.business import Teacher
from local.demo.claims import Database
from local.demo.history import PUPILS
from local.demo.telling import await_that, heading, say
from local.stack import Stack

ALERTS = "metric-alerts"
# What the alerts are drawn from.
BEFORE_ALERTS = [job.name for job in JOBS if job.runs != "each time" and job.name != ALERTS]


class DailyJobs:
    """It is tomorrow, as today is added up only when it is over. Of `broken`, one job fails."""

    def __init__(self, stack: Stack, teachers: list[Teacher], broken: Teacher) -> None:
        self.stack = stack
        self.teachers = teachers
        self.broken = broken
        self.databases = [Database(stack.app_url, teacher.slug) for teacher in teachers]
        self.tomorrow = datetime.now(UTC) + timedelta(days=1)

    def run(self) -> None:
        self.dispatch()
        self.show_stages()
        self.show_alerts()
        self.show_cohorts()
        self.show_readers()

    def dispatch(self) -> None:
        heading("Night falls: the daily jobs are dispatched twice, one message per teacher, and run once each")
        self._run_all(BEFORE_ALERTS)
        self._run_all([ALERTS])
        for teacher, database in zip(self.teachers, self.databases, strict=True):
            done = self._expected(teacher, [*BEFORE_ALERTS, ALERTS])
            database.claim(f"{done} jobs are done for {teacher.name}", done, "select count(*) from job_runs")

    def show_stages(self) -> None:
        heading("Where their students stand, and why")
        for teacher in self.teachers:
            if teacher is self.broken:
                continue
            found = teacher.api.get("/v1/lifecycle")
            say(f"{teacher.name}: {', '.join(f'{count} {stage}' for stage, count in sorted(found['stages'].items()))}")
            for student in found["at_risk"][:2]:
                reasons = ", ".join(reason["code"] for reason in student["reasons"])
                say(f"  {student['name']}, {student['stage']}, {student['risk_score']} of 100: {reasons}")
        self._database_of("Ravi Shah").claim(
            "Ila, Om and Esha have stayed away for more than 45 days, and have lapsed",
            ["Esha", "Ila", "Om"],
            "select array_agg(s.name order by s.name) from students s join student_stages g on g.student_id = s.id"
            " where g.stage = 'lapsed'",
        )

    def show_alerts(self) -> None:
        heading("Ravi is told what has gone out of bounds")
        alerts = self._of("Ravi Shah").api.get("/v1/alerts")["alerts"]
        if not alerts:
            raise StepFailed("So many missed lessons should have raised an alert.")
        for alert in alerts:
            say(f"{alert['metric']}: {_why(alert['facts'])}")

    def show_cohorts(self) -> None:
        heading("How many of his students came back, by the month in which they began")
        self._dispatch("retention-cohorts")
        ravi = self._of("Ravi Shah").api
        await_that("the cohorts should be added up", lambda: ravi.get("/v1/cohorts")["as_of"] is not None)
        say(f"{'':<9}students  in that month, and in those after it; * is not over")
        for cohort in ravi.get("/v1/cohorts")["cohorts"]:
            say(f"{cohort['month'][:7]}  {cohort['students']:>8}  {_retained(cohort['months'])}")
        self._database_of("Ravi Shah").claim(
            f"each of his {len(PUPILS)} students is in the cohort of one month",
            len(PUPILS),
            "select sum(students) from (select distinct cohort, students from own_retention_cohorts"
            " where kind = 'paid') each_once",
        )

    def show_readers(self) -> None:
        heading("What Ada's students made of what she shared, and how far visitors of her page came")
        ada = self._of("Ada Weber")
        until = self.tomorrow.astimezone(ZoneInfo(ada.time_zone)).date()
        today = {"from": str(until - timedelta(days=1)), "to": str(until)}
        for item in ada.api.get("/v1/analytics/content", **today)["content"]:
            say(f"{item['title']!r}: {item['opened']} of {item['assigned']} have opened it, views: {item['views']}")
        funnel = ada.api.get("/v1/analytics/funnel", **today)
        steps = ("visitors", "viewed_service", "saw_slots", "held", "booked")
        say(" → ".join(f"{step} {funnel[step]}" for step in steps))

    def _run_all(self, jobs: list[str]) -> None:
        for job in jobs * 2:
            self._dispatch(job)
        await_that(f"{', '.join(jobs)} should have run for all but one teacher", lambda: self._have_run(jobs))

    def _dispatch(self, job: str) -> None:
        result = self.stack.invoke("DispatcherFunction", {"job": job, "at": self.tomorrow.isoformat()})
        if result.failed:
            raise StepFailed(f"The dispatcher should take {job}: {result.payload}")

    def _have_run(self, jobs: list[str]) -> bool:
        query = "select count(*) from job_runs where job = any (%(jobs)s)"
        return all(
            database.value(query, jobs=jobs) == self._expected(teacher, jobs)
            for teacher, database in zip(self.teachers, self.databases, strict=True)
        )

    def _expected(self, teacher: Teacher, jobs: list[str]) -> int:
        return len(jobs) - (teacher is self.broken and BEFORE_ALERTS[0] in jobs)

    def _of(self, name: str) -> Teacher:
        return next(teacher for teacher in self.teachers if teacher.name == name)

    def _database_of(self, name: str) -> Database:
        return self.databases[self.teachers.index(self._of(name))]


def _why(facts: dict[str, Any]) -> str:
    found = f"{facts['value']:g} from {facts['sample']} in {facts['window_days']} days"
    return f"{found}; the rule is {facts['condition']} {facts['threshold']:g}"


def _retained(months: list[dict[str, Any]]) -> str:
    return " ".join(f"{month['retained']:>3}{'*' if month['is_partial'] else ' '}" for month in months)
