"""Every rule of the catalogue: where it speaks, where it is silent, and where it cannot see.

The pairs are emulated and the tool reads their screens; see `catalogue` for the words used here.
"""

import pytest
from catalogue import Entry, healthy_night, texts
from catalogue_clients import CLIENTS
from catalogue_pair import PAIR
from catalogue_people import PEOPLE
from catalogue_units import UNITS

from upgrader.judgement.check.rules import RULES, check
from upgrader.model.finding import Severity

ENTRIES: tuple[Entry, ...] = (*PAIR, *UNITS, *PEOPLE, *CLIENTS)


def test_every_rule_has_its_entry() -> None:
    assert sorted(known.rule for known in ENTRIES) == sorted(rule.text.rule for rule in RULES)


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.rule)
def test_each_rule_speaks_where_it_should(known: Entry) -> None:
    for firing in known.fires:
        found = firing.case.found(known.rule)
        assert any(f.severity is firing.severity and firing.word in f.evidence for f in found), [
            (f.severity, f.evidence) for f in found
        ]
        assert all(f.consequence and f.remedy for f in found)
        assert all(f.facts for f in found if f.severity is not Severity.UNKNOWN)


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.rule)
def test_no_rule_takes_what_it_cannot_see_for_fine(known: Entry) -> None:
    found = known.unknown.found(known.rule)
    assert Severity.UNKNOWN in {f.severity for f in found}, [
        (f.severity, f.evidence) for f in found
    ]


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
