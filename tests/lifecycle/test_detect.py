"""The daily run: what it writes, what it tells, and that it does so once."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from lectern import database
from lectern.database import Transaction
from lectern.jobs.run import run as run_job
from lectern.lifecycle.detect import Detection, detect
from lectern.lifecycle.settings import set_thresholds
from lectern.lifecycle.thresholds import Thresholds
from lectern.students.roster import archive_student
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_student, a_teacher, in_days, rows_of, run
from tests.lifecycle.given import TODAY, a_seat, lessons


def detect_in(teacher: Teacher, days: int = 0) -> Detection:
    """The run of so many days from now."""
    return run(teacher, detect, TODAY + timedelta(days=days), NOW + timedelta(days=days))


def known_for(tx: Transaction, student: UUID, days: int) -> None:
    tx.send(
        "update students set created_at = %(since)s where teacher_id = %(teacher_id)s and id = %(id)s",
        {"id": student, "since": in_days(-days)},
    )


def mark_completed(teacher: Teacher, seat: UUID) -> None:
    """As session-upkeep does, when nobody has said anything else for three days."""
    with database.tenant(teacher.id) as tx:
        for table in ("session_participants", "class_sessions"):
            statement = sql.SQL("update {} set status = 'completed' where teacher_id = %s and id = %s")
            tx.connection.execute(statement.format(sql.Identifier(table)), [teacher.id, seat])


def miss(tx: Transaction, seat: UUID) -> None:
    tx.send(
        "update session_participants set status = 'no_show' where teacher_id = %(teacher_id)s and id = %(id)s",
        {"id": seat},
    )


def detect_and_die(tx: Transaction) -> None:
    detect(tx, TODAY, NOW)
    raise KeyboardInterrupt


def stages(teacher: Teacher) -> list[tuple[str, str]]:
    """What was written down, in order."""
    return sorted((row["local_date"], row["stage"]) for row in rows_of(teacher, "student_stages"))


def told(teacher: Teacher) -> list[dict[str, Any]]:
    events = [row for row in rows_of(teacher, "domain_events") if row["type"] == "student.stage_changed"]
    return [event["payload"] for event in sorted(events, key=lambda event: event["payload"]["local_date"])]


def test_the_first_run_writes_where_each_student_stands(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(3, 73, 7))
    a_student(teacher, "Kim")

    assert detect_in(teacher) == Detection(students=2, changes=2)
    assert stages(teacher) == [("2026-03-02", "active"), ("2026-03-02", "lead")]


def test_a_change_is_written_and_told_with_its_reasons(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(3, 73, 7))
    detect_in(teacher)

    detect_in(teacher, 8)

    first, second = told(teacher)
    assert (first["from"], first["to"]) == (None, "active")
    assert (second["from"], second["to"], second["local_date"]) == ("active", "at_risk", "2026-03-10")
    assert [reason["code"] for reason in second["reasons"]] == ["overdue", "no_lesson_ahead", "gap"]
    row = max(rows_of(teacher, "student_stages"), key=lambda each: each["local_date"])
    assert (row["reasons"], row["risk_score"]) == (second["reasons"], second["risk_score"])


def test_a_day_on_which_nothing_changes_writes_nothing(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(3, 73, 7))
    detect_in(teacher)

    assert detect_in(teacher, 1).changes == 0
    assert len(stages(teacher)) == len(told(teacher)) == 1


def test_a_second_run_on_the_same_day_changes_nothing_even_if_something_happened(
    teacher: Teacher, student: UUID
) -> None:
    detect_in(teacher)
    run(teacher, archive_student, student, NOW)

    assert detect_in(teacher).changes == 0
    assert (stages(teacher), len(told(teacher))) == ([("2026-03-02", "lead")], 1)


def test_what_happened_after_a_days_run_is_found_by_the_next(teacher: Teacher, student: UUID) -> None:
    detect_in(teacher)
    run(teacher, archive_student, student, NOW)

    detect_in(teacher, 1)

    assert stages(teacher) == [("2026-03-02", "lead"), ("2026-03-03", "archived")]


def test_a_run_that_comes_after_that_of_a_later_day_changes_nothing(teacher: Teacher, student: UUID) -> None:
    detect_in(teacher, 1)
    run(teacher, archive_student, student, NOW)

    assert detect_in(teacher).changes == 0
    assert stages(teacher) == [("2026-03-03", "lead")]


def test_a_job_that_is_redriven_after_a_later_one_changes_nothing_though_that_found_nothing_new(
    teacher: Teacher, student: UUID
) -> None:
    """Of three days the second one's failed; the third's found what the first's had, and the student has left since."""
    for days in (0, 2):
        run_job("lifecycle-detection", teacher.id, TODAY + timedelta(days=days), NOW + timedelta(days=days))
    run(teacher, archive_student, student, NOW + timedelta(days=2))

    run_job("lifecycle-detection", teacher.id, TODAY + timedelta(days=1), NOW + timedelta(days=3))

    assert (stages(teacher), len(told(teacher))) == ([("2026-03-02", "lead")], 1)


def test_a_student_goes_from_active_to_lapsed_and_is_won_back(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(3, 73, 7))
    for days in range(60):
        detect_in(teacher, days)
    a_seat(teacher, student, NOW + timedelta(days=59))
    for days in range(60, 100):
        detect_in(teacher, days)

    assert [stage for _, stage in stages(teacher)] == ["active", "at_risk", "lapsed", "won_back", "at_risk"]
    assert stages(teacher)[2:4] == [("2026-04-14", "lapsed"), ("2026-05-01", "won_back")]


def test_a_trial_that_is_not_marked_yet_makes_nobody_a_lost_lead(teacher: Teacher, student: UUID) -> None:
    run(teacher, known_for, student, 40)
    seat = a_seat(teacher, student, in_days(1), "booked", trial=True)
    for days in range(4):
        detect_in(teacher, days)
    mark_completed(teacher, seat)
    detect_in(teacher, 4)

    assert [stage for _, stage in stages(teacher)] == ["trial_booked", "trial_done"]


def test_a_lesson_that_is_not_marked_yet_makes_nobody_lapse(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(44, 120, 7))
    seat = a_seat(teacher, student, in_days(1), "booked")
    for days in range(4):
        detect_in(teacher, days)
    mark_completed(teacher, seat)
    detect_in(teacher, 4)

    assert [stage for _, stage in stages(teacher)] == ["active"]


def test_who_had_lapsed_is_won_back_when_the_lesson_they_came_to_is_marked(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(50, 120, 7))
    detect_in(teacher)
    seat = a_seat(teacher, student, in_days(5), "booked")
    for days in range(1, 8):
        detect_in(teacher, days)
    mark_completed(teacher, seat)
    for days in range(8, 14):
        detect_in(teacher, days)

    assert [stage for _, stage in stages(teacher)] == ["lapsed", "active", "won_back"]


def test_a_lapse_that_was_found_in_error_hides_no_return(teacher: Teacher, student: UUID) -> None:
    """The lesson had been marked as missed, and the teacher corrects that."""
    lessons(teacher, student, *range(50, 120, 7))
    detect_in(teacher)
    seat = a_seat(teacher, student, in_days(5), "booked")
    detect_in(teacher, 1)
    run(teacher, miss, seat)
    detect_in(teacher, 6)
    mark_completed(teacher, seat)
    detect_in(teacher, 7)

    assert [stage for _, stage in stages(teacher)] == ["lapsed", "active", "lapsed", "won_back"]


def test_a_teachers_own_thresholds_hold(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(12, 82, 7))
    run(teacher, set_thresholds, Thresholds(overdue_days=20), NOW)

    detect_in(teacher)

    assert stages(teacher) == [("2026-03-02", "active")]


def test_the_day_is_the_one_that_is_asked_for_and_not_the_servers(connected: None) -> None:  # noqa: ARG001
    """In Honolulu it is still 1 March, the tenth day after the lesson of 19 February."""
    teacher = a_teacher("Pacific/Honolulu")
    lessons(teacher, a_student(teacher), *range(11, 81, 7))

    run(teacher, detect, date(2026, 3, 1), NOW)

    assert stages(teacher) == [("2026-03-01", "active")]


def test_of_two_runs_at_once_one_writes_and_tells(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(3, 73, 7))

    found = at_once([partial(detect_in, teacher)] * 4)

    assert sorted(each.changes for each in found if isinstance(each, Detection)) == [0, 0, 0, 1]
    assert (stages(teacher), len(told(teacher))) == ([("2026-03-02", "active")], 1)


def test_students_who_are_gone_for_good_are_left_alone(teacher: Teacher, student: UUID) -> None:
    with database.tenant(teacher.id) as tx:
        tx.send(
            "update students set deleted_at = %(now)s where teacher_id = %(teacher_id)s and id = %(id)s",
            {"now": NOW, "id": student},
        )

    assert detect_in(teacher) == Detection(students=0, changes=0)


def test_a_run_that_is_cut_short_leaves_nothing_behind(teacher: Teacher, student: UUID) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(teacher, detect_and_die)

    assert (stages(teacher), told(teacher)) == ([], [])
    assert detect_in(teacher) == Detection(students=1, changes=1)
    assert rows_of(teacher, "student_stages")[0]["student_id"] == str(student)
