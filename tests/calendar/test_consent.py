"""Connecting a calendar and parting from it: AC32's state, and what becomes of lessons and busy times."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from lectern import settings
from lectern.calendar.consent import GOOD_FOR, finish, start
from lectern.calendar.disconnect import disconnect
from lectern.calendar.grant import SCOPE
from lectern.errors import LecternError
from local.google import LocalGoogle
from local.google.faults import How
from tests.builders import Teacher, a_service, a_teacher, book, in_days, rows_of
from tests.calendar.diary import CLOCK, PAGE, Diary, read_again
from tests.calendar.lessons import cancel
from tests.slots_version import moved_slots_version

SESSION, ANOTHER_SESSION = b"an auth session", b"another auth session"


@dataclass(frozen=True)
class Back:
    """What Google has put into the query of our page."""

    code: str
    state: str


def consented(url: str) -> Back:
    """The teacher opens Google's page, and agrees."""
    answer = urllib3.request("GET", url, redirect=False)
    assert answer.headers["Location"].startswith(PAGE)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return Back(query["code"][0], query["state"][0])


def back_from_google(teacher: Teacher) -> Back:
    return consented(start(teacher.id, SESSION, PAGE, CLOCK.now))


def refused(teacher: Teacher, back: Back, session: bytes = SESSION) -> str:
    with pytest.raises(LecternError) as refusal:
        finish(teacher.id, session, back.code, back.state, CLOCK.now)
    return refusal.value.code


@pytest.fixture
def teacher(google: LocalGoogle) -> Teacher:
    teacher = a_teacher()
    google.signed_in = google.open_account(f"{teacher.slug}@example.com")
    return teacher


@pytest.fixture
def mine(google: LocalGoogle, teacher: Teacher) -> Diary:
    """The teacher's calendar, before it is connected."""
    return Diary(google, teacher, google.signed_in)


def connect(diary: Diary) -> None:
    back = back_from_google(diary.teacher)
    finish(diary.teacher.id, SESSION, back.code, back.state, CLOCK.now)


def test_who_consents_has_their_lessons_in_the_calendar_and_its_events_as_busy_times(mine: Diary) -> None:
    mine.lesson()
    mine.add("2026-03-05T10:00:00", "2026-03-05T11:00:00")

    connect(mine)
    mine.sync()

    assert "2026-03-03 10:00" in mine.shows()
    assert mine.busy() == [("2026-03-05 10:00", "2026-03-05 11:00")]
    assert len(mine.happened("calendar.connected")) == 1


def test_what_is_over_or_off_before_the_calendar_is_connected_is_not_put_into_it(mine: Diary) -> None:
    mine.lesson(days=1)
    cancelled = mine.lesson(days=4)
    cancel(mine, cancelled)
    mine.lesson(days=5)
    CLOCK.wait(days=3)

    connect(mine)
    mine.sync()

    assert mine.shows() == ["2026-03-07 10:00"]
    assert {row["status"] for row in rows_of(mine.teacher, "session_calendar_sync")} == {"done"}


def test_google_is_asked_for_no_more_than_events_and_whose_they_are(teacher: Teacher) -> None:
    query = parse_qs(urlsplit(start(teacher.id, SESSION, PAGE, CLOCK.now)).query)

    assert query["scope"] == [f"openid {SCOPE}"]
    assert (query["access_type"], query["code_challenge_method"]) == (["offline"], ["S256"])


def test_ac32_a_state_is_good_in_the_auth_session_that_began_alone(teacher: Teacher) -> None:
    back = back_from_google(teacher)

    assert refused(teacher, back, ANOTHER_SESSION) == "consent_not_found"
    assert rows_of(teacher, "calendar_connections") == []


def test_ac32_a_state_is_good_for_its_teacher_alone(google: LocalGoogle, teacher: Teacher) -> None:
    """Else a stranger could have their own calendar connected to somebody else's lessons."""
    victim = a_teacher()
    start(victim.id, SESSION, PAGE, CLOCK.now)

    assert refused(victim, back_from_google(teacher)) == "consent_not_found"
    assert google.requests == []


def test_a_state_is_good_once(mine: Diary) -> None:
    back = back_from_google(mine.teacher)
    finish(mine.teacher.id, SESSION, back.code, back.state, CLOCK.now)

    assert refused(mine.teacher, back) == "consent_not_found"


def test_a_state_runs_out(teacher: Teacher) -> None:
    back = back_from_google(teacher)

    CLOCK.wait(seconds=GOOD_FOR.total_seconds())

    assert refused(teacher, back) == "consent_not_found"


def test_another_code_than_the_states_own_is_worth_nothing(google: LocalGoogle, teacher: Teacher) -> None:
    """PKCE: the code of another consent was asked for with another challenge."""
    other = a_teacher()
    stolen = back_from_google(other).code
    back = back_from_google(teacher)

    assert refused(teacher, Back(stolen, back.state)) == "consent_refused"
    assert google.requests


def test_who_leaves_out_the_calendar_has_not_connected_it(google: LocalGoogle, teacher: Teacher) -> None:
    google.withheld = [SCOPE]
    back = back_from_google(teacher)
    google.withheld = []

    assert refused(teacher, back) == "consent_incomplete"
    assert rows_of(teacher, "calendar_connections") == []


def test_while_google_is_away_nothing_is_connected(google: LocalGoogle, teacher: Teacher) -> None:
    back = back_from_google(teacher)
    google.fail(1, "503", "token")

    assert refused(teacher, back) == "google-calendar_unavailable"
    assert rows_of(teacher, "calendar_connections") == []


def test_no_token_of_googles_can_be_read_in_the_database(mine: Diary) -> None:
    connect(mine)
    mine.sync()

    row = mine.connection()
    assert len(row["refresh_token"]) > len(row["access_token"]) / 2 > 30
    for token in [*mine.google.tokens.refresh, *mine.google.tokens.access]:
        assert token not in str(row)
        assert token.encode().hex() not in str(row)


def test_connecting_again_after_the_consent_was_taken_back_goes_on_where_it_was(mine: Diary) -> None:
    connect(mine)
    kept, gone = mine.lesson(days=1), mine.lesson(days=2)
    mine.sync()
    mine.google.revoke(mine.account)
    cancel(mine, gone)
    mine.sync()

    connect(mine)
    mine.sync()

    assert mine.shows() == ["2026-03-03 10:00"]
    assert (mine.row(kept)["status"], mine.row(gone)["status"]) == ("done", "done")
    assert mine.connection()["status"] == "connected"


def test_another_account_takes_the_place_of_the_one_before(google: LocalGoogle, mine: Diary) -> None:
    mine.lesson()
    mine.add("2026-03-05T10:00:00", "2026-03-05T11:00:00")
    connect(mine)
    mine.sync()

    google.signed_in = google.open_account(f"second-{mine.account}")
    connect(mine)
    mine.sync()

    assert Diary(google, mine.teacher, google.signed_in).shows() == ["2026-03-03 10:00"]
    assert mine.busy() == []


def test_the_account_of_before_hears_no_more_of_us(
    google: LocalGoogle, mine: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_PUSH_URL", "https://api.example/v1/webhooks/google")
    connect(mine)
    mine.sync()
    assert mine.account in {channel.owner for channel in google.channels.open.values()}

    google.signed_in = google.open_account(f"third-{mine.account}")
    connect(mine)

    assert mine.account not in {channel.owner for channel in google.channels.open.values()}
    assert mine.account not in {held.account for held in google.tokens.refresh.values()}
    assert google.signed_in in {held.account for held in google.tokens.refresh.values()}


def test_who_connects_the_same_account_again_is_not_parted_from_it(google: LocalGoogle, mine: Diary) -> None:
    """Google ends all of an account's grants with one of them."""
    connect(mine)
    connect(mine)

    assert "POST revoke" not in mine.asked()
    assert google.requests


def test_who_parts_is_busy_by_that_calendar_no_more_and_google_forgets_us(mine: Diary) -> None:
    mine.lesson()
    mine.add("2026-03-05T10:00:00", "2026-03-05T11:00:00")
    connect(mine)
    mine.sync()

    with moved_slots_version(mine.teacher.id):
        disconnect(mine.teacher.id, CLOCK.now)

    assert (mine.busy(), rows_of(mine.teacher, "calendar_connections")) == ([], [])
    assert not [held for held in mine.google.tokens.refresh.values() if held.account == mine.account]
    assert len(mine.shows()) == 2
    assert len(mine.happened("calendar.disconnected")) == 1


def test_who_parts_while_google_is_away_has_parted(mine: Diary) -> None:
    connect(mine)
    mine.google.fail(None, "503", "token")

    disconnect(mine.teacher.id, CLOCK.now)

    assert rows_of(mine.teacher, "calendar_connections") == []


@pytest.mark.parametrize("how", ["429", "503", "insufficientPermissions"])
def test_the_grant_ends_also_while_the_channel_cannot_be_stopped(
    mine: Diary, monkeypatch: pytest.MonkeyPatch, how: How
) -> None:
    monkeypatch.setenv("GOOGLE_PUSH_URL", "https://api.example/v1/webhooks/google")
    connect(mine)
    mine.sync()
    mine.google.fail(None, how)

    disconnect(mine.teacher.id, CLOCK.now)

    assert mine.account not in {held.account for held in mine.google.tokens.refresh.values()}
    assert rows_of(mine.teacher, "calendar_connections") == []


def test_who_parts_while_our_client_is_not_in_order_has_parted(mine: Diary) -> None:
    connect(mine)
    mine.google.fail(None, "deleted_client", "token")

    disconnect(mine.teacher.id, CLOCK.now)

    assert rows_of(mine.teacher, "calendar_connections") == []


def test_a_lesson_booked_after_parting_is_told_to_nobody(mine: Diary) -> None:
    connect(mine)
    disconnect(mine.teacher.id, CLOCK.now)
    mine.google.requests.clear()

    book(mine.teacher, a_service(mine.teacher), in_days(1))
    read_again(mine)

    assert mine.asked() == []


def test_a_key_that_has_changed_makes_teachers_connect_again(mine: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(mine)
    monkeypatch.setenv("TOKEN_KEY", "another key")
    settings.token_key.cache_clear()
    try:
        counts = mine.sync()
    finally:
        monkeypatch.undo()
        settings.token_key.cache_clear()

    assert counts == {"CalendarsToReconnect": 1}
    assert mine.connection()["status"] == "needs_reauth"
