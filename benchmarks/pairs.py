"""The pairs that are measured: the built-in examples, as a person would name them."""

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.deeds.looking import name_of
from upgrader.cli.deeds.wanted import Upgrade, read_upgrade
from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.conduct.survey import plan_of, survey
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.plan import Plan

FIFTY = "example:matched"
TEN_THOUSAND = "example:ten-thousand"


def pair_of(example: str) -> EmulatedPair:
    """The emulated pair, as its file describes it."""
    return EmulatedPair.from_scenario(scenario_of(read_pair(example)))


def upgrade_of(example: str) -> Upgrade:
    """The upgrade that its file is about."""
    return read_upgrade(example, None, None)


def drawn(wanted: Upgrade, world: EmulatedWorld) -> Plan:
    """A plan for it: two full looks, all rules, the prediction."""
    surveyed = survey(world, wanted.target, {})
    plan = plan_of(surveyed, name_of(wanted.pair, world), wanted.failback)
    assert plan is not None, "both units of an example answer"
    assert not surveyed.stops, surveyed.stops
    return plan
