"""Series: every date is looked at, the wall clock stays, and a change reaches exactly the sessions it says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lectern.errors import Conflict
from lectern.sessions.booked import Booked
from lectern.sessions.cancel import Cancellation, cancel_series, cancel_session
from lectern.sessions.listing import get_session
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.reschedule_series import Scope, reschedule_series
from lectern.sessions.series import OnConflict, Series, SeriesCreated, create_recurring_sessions, preview_series
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, refusal, rows_of, run
from tests.sessions.afterwards import calendar_wishes, events, live_sessions, starts
from tests.slots_version import moved_slots_version

TEN = at("2026-03-05 10:00")
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
BERLIN = ZoneInfo("Europe/Berlin")


def a_series(teacher: Teacher, count: int = 5, first: datetime = TEN, every_weeks: int = 1) -> Series:
    service = a_service(teacher, horizon_days=366, step_minutes=30)
    return Series(service, a_student(teacher), first.replace(tzinfo=None), every_weeks, count)


def created(teacher: Teacher, series: Series, on_conflict: OnConflict = "fail") -> SeriesCreated:
    return run(teacher, create_recurring_sessions, series, on_conflict, NOW)


def weekly(count: int, first: datetime = TEN) -> list[datetime]:
    return [first + n * WEEK for n in range(count)]


def start_of(sessions: Sequence[Booked]) -> list[datetime]:
    return [session.starts_at for session in sessions]


def test_a_series_comes_back_every_week_or_every_few(teacher: Teacher) -> None:
    assert start_of(created(teacher, a_series(teacher, 3)).created) == weekly(3)
    fortnightly = a_series(teacher, 3, TEN + HOUR, every_weeks=2)
    assert start_of(created(teacher, fortnightly).created) == weekly(5, TEN + HOUR)[::2]


@pytest.mark.parametrize("first", ["2026-03-22 10:00", "2026-10-18 10:00"])
@pytest.mark.usefixtures("connected")
def test_ac12_a_series_across_a_change_of_clocks_stays_on_the_wall_clock(first: str) -> None:
    teacher = a_teacher("Europe/Berlin")
    series = a_series(teacher, 3, at(first))

    sessions = created(teacher, series).created

    assert [one.starts_at.astimezone(BERLIN).hour for one in sessions] == [10, 10, 10]
    assert sessions[2].starts_at - sessions[0].starts_at != 2 * WEEK


def test_ac08_the_preview_tells_of_every_date_also_the_last(teacher: Teacher) -> None:
    series = a_series(teacher, 12)
    for start in (weekly(12)[5], weekly(12)[11]):
        book(teacher, series.service_id, start, "Kim")

    preview = run(teacher, preview_series, series, NOW)

    assert [occurrence.start for occurrence in preview] == weekly(12)
    assert [n for n, one in enumerate(preview) if one.reasons == ("busy",)] == [5, 11]
    assert sum(one.is_free for one in preview) == 10
    assert preview[11].suggestion in (TEN + 11 * WEEK - HOUR, TEN + 11 * WEEK + HOUR)


def test_ac09_a_series_that_must_not_conflict_is_created_whole_or_not_at_all(teacher: Teacher) -> None:
    series = a_series(teacher, 12)
    book(teacher, series.service_id, weekly(12)[11], "Kim")

    with pytest.raises(Conflict) as refused:
        created(teacher, series)

    report = refused.value.facts["occurrences"]
    assert isinstance(report, list)
    assert [one["status"] for one in report] == ["ok"] * 11 + ["conflict"]
    assert (starts(teacher), rows_of(teacher, "session_series")) == (weekly(12)[11:], [])
    assert events(teacher) == ["session.booked"]


def test_ac08_dates_that_conflict_are_skipped_and_reported(teacher: Teacher) -> None:
    series = a_series(teacher, 5)
    book(teacher, series.service_id, weekly(5)[3], "Kim")

    result = created(teacher, series, "skip")

    assert start_of(result.created) == [*weekly(3), weekly(5)[4]]
    assert [(one.start, one.reasons) for one in result.skipped] == [(weekly(5)[3], ("busy",))]


def test_ac08_the_nearest_open_start_of_the_day_is_taken_when_it_may(teacher: Teacher) -> None:
    series = a_series(teacher, 3, at("2026-03-05 09:00"))
    book(teacher, series.service_id, at("2026-03-12 09:00"), "Kim")

    result = created(teacher, series, "suggest")

    assert start_of(result.created)[1] == at("2026-03-12 10:00")
    assert result.skipped == []


def test_a_series_of_which_no_date_is_free_is_none(teacher: Teacher) -> None:
    series = a_series(teacher, 2, at("2026-03-05 20:00"))

    assert refusal(teacher, create_recurring_sessions, series, "skip", NOW) == "series_conflicts"
    assert rows_of(teacher, "session_series") == []


@pytest.mark.usefixtures("connected")
def test_the_weekly_limit_counts_for_a_series() -> None:
    teacher = a_teacher(per_week=1)
    series = a_series(teacher, 3)
    book(teacher, series.service_id, TEN + WEEK - timedelta(days=3), "Kim")

    assert [one.reasons for one in run(teacher, preview_series, series, NOW)] == [(), ("day_full",), ()]


@pytest.mark.parametrize(("first", "seats", "code"), [(NOW - HOUR, 1, "past"), (TEN, 2, "group_service")])
def test_a_series_neither_begins_in_the_past_nor_fills_a_group(
    teacher: Teacher, first: datetime, seats: int, code: str
) -> None:
    service = a_service(teacher, seats=seats)
    series = Series(service, a_student(teacher), first.replace(tzinfo=None), 1, 2)

    assert refusal(teacher, preview_series, series, NOW) == code
    assert refusal(teacher, create_recurring_sessions, series, "skip", NOW) == code


def moved(teacher: Teacher, session: UUID, to: datetime, scope: Scope, now: datetime = NOW) -> list[datetime]:
    return [one.starts_at for one in run(teacher, reschedule_series, session, to, scope, now)]


def test_ac10_a_move_of_one_leaves_the_others(teacher: Teacher) -> None:
    sessions = created(teacher, a_series(teacher)).created

    run(teacher, reschedule_session, sessions[2].session_id, TEN + 2 * WEEK + HOUR, "teacher", NOW)

    assert starts(teacher) == [*weekly(2), TEN + 2 * WEEK + HOUR, *weekly(5)[3:]]


def test_ac10_a_move_of_this_and_following_moves_no_earlier_one_and_makes_none(teacher: Teacher) -> None:
    sessions = created(teacher, a_series(teacher)).created
    ids = {row["id"] for row in live_sessions(teacher)}

    answer = moved(teacher, sessions[2].session_id, TEN + 2 * WEEK + HOUR, "this_and_following")

    assert answer == weekly(5, TEN + HOUR)[2:]
    assert starts(teacher) == [*weekly(2), *answer]
    assert {row["id"] for row in live_sessions(teacher)} == ids


@pytest.mark.parametrize("step", [WEEK, -WEEK + timedelta(days=6), HOUR / 2, -HOUR / 2, 3 * WEEK])
def test_ac10_a_whole_series_moves_across_itself(teacher: Teacher, step: timedelta) -> None:
    sessions = created(teacher, a_series(teacher)).created

    assert moved(teacher, sessions[1].session_id, TEN + WEEK + step, "all") == weekly(5, TEN + step)
    assert starts(teacher) == weekly(5, TEN + step)


@pytest.mark.usefixtures("connected")
def test_a_series_moves_on_the_wall_clock_across_a_change_of_clocks() -> None:
    teacher = a_teacher("Europe/Berlin")
    sessions = created(teacher, a_series(teacher, 4, at("2026-03-16 10:00"))).created

    moved(teacher, sessions[0].session_id, sessions[0].starts_at + 2 * HOUR, "all")

    assert [start.astimezone(BERLIN).hour for start in starts(teacher)] == [12] * 4


def test_ac09_a_series_of_which_one_session_cannot_move_stays_whole(teacher: Teacher) -> None:
    series = a_series(teacher)
    sessions = created(teacher, series).created
    book(teacher, series.service_id, TEN + 4 * WEEK + 2 * HOUR, "Kim")
    before = starts(teacher)

    assert refusal(teacher, reschedule_series, sessions[0].session_id, TEN + 2 * HOUR, "all", NOW) == "overlaps"
    assert starts(teacher) == before


def test_what_is_over_or_cancelled_stays_when_all_are_moved(teacher: Teacher) -> None:
    sessions = created(teacher, a_series(teacher)).created
    run(teacher, cancel_session, sessions[3].session_id, Cancellation("teacher", None), NOW)

    answer = moved(teacher, sessions[2].session_id, TEN + 2 * WEEK + HOUR, "all", TEN + WEEK + HOUR)

    assert answer == [TEN + 2 * WEEK + HOUR, TEN + 4 * WEEK + HOUR]
    assert starts(teacher) == [*weekly(2), *answer]


def test_a_series_does_not_move_into_the_past(teacher: Teacher) -> None:
    sessions = created(teacher, a_series(teacher)).created
    last, earlier = sessions[4].session_id, TEN + 4 * WEEK - timedelta(days=4)

    assert refusal(teacher, reschedule_series, last, earlier, "all", NOW) == "past"


def test_a_session_of_no_series_has_no_following_ones(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    assert refusal(teacher, reschedule_series, session, TEN + HOUR, "all", NOW) == "no_series"
    assert refusal(teacher, cancel_series, session, "all", "", NOW) == "no_series"


@pytest.mark.parametrize(("scope", "left"), [("this_and_following", 2), ("all", 0)])
def test_ac10_a_cancellation_reaches_its_scope_and_no_further(teacher: Teacher, scope: Scope, left: int) -> None:
    sessions = created(teacher, a_series(teacher)).created
    other = created(teacher, a_series(teacher, 2, TEN + 2 * HOUR)).created

    cancelled = run(teacher, cancel_series, sessions[2].session_id, scope, "holidays", NOW)

    assert cancelled == [session.session_id for session in sessions[left:]]
    assert starts(teacher) == sorted([*weekly(left), *start_of(other)])


def test_ac11_each_session_has_a_calendar_event_of_its_own(teacher: Teacher) -> None:
    sessions = created(teacher, a_series(teacher)).created
    run(teacher, cancel_session, sessions[1].session_id, Cancellation("teacher", None), NOW)

    assert len({row["external_event_id"] for row in rows_of(teacher, "session_calendar_sync")}) == 5
    assert sorted(calendar_wishes(teacher)) == ["create"] * 4 + ["delete"]


def test_the_sessions_of_a_series_know_it(teacher: Teacher) -> None:
    result = created(teacher, a_series(teacher, 2))

    summaries = [run(teacher, get_session, session.session_id)[0] for session in result.created]

    assert [summary.series_id for summary in summaries] == [result.series_id] * 2


def test_ac20_a_series_moves_the_slots_version_with_each_change(teacher: Teacher) -> None:
    series = a_series(teacher)
    with moved_slots_version(teacher.id):
        session = created(teacher, series).created[0].session_id
    with moved_slots_version(teacher.id):
        moved(teacher, session, TEN + HOUR, "all")
    with moved_slots_version(teacher.id):
        run(teacher, cancel_series, session, "all", "", NOW)


def test_ac12_a_series_that_clocks_jump_over_keeps_its_hour_when_it_moves() -> None:
    teacher = a_teacher("Europe/Berlin", rules=[(6, 0, 24 * 60)])
    series = created(teacher, a_series(teacher, 3, at("2026-03-22 02:30")))
    third = series.created[2]

    run(teacher, reschedule_series, third.session_id, third.starts_at + timedelta(hours=1), "all", NOW)

    local = [start.astimezone(ZoneInfo("Europe/Berlin")) for start in starts(teacher)]
    assert [f"{start:%H:%M}" for start in local] == ["03:30", "03:30", "03:30"]


def test_ac08_a_series_of_trials_is_refused_by_the_preview_already(teacher: Teacher) -> None:
    series = Series(a_service(teacher, is_trial=True), a_student(teacher), TEN.replace(tzinfo=None), 1, 3)

    assert refusal(teacher, preview_series, series, NOW) == "trial_service"
