"""The weekly rules of a teacher, kept as they said them: weekday and wall clock, never an instant.

`lectern.slots` decides which rules are possible and what they mean; those that overlap merge there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from lectern.availability import queries
from lectern.availability.naming import naming
from lectern.availability.queries import StoredRule
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Invalid, NotFound
from lectern.events import record
from lectern.identifiers import new_id
from lectern.slots import Hours, Rule

# Several for each hour of a week: more is a program gone wrong, and every look at the slots reads them all.
MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Minutes count from 00:00 on the teacher's wall clock; weekday 0 is Monday; both effective dates count.

    An end before the start is on the next date. A rule that is not active is kept and offers nothing.
    """

    weekday: int
    start_minute: int
    end_minute: int
    effective_from: date | None = None
    effective_until: date | None = None
    is_active: bool = True


def list_rules(tx: Transaction) -> list[StoredRule]:
    """The whole week, in its order."""
    return queries.rules(tx).all()


def add_rule(tx: Transaction, rule: WeeklyRule, now: datetime) -> StoredRule:
    """Raises Invalid `impossible` or `too_many_rules`, which name the fields."""
    added = _checked(rule, "")
    # First, as its lock makes the count hold until the commit.
    bump_slots_version(tx)
    if queries.count_rules(tx).one().rows >= MOST_RULES:
        raise _too_many_rules()
    queries.insert_rules(tx, [added], now)
    _tell(tx, now)
    return added


def replace_rules(tx: Transaction, rules: Sequence[WeeklyRule], now: datetime) -> list[StoredRule]:
    """Let the week be these rules and no others; raises as `add_rule` does, and then changes nothing."""
    if len(rules) > MOST_RULES:
        raise _too_many_rules()
    week = [_checked(rule, f"rules.{position}.") for position, rule in enumerate(rules)]
    # First, as its lock keeps two weeks that are saved at once from becoming one of both.
    bump_slots_version(tx)
    queries.delete_rules(tx)
    queries.insert_rules(tx, week, now)
    _tell(tx, now)
    return week


def remove_rule(tx: Transaction, rule_id: UUID, now: datetime) -> None:
    """Raises NotFound `rule_not_found`."""
    # First, as in `replace_rules`: the other way round the two would be a deadlock.
    bump_slots_version(tx)
    if queries.delete_rule(tx, rule_id).one_or_none() is None:
        raise NotFound("rule_not_found", "There is no such rule. List the rules first.")
    _tell(tx, now)


def _checked(rule: WeeklyRule, path: str) -> StoredRule:
    with naming(f"{path}start_minute", f"{path}end_minute"):
        hours = Hours(rule.start_minute, rule.end_minute)
    with naming(f"{path}weekday"):
        always = Rule(rule.weekday, hours)
    with naming(f"{path}effective_from", f"{path}effective_until"):
        replace(always, effective_from=rule.effective_from, effective_until=rule.effective_until)
    return StoredRule(
        id=new_id(),
        weekday=rule.weekday,
        start_minute=rule.start_minute,
        end_minute=rule.end_minute,
        effective_from=rule.effective_from,
        effective_until=rule.effective_until,
        is_active=rule.is_active,
    )


def _too_many_rules() -> Invalid:
    return Invalid("too_many_rules", f"A week has at most {MOST_RULES} rules.", fields=["rules"])


def _tell(tx: Transaction, now: datetime) -> None:
    record(tx, "availability.rules_changed", tx.teacher_id, {}, now)
