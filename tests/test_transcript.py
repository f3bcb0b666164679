"""A real night, 2016: an ASA 5525-X pair from 9.2(2)4 to 9.5(2), as its operator typed it.

On the pair of the example `asa5525-9.2-to-9.5` the tool types the same changing commands in the
same order, and `show failover` reads the same, field by field, but for clocks and counters.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from nights import Firewall

from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.dialect.commands import LineKind, classify
from upgrader.dialect.prompts import typed_after_prompt
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.failover import Failover
from upgrader.model.law import Phase

TRANSCRIPT = (
    Path(__file__).parent.parent.parent
    / "shared/captures/upgrade-transcripts/wrmem_2016_asa5525_9.2.2-4_to_9.5.2.txt"
)
PROMPTS = ("ciscoasa# ", "ciscoasa(config)# ", "ciscoasas# ")
SPELLED_OUT = {"wr": "write memory", "conf t": "configure terminal"}

pytestmark = pytest.mark.skipif(
    not TRANSCRIPT.exists(), reason="the real transcript lies outside the project and is not here"
)


def typed_on_the_real_night() -> list[str]:
    lines = []
    for line in TRANSCRIPT.read_text().splitlines():
        for prompt in PROMPTS:
            if line.startswith(prompt):
                typed = line.removeprefix(prompt).strip()
                if typed and not typed.startswith("Beginning"):
                    lines.append(SPELLED_OUT.get(typed, typed))
    return lines


def changing_part(lines: list[str]) -> list[str]:
    """From the first `no boot system` to the second `failover reload-standby`."""
    changing = [line for line in lines if classify(line) is LineKind.CHANGING]
    first = next(n for n, line in enumerate(changing) if line.startswith("no boot system"))
    reloads = [n for n, line in enumerate(changing) if line == "failover reload-standby"]
    return changing[first : reloads[1] + 1]


def screens_of_the_real_night() -> list[Failover]:
    text = TRANSCRIPT.read_text()
    parts = text.split("ciscoasa# sh failover\n")[1:]
    return [read_show_failover(part.partition("\nciscoasa#")[0]) for part in parts]


def without_clocks_and_counters(seen: Failover) -> Failover:
    def still(host):
        return None if host is None else replace(host, active_seconds=None)

    counters = tuple(
        replace(c, sent=0, send_errors=0, received=0, receive_errors=0) for c in seen.counters
    )
    return replace(
        seen,
        last_failover=None,
        this_host=still(seen.this_host),
        other_host=still(seen.other_host),
        counters=counters,
    )


@pytest.fixture(scope="module")
def night():
    pair = EmulatedPair.from_scenario(scenario_of(read_pair("example:asa5525-9.2-to-9.5")))
    firewall = Firewall(pair)
    return firewall, firewall.upgraded("9.5(2)")


def test_the_tool_types_what_the_operator_typed_in_the_same_order(night):
    firewall, report = night
    real = changing_part(typed_on_the_real_night())
    assert len(real) == 8
    assert changing_part(firewall.world.changing) == real
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("phase", "number"), [(Phase.STANDBY_UPGRADED, 0), (Phase.BOTH_UPGRADED, 1)]
)
def test_show_failover_reads_as_on_the_real_night(night, phase: Phase, number: int):
    firewall, _ = night
    pair = firewall.watch.forks[phase]
    console = pair.open("active")
    emulated = read_show_failover(pair.receive(console.number, "show failover").text)
    real = screens_of_the_real_night()
    assert len(real) == 2
    ours, theirs = without_clocks_and_counters(emulated), without_clocks_and_counters(real[number])
    # The first of the two screens was cut before its statistics.
    if not theirs.counters:
        ours = replace(ours, counters=(), state_link=theirs.state_link)
    assert ours == theirs


def test_a_prompt_is_no_part_of_what_was_typed():
    assert typed_after_prompt("ciscoasa# sh failover") == "sh failover"
