"""Google refuses, fails, says that it is too much, or forgets us: nothing is lost, and nobody else waits for it."""

from datetime import timedelta

import pytest

from lectern import database, outbound
from lectern.calendar import google_http
from lectern.calendar.fate import LONGEST_PAUSE, pause
from lectern.calendar.push import BATCH
from local.google.faults import How
from tests.at_once import at_once
from tests.calendar.diary import CLOCK, Diary
from tests.calendar.lessons import cancel, waiting, weekly
from tests.redis_at import redis_at


def test_an_event_that_google_refuses_is_given_up_and_the_others_are_told(diary: Diary) -> None:
    refused, told = diary.lesson(days=1), diary.lesson(days=2)
    with database.tenant(diary.teacher.id) as tx:
        tx.send(
            "update session_calendar_sync set external_event_id = 'no' where session_id = %(refused)s",
            {"refused": refused},
        )

    counts = diary.sync()

    assert counts == {"CalendarEventsPushed": 1, "CalendarEventsRefused": 1}
    assert (diary.row(refused)["status"], diary.row(refused)["last_error"]) == ("failed", "invalid")
    assert diary.row(told)["status"] == "done"


def test_an_event_that_fails_waits_and_the_others_are_told_before_it(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.calendar.push.BATCH", 1)
    fails, other = diary.lesson(days=1), diary.lesson(days=2)
    diary.google.fail(3, "500")

    assert diary.sync() == {"CalendarEventsPutOff": 1}
    assert (diary.row(fails)["status"], diary.row(fails)["attempts"]) == ("pending", 1)
    diary.google.requests.clear()
    CLOCK.wait(seconds=30)

    assert diary.sync() == {"CalendarEventsPushed": 2}
    assert [other.hex in request.body for request in diary.google.requests] == [True, False]


def test_what_breaks_in_our_own_hands_keeps_no_other_event_from_being_told(diary: Diary) -> None:
    broken, told = diary.lesson(days=1), diary.lesson(days=2)
    with database.tenant(diary.teacher.id) as tx:
        tx.send("update class_sessions set time_zone = 'Nowhere' where id = %(broken)s", {"broken": broken})

    diary.sync()

    assert (diary.row(broken)["last_error"], diary.row(told)["status"]) == ("ZoneInfoNotFoundError", "done")


@pytest.mark.parametrize("how", ["429", "userRateLimitExceeded", "rateLimitExceeded"])
def test_google_saying_that_it_is_too_much_is_left_alone_and_nothing_is_lost(diary: Diary, how: How) -> None:
    weekly(diary, 5)
    diary.google.fail(None, how)

    assert diary.sync() == {"CalendarSyncSkipped": 5}
    assert (len(diary.asked("POST events")), waiting(diary)) == (3, 5)

    diary.google.recover()
    CLOCK.wait(minutes=1)
    assert diary.sync() == {"CalendarEventsPushed": 5}


def test_google_is_asked_about_no_event_before_the_time_that_it_has_named(diary: Diary) -> None:
    weekly(diary, BATCH + 5)
    diary.google.fail(None, "429", retry_after=3600)
    for _ in range(11):
        diary.sync()
        CLOCK.wait(minutes=5)

    assert (diary.asked("POST"), waiting(diary)) == (["POST events"], BATCH + 5)

    diary.google.recover()
    CLOCK.wait(minutes=5)
    assert diary.sync()["CalendarEventsPushed"] == BATCH + 5


def test_a_lesson_that_is_new_waits_as_well_until_the_time_that_google_has_named(diary: Diary) -> None:
    diary.google.fail(None, "429", retry_after=3600)
    for days in range(1, 11):
        diary.lesson(days=days)
        diary.sync()
        CLOCK.wait(minutes=1)

    assert diary.asked() == ["POST events"]

    diary.google.recover()
    CLOCK.wait(minutes=50)
    assert diary.sync()["CalendarEventsPushed"] == 10


def test_an_hour_of_429_costs_few_calls_and_is_made_up_for_at_once(diary: Diary) -> None:
    weekly(diary, 30)
    diary.google.fail(None, "429")
    for _ in range(12):
        assert diary.sync()["CalendarSyncSkipped"] > 0
        CLOCK.wait(minutes=5)
    assert len(diary.asked("POST")) <= 12 * 3

    diary.google.recover()
    CLOCK.wait(seconds=LONGEST_PAUSE.total_seconds())
    diary.sync()

    assert (waiting(diary), len(diary.shows())) == (0, 30)


def test_while_the_accounts_circuit_is_open_its_batch_is_skipped_and_other_accounts_go_on(
    diary: Diary, other: Diary
) -> None:
    weekly(diary, 8)
    theirs = other.lesson()
    diary.google.fail(None, "503")
    for _ in range(2):
        diary.sync()
    diary.google.recover()
    diary.google.requests.clear()
    CLOCK.wait(minutes=15)

    assert (diary.sync(), diary.asked()) == ({"CalendarSyncSkipped": 9}, [])
    other.sync()
    assert other.row(theirs)["status"] == "done"


def test_a_google_that_does_not_answer_is_waited_for_once_in_a_batch(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    weekly(diary, 5)
    monkeypatch.setattr(google_http, "READ_SECONDS", 0.2)
    monkeypatch.setattr(outbound, "RETRY_WITHIN_SECONDS", 0.1)
    google_http._connections.cache_clear()  # noqa: SLF001 - it holds the time that they wait
    diary.google.fail(None, "timeout")

    assert diary.sync() == {"CalendarEventsPutOff": 1, "CalendarSyncSkipped": 4}
    assert len(diary.asked()) == 1


def test_a_google_that_answers_nobody_is_left_alone_for_all_after_five_attempts(diary: Diary, other: Diary) -> None:
    weekly(diary, 8)
    theirs = other.lesson()
    diary.google.fail(5, "reset")
    for _ in range(2):
        diary.sync()
    diary.google.requests.clear()

    assert other.sync() == {"CalendarSyncSkipped": 2}
    assert (diary.asked(), other.row(theirs)["attempts"]) == ([], 0)


@pytest.mark.parametrize("how", ["accessNotConfigured", "insufficientPermissions"])
def test_what_google_has_against_all_that_we_ask_fails_no_event(diary: Diary, how: How) -> None:
    lesson, _ = diary.lesson(days=1), diary.lesson(days=2)
    diary.google.fail(None, how)

    assert diary.sync() == {"CalendarEventsPutOff": 1, "CalendarSyncSkipped": 1}
    assert diary.asked() == ["POST events"]
    assert (diary.row(lesson)["status"], diary.row(lesson)["last_error"]) == ("pending", how)


@pytest.mark.parametrize("how", ["invalid_client", "deleted_client", "unauthorized_client", "garbled", "page"])
def test_what_is_wrong_with_our_client_at_google_fails_no_event_and_ends_no_grant(diary: Diary, how: How) -> None:
    lesson = diary.lesson()
    diary.google.fail(None, how, "token")
    CLOCK.wait(hours=2)

    assert diary.sync()["CalendarEventsPutOff"] == 1
    assert (diary.row(lesson)["status"], diary.connection()["status"]) == ("pending", "connected")
    assert diary.asked("POST events") == []


@pytest.mark.parametrize("how", ["invalid_client", "accessNotConfigured"])
def test_what_was_put_off_is_told_once_google_serves_us_again(diary: Diary, how: How) -> None:
    lesson = diary.lesson()
    diary.google.fail(None, how, "token" if how == "invalid_client" else "calendar")
    CLOCK.wait(hours=2)
    assert diary.sync() == {"CalendarEventsPutOff": 1, "CalendarReadsFailed": 1}

    diary.google.recover()
    CLOCK.wait(minutes=1)

    assert diary.sync()["CalendarEventsPushed"] == 1
    assert diary.row(lesson)["status"] == "done"


@pytest.mark.parametrize("how", ["garbled", "page"])
def test_an_answer_that_nobody_can_read_is_none(diary: Diary, how: How) -> None:
    lesson = diary.lesson()
    diary.google.fail(3, how)

    assert diary.sync() == {"CalendarEventsPutOff": 1}
    assert diary.row(lesson)["status"] == "pending"

    CLOCK.wait(minutes=1)
    diary.sync()
    assert (diary.row(lesson)["status"], diary.shows()) == ("done", ["2026-03-03 10:00"])


def test_a_page_of_a_proxys_has_deleted_nothing(diary: Diary) -> None:
    lesson = diary.lesson()
    diary.sync()
    cancel(diary, lesson)
    diary.google.fail(3, "page")

    assert (diary.sync(), diary.row(lesson)["status"]) == ({"CalendarEventsPutOff": 1}, "pending")

    CLOCK.wait(minutes=1)
    diary.sync()
    assert (diary.shows(), diary.row(lesson)["status"]) == ([], "done")


def test_a_token_that_is_refused_as_soon_as_it_is_given_ends_the_run_and_opens_the_circuit(diary: Diary) -> None:
    weekly(diary, 8)
    diary.google.fail(None, "401")
    CLOCK.wait(minutes=15)

    assert diary.sync() == {"CalendarEventsPutOff": 1, "CalendarSyncSkipped": 8}
    assert len(diary.asked()) == 1 + len(["POST token"]) + 5


def test_an_access_token_that_google_does_not_know_is_renewed_once(diary: Diary) -> None:
    diary.lesson()
    diary.google.expire_access_tokens()

    assert diary.sync() == {"CalendarEventsPushed": 1}
    assert diary.asked() == ["POST events", "POST token", "POST events"]


def test_an_access_token_is_kept_for_the_next_run_until_it_ends(diary: Diary) -> None:
    for _ in range(2):
        diary.lesson(hour=10 + len(diary.shows()))
        diary.sync()
    assert "POST token" not in diary.asked()

    CLOCK.wait(hours=1)
    diary.google.requests.clear()
    diary.lesson(days=3)
    diary.sync()

    assert diary.asked("POST") == ["POST token", "POST events"]


def test_ac22_a_consent_taken_back_is_noted_once_and_google_is_not_asked_again(diary: Diary) -> None:
    diary.lesson()
    diary.google.revoke(diary.account)

    assert diary.sync() == {"CalendarsToReconnect": 1}
    diary.google.requests.clear()
    diary.lesson(days=2)

    assert (diary.sync(), diary.asked()) == ({}, [])
    assert diary.connection()["status"] == "needs_reauth"
    assert len(diary.happened("calendar.needs_reauth")) == 1
    assert waiting(diary) == 2


def test_what_was_told_before_a_grant_was_found_to_be_gone_is_counted(diary: Diary) -> None:
    diary.lesson()
    CLOCK.wait(minutes=15)
    with database.tenant(diary.teacher.id) as tx:
        tx.send(
            "update calendar_connections set refresh_token = 'of another token key' where teacher_id = %(teacher_id)s"
        )
    diary.google.fail(1, "401", method="GET")

    assert diary.sync() == {"CalendarEventsPushed": 1, "CalendarsToReconnect": 1}


def test_ac22_two_workers_that_find_it_out_at_once_note_it_once(diary: Diary) -> None:
    weekly(diary, BATCH * 2)
    diary.google.revoke(diary.account)

    at_once([diary.sync] * 2)

    assert len(diary.happened("calendar.needs_reauth")) == 1


def test_without_redis_the_calendar_is_told_as_well(diary: Diary) -> None:
    lesson = diary.lesson()

    with redis_at("redis://127.0.0.1:1/0"):
        diary.sync()

    assert diary.row(lesson)["status"] == "done"


def test_pauses_grow_to_a_quarter_of_an_hour() -> None:
    assert timedelta(seconds=15) <= pause(0) <= timedelta(seconds=30)
    assert LONGEST_PAUSE / 2 <= pause(1000) <= LONGEST_PAUSE
