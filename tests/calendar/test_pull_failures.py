"""A calendar that cannot be read stays as it was last seen; and what is odd in one hides nothing else of it."""

import pytest

from lectern import database
from lectern.calendar import google_api
from lectern.calendar.changes import LEAST_AHEAD
from local.google.faults import How
from tests.calendar.diary import CLOCK, Diary, connected_diary, read_again
from tests.calendar.lessons import weekly

TEN, ELEVEN = "2026-03-05T10:00:00", "2026-03-05T11:00:00"
AT_TEN = ("2026-03-05 10:00", "2026-03-05 11:00")


@pytest.fixture
def read(diary: Diary) -> Diary:
    """With a busy hour that is known."""
    diary.add(TEN, ELEVEN)
    read_again(diary)
    return diary


def let_window_end(diary: Diary) -> None:
    """So that the whole is read next."""
    with database.tenant(diary.teacher.id) as tx:
        tx.send(
            "update calendar_connections set read_until = %(until)s where teacher_id = %(teacher_id)s",
            {"until": CLOCK.now + LEAST_AHEAD},
        )


@pytest.mark.parametrize("how", ["garbled", "page"])
@pytest.mark.parametrize("whole", [False, True], ids=["changes", "the whole"])
def test_an_answer_that_is_no_list_frees_nobody(read: Diary, how: How, whole: bool) -> None:  # noqa: FBT001 - a case
    last = read.connection()
    if whole:
        let_window_end(read)
    read.google.fail(3, how, method="GET")
    CLOCK.wait(minutes=15)

    assert read.sync() == {"CalendarReadsFailed": 1}
    assert (read.busy(), read.connection()["last_synced_at"]) == ([AT_TEN], last["last_synced_at"])

    assert read.sync() == {}
    assert (read.busy(), bool(read.connection()["sync_token"])) == ([AT_TEN], True)


def test_a_list_that_ends_without_a_sync_token_is_not_believed_to_be_whole(
    read: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google_api, "FIELDS", "timeZone,nextPageToken,items(id)")
    let_window_end(read)

    CLOCK.wait(minutes=15)

    assert read.sync() == {"CalendarReadsFailed": 1}
    assert read.busy() == [AT_TEN]


def test_a_quota_on_what_is_written_keeps_nothing_from_being_read(read: Diary) -> None:
    weekly(read, 8)
    read.google.fail(None, "quotaExceeded", method="POST")
    read.add("2026-03-06T10:00:00", "2026-03-06T11:00:00")
    CLOCK.wait(minutes=15)

    assert read.sync() == {"CalendarSyncSkipped": 8, "CalendarBusyChanged": 1}
    assert len(read.busy()) == 2


def test_a_calendar_that_is_not_asked_for_while_the_circuit_is_open_counts_as_skipped(read: Diary) -> None:
    read.google.fail(None, "503")
    for _ in range(2):
        read_again(read)
    read.google.requests.clear()
    CLOCK.wait(minutes=15)

    assert (read.sync(), read.asked()) == ({"CalendarSyncSkipped": 1}, [])


@pytest.mark.parametrize("how", ["429", "userRateLimitExceeded"])
def test_a_calendar_is_not_read_before_the_time_that_google_has_named(read: Diary, how: How) -> None:
    read.google.requests.clear()
    CLOCK.wait(minutes=15)
    read.google.fail(None, how, retry_after=3600)
    for _ in range(11):
        read.sync()
        CLOCK.wait(minutes=5)
    assert read.asked() == ["GET events"]

    read.google.recover()
    read.add("2026-03-06T10:00:00", "2026-03-06T11:00:00")
    CLOCK.wait(minutes=5)
    assert read.sync() == {"CalendarBusyChanged": 1}


def test_refusals_in_a_row_make_the_pause_longer_until_a_reading_succeeds(read: Diary) -> None:
    read.google.requests.clear()
    CLOCK.wait(minutes=15)
    read.google.fail(None, "429")
    for _ in range(60):
        read.sync()
        CLOCK.wait(minutes=1)
    assert len(read.asked()) <= 3 * 12

    read.google.recover()
    read_again(read)
    assert read.connection()["refusals"] == 0


def test_what_can_be_read_makes_no_pause_shorter_while_nothing_may_be_written(read: Diary) -> None:
    weekly(read, 1)
    read.google.fail(None, "quotaExceeded", method="POST")
    for _ in range(2):
        read_again(read)

    assert read.connection()["refusals"] == 2


def test_of_two_times_that_google_has_named_in_a_run_the_later_holds(read: Diary) -> None:
    weekly(read, 1)
    read.google.fail(None, "429", method="POST", retry_after=3600)
    read.google.fail(None, "429", method="GET", retry_after=60)
    read_again(read)
    asked = read.asked()

    CLOCK.wait(minutes=55)

    assert (read.sync(), read.asked()) == ({"CalendarSyncSkipped": 1}, asked)


def test_a_calendar_that_is_connected_anew_need_not_wait_until_the_time_that_google_has_named(read: Diary) -> None:
    read.google.fail(None, "429", retry_after=3600)
    read_again(read)
    read.google.recover()

    anew = connected_diary(read.google, read.teacher)

    assert (anew.connection()["refusals"], anew.sync()) == (0, {})
    assert anew.connection()["last_synced_at"]


def test_an_event_at_no_time_that_we_know_hides_no_other_and_keeps_what_was_known_of_it(read: Diary) -> None:
    [odd] = [event["id"] for event in read.google.events(read.account)]
    read.change(odd, summary="The dentist who has moved")
    read.google.calendar_of(read.account).get(odd)["end"] = {"dateTime": "after lunch"}
    read.add("2026-03-06T10:00:00", "2026-03-06T11:00:00")
    CLOCK.wait(minutes=15)

    assert read.sync() == {"CalendarBusyChanged": 1, "CalendarEventsUnread": 1}
    assert read.busy() == [AT_TEN, ("2026-03-06 10:00", "2026-03-06 11:00")]


def test_the_whole_keeps_what_was_known_of_an_event_at_no_time_that_we_know(read: Diary) -> None:
    [odd] = [event["id"] for event in read.google.events(read.account)]
    read.google.calendar_of(read.account).get(odd)["end"] = {"dateTime": "2026-03-05T12:00:00", "timeZone": "Nowhere"}
    let_window_end(read)
    read_again(read)
    assert read.busy() == [AT_TEN]

    read.delete(odd)
    read_again(read)
    assert read.busy() == []
