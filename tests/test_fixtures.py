"""The examples that ship: what each is there to show, it shows."""

import pytest
from nights import Firewall

from upgrader.cli.pairfile.examples import list_examples
from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.finding import Severity

# name, the rules that refuse it, exit code of a run in spite of them
EXPECTED = [
    ("matched", set(), 0),
    ("mismatched", {"anyconnect-images-match"}, 5),
    ("missing-package", {"anyconnect-image-present"}, 5),
    ("overwritten-package", {"anyconnect-images-match"}, 5),
    ("no-failover-key", {"vpn-replication-keyed"}, 0),
    ("no-http-replication", set(), 0),
]


def firewall_of(name: str) -> Firewall:
    return Firewall(EmulatedPair.from_scenario(scenario_of(read_pair(f"example:{name}"))))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rules", "code"), EXPECTED)
def test_an_example_is_refused_by_its_rule_and_ends_as_foretold(
    name: str, rules: set[str], code: int
):
    firewall = firewall_of(name)
    plan = firewall.planned()
    assert {finding.rule for finding in plan.stopped_by} == rules
    changes = firewall.pair.changes
    if rules:
        assert firewall.conducted(plan).exit_code == 3
        assert firewall.pair.changes == changes
        plan = firewall.planned(in_spite_of=tuple(rules))
    night = firewall.conducted(plan)
    assert night.exit_code == code
    assert night.sessions.lost == night.prediction.lost
    assert night.sessions.orphaned == night.prediction.orphaned
    assert len(night.residue) == night.prediction.orphaned + night.prediction.stuck_leases


def test_overwritten_packages_are_found_by_what_each_unit_has_loaded():
    """Both file digests are equal; only RAM tells."""
    plan = firewall_of("overwritten-package").planned()
    (finding,) = plan.stopped_by
    assert "loaded" in finding.evidence
    assert "Primary" in finding.evidence
    assert "Secondary" in finding.evidence


def test_a_missing_package_is_named_with_its_unit():
    plan = firewall_of("missing-package").planned()
    (finding,) = plan.stopped_by
    assert ".pkg" in finding.evidence
    assert "Secondary" in finding.evidence


def test_without_http_replication_there_is_a_warning():
    plan = firewall_of("no-http-replication").planned()
    warned = {f.rule for f in plan.findings if f.severity is Severity.WARNING}
    assert "http-replication" in warned


@pytest.mark.slow
def test_ten_thousand_people_notice_nothing():
    firewall = firewall_of("ten-thousand")
    night = firewall.upgraded()
    assert night.exit_code == 0
    assert night.sessions.before == 10_000
    assert night.sessions.lost == night.sessions.orphaned == 0
    assert night.sessions.kept + night.sessions.reconnected == 10_000


def test_every_example_is_expected_to_show_something():
    assert set(list_examples()) == {name for name, _, _ in EXPECTED} | {
        "over-ssh",
        "ten-thousand",
        "asa5525-9.2-to-9.5",
        "unstaged",
        "two-hops",
    }
