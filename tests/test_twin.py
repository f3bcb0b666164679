"""A twin is the pair in another form: whatever is asked of both, both say the same."""

import csv
import tomllib
from dataclasses import astuple, dataclass
from datetime import UTC
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instants import instants
from nights import Firewall, charter_of
from shells import Shell
from twins import Twins, example
from worlds import config, pair

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.guard.guarded import GuardedWorld
from upgrader.access.guard.read_only import ReadOnlyWorld
from upgrader.cli.pairfile.examples import list_examples
from upgrader.cli.pairfile.pair import read_pair
from upgrader.cli.worlds.twins import twin_of
from upgrader.conduct.portrait import portray
from upgrader.conduct.rehearse import rehearse
from upgrader.conduct.survey import plan_of, survey
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.toml import dumps
from upgrader.dialect.versions import read_version
from upgrader.emulator.config import read_lines
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.state import Home, Mind
from upgrader.judgement.plan import PairName
from upgrader.model.failover import FailoverState
from upgrader.model.names import Digest, Seat
from upgrader.model.outcome import Outcome
from upgrader.model.plan import Failback, Target
from upgrader.model.portrait import NoteKind
from upgrader.model.watch import Unwatched
from upgrader.ports import Console, NoTwin, Seats, World

PAIRS = sorted(
    name
    for name in list_examples()
    if name != "ten-thousand" and not read_pair(f"example:{name}").is_live
)


def target_of(name: str) -> str:
    return read_pair(f"example:{name}").target.version or "9.16(4)"


# ── twins of pairs at rest ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PAIRS)
def test_a_twin_has_the_fingerprint_the_findings_and_the_prediction_of_its_pair(name: str):
    twins = Twins.of(example(name))
    assert twins.drifted == ()
    first, second = twins.judged(target_of(name))
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        name if name in {"matched", "mismatched"} else pytest.param(name, marks=pytest.mark.slow)
        for name in PAIRS
    ],
)
def test_a_night_on_a_twin_ends_as_the_night_on_the_pair(name: str):
    twins = Twins.of(example(name))
    ends = []
    for firewall in (twins.first, twins.second):
        plan = firewall.planned(target_of(name))
        stops = tuple({finding.rule for finding in plan.stopped_by})
        night = firewall.upgraded(target_of(name), in_spite_of=stops)
        ends.append((night.outcome, night.exit_code, night.sessions, len(night.residue)))
    assert ends[0] == ends[1]


def test_a_twin_of_a_twin_is_the_same_twin():
    from upgrader.access.twin.draw import draw

    first = draw(portray(EmulatedWorld(example("mismatched")), "here"), "lab")
    made, _ = twin_of(EmulatedWorld(example("mismatched")), "lab", "here")
    second = draw(portray(made, "here"), "lab")
    assert first.files.keys() == second.files.keys()
    assert first.files["pair.toml"] == second.files["pair.toml"]
    for name in ("primary", "secondary"):
        configs = [read_lines(twin.files[f"{name}.cfg"]) for twin in (first, second)]
        assert configs[0] == configs[1]
        tables = [rows_of(twin.files[f"{name}.sessions.csv"]) for twin in (first, second)]
        assert tables[0] == tables[1]
        assert first.files[f"{name}.addresses.csv"] == second.files[f"{name}.addresses.csv"]


def rows_of(table: str) -> list[dict[str, str]]:
    """Rows without what they have moved: a rate is a whole number of bytes a second."""
    return [row | {"bytes": ""} for row in csv.DictReader(table.splitlines())]


def test_to_make_a_twin_nothing_is_typed_that_changes_anything():
    firewall = example("mismatched")
    twin_of(ReadOnlyWorld(EmulatedWorld(firewall)), "lab", "here")
    assert firewall.changes == 0


@pytest.mark.slow
def test_a_twin_of_ten_thousand_sessions_has_them_all():
    twins = Twins.of(example("ten-thousand"))
    assert len(twins.second.pair.clients) == 10_000
    assert [len(unit.rows) for unit in twins.second.pair.units] == [10_000, 10_000]
    first, second = twins.judged("9.16(4)")
    assert first == second


# ── twins in the middle of a night ─────────────────────────────────────────────────────


A_NIGHT = (
    *("at rest", "prepared", "standby-upgraded", "switching", "switched", "both-upgraded"),
    *("saved", "upgraded", "the mate is Sync Config", "the mate is Bulk Sync"),
    *("the mate is Standby Ready", "the link is cut"),
)
NO_PAIR = (
    *("standby-reloading", "former-reloading", "the mate is Failed", "the mate is dead"),
    *("failover is off", "both are active"),
)


@cache
def at(name: str) -> EmulatedPair:
    return instants()[name].fork()


@pytest.mark.parametrize("name", A_NIGHT)
def test_at_any_instant_of_a_night_a_twin_says_what_its_pair_says(name: str):
    twins = Twins.of(at(name))
    assert twins.drifted == ()
    first, second = twins.judged()
    assert first == second


@pytest.mark.parametrize("name", NO_PAIR)
def test_where_there_is_no_pair_there_is_no_twin_and_the_sentence_names_the_unit(name: str):
    with pytest.raises(NoTwin, match=r"Primary|Secondary"):
        Twins.of(at(name))


def test_a_twin_made_after_the_switchover_loses_the_same_people_in_the_final_reload():
    """Who came in on the other unit leans on it, and nothing but the login time tells."""
    switched = Twins.of(at("switched")).second.pair
    active = switched.units[1]
    assert {ticket.home for ticket in active.tickets.values()} == {Home.PEER}
    after = Firewall(switched)
    night = after.upgraded(in_spite_of="anyconnect-images-match")
    assert night.sessions.orphaned == 6


@pytest.mark.slow
def test_orphans_and_stuck_leases_of_last_night_are_on_the_twin_and_can_be_cleaned():
    firewall = Firewall(example("mismatched"))
    firewall.upgraded(in_spite_of="anyconnect-images-match")
    twins = Twins.of(firewall.pair)
    left = [fw.residue().residues for fw in (twins.first, twins.second)]
    assert left[0].residue
    assert len(left[0].residue) == len(left[1].residue)
    report = twins.second.cleaned()
    assert report.exit_code == 0
    assert not twins.second.residue().residues.residue


def test_sleepers_are_sleepers_on_the_twin_and_orphans_are_nobodys():
    firewall = Firewall(example("matched"))
    twin = Twins.of(firewall.pair).second.pair
    minds = [client.mind for client in twin.clients.values()]
    assert minds.count(Mind.ASLEEP) == 5
    assert minds.count(Mind.CONNECTED) == 45
    assert all(row.token is not None for row in twin.units[0].rows.values())


def test_a_standby_that_joins_goes_on_joining_on_the_twin():
    twin = Twins.of(at("the mate is Sync Config")).second
    twin.wait(minutes=3)
    mate = portray(twin.world, "").seen.secondary
    assert mate.state is FailoverState.STANDBY_READY


def typed(firewall: EmulatedPair, seat: str, *lines: str) -> None:
    conversation = firewall.open(seat)
    assert conversation is not None
    for line in lines:
        firewall.receive(conversation.number, line)


def test_a_reload_that_is_scheduled_is_due_on_the_twin_too():
    world = pair(sessions=2)
    typed(world.pair, "secondary", "reload in 90 noconfirm")
    twins = Twins.of(world.pair)
    due = twins.second.pair.units[1].reload_at
    assert due is not None
    assert abs(due - (world.pair.units[1].reload_at - world.pair.now)) <= 1_000
    first, second = twins.judged()
    assert first == second


def test_a_configuration_that_is_not_saved_is_not_saved_on_the_twin():
    world = pair(sessions=2)
    typed(world.pair, "primary", "configure terminal", "domain-name example.org", "end")
    twin = Twins.of(world.pair)
    assert twin.drifted == ()
    assert twin.second.pair.units[0].modified
    first, second = twin.judged()
    assert first == second


def test_an_address_that_is_held_is_held_on_the_twin():
    world = pair(sessions=3, lines=config(reuse_delay_min=10))
    typed(world.pair, "primary", "vpn-sessiondb logoff index 1 noconfirm")
    twins = Twins.of(world.pair)
    pools = [portray(fw.world, "").seen.active.full.pools for fw in (twins.first, twins.second)]
    assert [pool.held for pool in pools[0]] == [pool.held for pool in pools[1]] == [1]
    assert any("held" in told for told in twins.told(NoteKind.ASSUMED))


# ── what is said of it ─────────────────────────────────────────────────────────────────


def test_where_a_package_was_overwritten_the_twin_says_that_it_takes_the_worse():
    twins = Twins.of(example("overwritten-package"))
    assert any("nothing tells on which" in told for told in twins.told(NoteKind.ASSUMED))


def test_every_part_of_a_twin_is_accounted_for():
    twins = Twins.of(example("matched"))
    taken = " ".join(twins.told(NoteKind.TAKEN))
    for part in ("running-config", "startup-config", "clock", "AnyConnect", "flash", "sessions"):
        assert f"{part} of Primary" in taken
    assert not twins.told(NoteKind.MISSING)
    assert any("history" in told for told in twins.told(NoteKind.LEFT))


# ── the command ────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_twin_is_a_folder_that_every_other_command_takes(upgrader: Shell, tmp_path: Path):
    folder = tmp_path / "twin"
    done = upgrader("twin", "example:mismatched", "-o", str(folder))
    assert done.code == 0
    assert "Taken over" in done.out
    pair = str(folder / "pair.toml")
    for command in ("check", "rehearse"):
        said = [upgrader(command, which, "--json").json for which in ("example:mismatched", pair)]
        assert said[0]["findings"] == said[1]["findings"]
        assert said[0]["outcome"] == said[1]["outcome"]
    assert read_pair(pair).name == "mismatched-twin"
    assert read_pair(pair).target == read_pair("example:mismatched").target


def test_json_names_each_part_with_what_became_of_it(upgrader: Shell, tmp_path: Path):
    done = upgrader("twin", "example:matched", "-o", str(tmp_path / "twin"), "--json")
    kinds = {note["kind"] for note in done.json["notes"]}
    assert kinds <= {kind.value for kind in NoteKind}
    assert "primary.cfg" in done.json["files"]
    assert done.json["next"]["commands"][0].startswith("upgrader rehearse ")


def test_a_folder_with_something_else_in_it_is_never_written_to(upgrader: Shell, tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pair.toml").write_text("name = 'precious'\n")
    done = upgrader("twin", "example:matched", "-o", str(folder))
    assert done.code == 2
    assert "holds no twin" in done.err
    assert (folder / "pair.toml").read_text() == "name = 'precious'\n"


def test_an_earlier_twin_is_written_over(upgrader: Shell, tmp_path: Path):
    for name in ("matched", "mismatched"):
        assert upgrader("twin", f"example:{name}", "-o", str(tmp_path / "twin")).code == 0
    assert read_pair(str(tmp_path / "twin" / "pair.toml")).name == "mismatched-twin"


@pytest.mark.parametrize("arguments", [(), ("example:matched", "--from-captures", ".")])
def test_a_pair_or_a_folder_of_saved_output_is_wanted(upgrader: Shell, arguments):
    done = upgrader("twin", *arguments)
    assert done.code == 2
    assert "one of the two" in done.err


# ── TOML ───────────────────────────────────────────────────────────────────────────────

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    st.lists(TEXTS),
)
TABLES = st.recursive(
    st.dictionaries(TEXTS, VALUES, max_size=4),
    lambda inner: st.dictionaries(
        TEXTS, st.one_of(VALUES, inner, st.lists(inner, min_size=1, max_size=3)), max_size=4
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(TABLES)
@settings(deadline=None)
def test_whatever_is_written_as_toml_is_read_as_it_was(table):
    assert tomllib.loads(dumps(table)) == table


def test_what_is_none_is_left_out():
    assert tomllib.loads(dumps({"a": None, "b": {"c": None}})) == {"b": {}}


# ── a live pair ────────────────────────────────────────────────────────────────────────


class FarAway:
    """A pair that is reached by addresses, whose fork is what a live pair's is: its twin."""

    def __init__(self, inner: EmulatedWorld) -> None:
        self._inner = inner
        self.seats = Seats(Seat("10.1.1.1"), Seat("mate of 10.1.1.1"))
        self.clock = inner.clock

    @property
    def access(self) -> "FarAway":
        return self

    def open(self, seat: Seat) -> Console:
        seats = self._inner.seats
        return _Elsewhere(
            self._inner.access.open(seats.active if seat == self.seats.active else seats.standby),
            seat,
        )

    def fork(self) -> World:
        return twin_of(ReadOnlyWorld(self), "far", "10.1.1.1")[0]

    def close(self) -> None:
        self._inner.close()


@dataclass
class _Elsewhere:
    inner: Console
    seat: Seat

    @property
    def prompt(self) -> str:
        return self.inner.prompt

    def ask(self, line: str) -> str:
        return self.inner.ask(line)

    def close(self) -> None:
        self.inner.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["matched", "mismatched"])
def test_the_plan_of_a_live_pair_is_rehearsed_on_its_twin_and_nothing_changes_on_the_pair(name):
    """The fingerprint that was drawn on the pair holds on the twin, or the night would stop."""
    firewall = example(name)
    live = FarAway(EmulatedWorld(firewall))
    target = Target(read_version("9.16(4)"))
    waived = {} if name == "matched" else {"anyconnect-images-match": "a test wants to see it"}
    named = PairName("far", "far.toml", Digest("sha256:0"), tuple(astuple(live.seats)))
    plan = plan_of(survey(ReadOnlyWorld(live), target, waived), named, Failback.NEVER)
    assert plan is not None
    twin = GuardedWorld(live.fork(), charter_of(plan))
    report = rehearse(plan, twin, Unwatched(), Wishes())
    assert report.outcome is Outcome.UPGRADED
    assert report.drift == ()
    assert report.surprises == ()
    assert report.sessions.lost == (0 if name == "matched" else 50)
    assert firewall.changes == 0
