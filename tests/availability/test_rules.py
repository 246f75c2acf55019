"""A teacher's week, as they say it and as they find it again."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from lectern import database
from lectern.availability.queries import StoredRule
from lectern.availability.rules import (
    MOST_RULES,
    WeeklyRule,
    add_rule,
    list_rules,
    remove_rule,
    replace_rules,
)
from lectern.availability.slots import list_slots
from lectern.errors import Invalid, NotFound
from lectern.slots import Window
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_service, a_teacher
from tests.slots_version import moved_slots_version

pytestmark = pytest.mark.usefixtures("connected")

MONDAY_MORNING = WeeklyRule(0, 9 * 60, 12 * 60)
FRIDAY_NIGHT = WeeklyRule(4, 22 * 60, 2 * 60, date(2026, 3, 1), date(2026, 6, 30))
SUNDAY_ASLEEP = WeeklyRule(6, 0, 24 * 60, is_active=False)
WEEK = [MONDAY_MORNING, FRIDAY_NIGHT, SUNDAY_ASLEEP]


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher("America/New_York", rules=())


def said(rules: list[StoredRule]) -> list[WeeklyRule]:
    return [
        WeeklyRule(
            rule.weekday,
            rule.start_minute,
            rule.end_minute,
            rule.effective_from,
            rule.effective_until,
            rule.is_active,
        )
        for rule in rules
    ]


def saved(teacher: Teacher, rules: list[WeeklyRule], now: datetime = NOW) -> list[StoredRule]:
    with database.tenant(teacher.id) as tx:
        return replace_rules(tx, rules, now)


def week_of(teacher: Teacher) -> list[StoredRule]:
    with database.tenant(teacher.id) as tx:
        return list_rules(tx)


def test_ac13_a_hundred_saves_around_a_change_of_clocks_change_nothing(teacher: Teacher) -> None:
    saved(teacher, WEEK)
    service_id = a_service(teacher)
    window = Window(datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))

    for days in range(100):
        saved(teacher, said(week_of(teacher)), NOW + timedelta(days=days))

    with database.tenant(teacher.id) as tx:
        monday, *_ = list_slots(tx, service_id, window, NOW).slots
    assert said(week_of(teacher)) == WEEK
    assert monday.start == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_saving_a_week_takes_the_place_of_the_one_before(teacher: Teacher) -> None:
    saved(teacher, WEEK)

    afternoon = saved(teacher, [WeeklyRule(2, 13 * 60, 17 * 60)])

    assert week_of(teacher) == afternoon


def test_a_week_without_rules_is_empty(teacher: Teacher) -> None:
    saved(teacher, WEEK)
    saved(teacher, [])

    assert week_of(teacher) == []


def test_a_rule_is_added_to_the_week_and_removed_from_it(teacher: Teacher) -> None:
    saved(teacher, [FRIDAY_NIGHT])

    with database.tenant(teacher.id) as tx:
        added = add_rule(tx, MONDAY_MORNING, NOW)
        assert said(list_rules(tx)) == [MONDAY_MORNING, FRIDAY_NIGHT]
        remove_rule(tx, added.id, NOW)

    assert said(week_of(teacher)) == [FRIDAY_NIGHT]


def test_rules_that_overlap_are_kept_as_said(teacher: Teacher) -> None:
    overlapping = [WeeklyRule(0, 9 * 60, 12 * 60), WeeklyRule(0, 9 * 60, 12 * 60), WeeklyRule(0, 600, 900)]

    saved(teacher, overlapping)

    assert said(week_of(teacher)) == overlapping


def test_of_two_weeks_saved_at_once_one_stands_whole(teacher: Teacher) -> None:
    mornings = [WeeklyRule(weekday, 8 * 60, 12 * 60) for weekday in range(5)]
    evenings = [WeeklyRule(weekday, 17 * 60, 21 * 60) for weekday in range(5)]

    for _ in range(5):
        at_once([lambda: saved(teacher, mornings), lambda: saved(teacher, evenings)])
        assert said(week_of(teacher)) in (mornings, evenings)


def test_a_week_of_too_many_rules_is_refused_and_the_old_one_stays(teacher: Teacher) -> None:
    saved(teacher, WEEK)

    with pytest.raises(Invalid) as refusal:
        saved(teacher, [MONDAY_MORNING] * (MOST_RULES + 1))

    assert (refusal.value.code, refusal.value.facts["fields"]) == ("too_many_rules", ["rules"])
    assert said(week_of(teacher)) == WEEK


def test_no_rule_is_added_to_a_full_week_not_even_at_once(teacher: Teacher) -> None:
    saved(teacher, [MONDAY_MORNING] * (MOST_RULES - 1))

    def add() -> StoredRule:
        with database.tenant(teacher.id) as tx:
            return add_rule(tx, FRIDAY_NIGHT, NOW)

    results = at_once([add] * 4)

    assert len([result for result in results if isinstance(result, StoredRule)]) == 1
    assert len(week_of(teacher)) == MOST_RULES


@pytest.mark.parametrize(
    ("impossible", "fields"),
    [
        (WeeklyRule(0, 540, 540), ["start_minute", "end_minute"]),
        (WeeklyRule(0, 540, 1441), ["start_minute", "end_minute"]),
        (WeeklyRule(0, 1440, 60), ["start_minute", "end_minute"]),
        (WeeklyRule(7, 540, 600), ["weekday"]),
        (WeeklyRule(0, 540, 600, date(2026, 6, 2), date(2026, 6, 1)), ["effective_from", "effective_until"]),
    ],
)
def test_an_impossible_rule_is_refused_by_name_and_the_old_week_stays(
    teacher: Teacher, impossible: WeeklyRule, fields: list[str]
) -> None:
    saved(teacher, WEEK)

    with pytest.raises(Invalid) as refusal:
        saved(teacher, [MONDAY_MORNING, impossible])

    assert refusal.value.facts["fields"] == [f"rules.1.{field}" for field in fields]
    assert said(week_of(teacher)) == WEEK


def test_a_change_of_the_week_is_seen_by_the_next_reader_of_slots(teacher: Teacher) -> None:
    with moved_slots_version(teacher.id):
        saved(teacher, WEEK)
    with moved_slots_version(teacher.id), database.tenant(teacher.id) as tx:
        added = add_rule(tx, MONDAY_MORNING, NOW)
    with moved_slots_version(teacher.id), database.tenant(teacher.id) as tx:
        remove_rule(tx, added.id, NOW)


def test_ac32_another_teachers_rule_is_not_found(teacher: Teacher) -> None:
    other = a_teacher(rules=())
    [others_rule] = saved(other, [MONDAY_MORNING])

    with database.tenant(teacher.id) as tx, pytest.raises(NotFound) as refusal:
        remove_rule(tx, others_rule.id, NOW)

    assert refusal.value.code == "rule_not_found"
    assert week_of(other) == [others_rule]


def test_a_week_replaced_while_its_rules_are_removed_is_no_deadlock(teacher: Teacher) -> None:
    def change(rule: StoredRule | None) -> None:
        with database.tenant(teacher.id) as tx:
            if rule:
                remove_rule(tx, rule.id, NOW)
            else:
                replace_rules(tx, WEEK, NOW)

    for _ in range(20):
        change(None)
        with database.tenant(teacher.id) as tx:
            rules = list_rules(tx)
        outcomes = at_once([partial(change, rule) for rule in (None, *rules, None)])
        assert all(outcome is None or isinstance(outcome, NotFound) for outcome in outcomes)
