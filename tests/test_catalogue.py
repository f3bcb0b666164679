"""Every rule of the catalogue: where it speaks, where it is silent, and where it cannot see.

The pairs are emulated and the tool reads their screens; see `catalogue` for the words used here.
"""

from functools import cache

import pytest
from catalogue import Entry, healthy_night, texts
from catalogue_clients import CLIENTS
from catalogue_pair import PAIR
from catalogue_people import PEOPLE
from catalogue_units import UNITS

from upgrader.judgement.check.rules import RULES, check, examine
from upgrader.model.finding import CheckLine, RuleOutcome, Severity

ENTRIES: tuple[Entry, ...] = (*PAIR, *UNITS, *PEOPLE, *CLIENTS)


WHENEVER_ASKED = {
    "nothing-acts-by-itself",
    "rest-api-stopped",
    "routes-relearned",
    "nothing-left-behind",
    "local-ca-absent",
}
"""Rules that are asked only where there is the thing that they speak of."""


@cache
def night_lines() -> tuple[tuple[CheckLine, ...], ...]:
    """How all rules come out in each moment of a night that goes well."""
    return tuple(examine(scene) for scene in healthy_night().values())


def test_every_rule_has_its_entry() -> None:
    assert sorted(known.rule for known in ENTRIES) == sorted(rule.text.rule for rule in RULES)


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.rule)
def test_each_rule_speaks_where_it_should(known: Entry) -> None:
    assert known.fires
    for firing in known.fires:
        found = firing.case.found(known.rule)
        assert any(f.severity is firing.severity and firing.word in f.evidence for f in found), [
            (f.severity, f.evidence) for f in found
        ]
        assert all(f.consequence and f.remedy for f in found)
        assert all(f.facts for f in found if f.severity is not Severity.UNKNOWN)


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.rule)
def test_two_units_of_one_serial_number_stop_the_night_and_not_the_tool(known: Entry) -> None:
    """Copies of one virtual appliance may have it; whatever else is wrong, every rule is asked."""
    for firing in known.fires:
        copied = firing.case.reading("show version", "JAD22222222", "JAD11111111")
        assert any(f.rule == "roles-clear" and f.stops for f in copied.findings())


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.rule)
def test_no_rule_takes_what_it_cannot_see_for_fine(known: Entry) -> None:
    found = known.unknown.found(known.rule)
    assert Severity.UNKNOWN in {f.severity for f in found}, [
        (f.severity, f.evidence) for f in found
    ]


@pytest.mark.parametrize(
    "known", [e for e in ENTRIES if e.rule not in WHENEVER_ASKED], ids=lambda known: known.rule
)
def test_a_rule_is_silent_because_all_is_well_and_not_because_nobody_asked(known: Entry) -> None:
    """A rule that is never put to a pair that is well cannot be said to leave it in peace."""
    outcomes = [
        line.outcome for lines in night_lines() for line in lines if line.rule == known.rule
    ]
    if RuleOutcome.READY not in outcomes:
        outcomes = [case.came_out(known.rule).outcome for case in known.silent]
    assert RuleOutcome.READY in outcomes


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.rule)
def test_no_rule_raises_a_false_alarm_on_a_pair_that_is_well(known: Entry) -> None:
    """In no moment of a night that goes well, and on no pair that only looks odd."""
    for moment, scene in healthy_night().items():
        if moment in texts()[known.rule].moments:
            found = [f for f in check(scene) if f.rule == known.rule]
            assert {f.severity for f in found} <= {Severity.NOTE}, [
                (moment, f.evidence) for f in found
            ]
    for case in known.silent:
        assert [(f.severity, f.evidence) for f in case.found(known.rule)] == []
