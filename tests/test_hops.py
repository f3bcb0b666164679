"""A journey of several hops: each an upgrade of its own, and nobody lost on the way.

The pair is `example:two-hops`, an ASA5585-X on 8.4(2) that is bound for 9.12(4) over 9.0(4).
"""

import json
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from nights import Firewall
from nights_on_disk import HastyDisk
from worlds import scenario

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.deeds import journeys, looking, nights, paths
from upgrader.cli.deeds.wanted import Drawn, Upgrade, read_plan, read_upgrade
from upgrader.cli.main import run as typed
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.entering import enter, look_at
from upgrader.conduct.wishes import Hours, Wishes
from upgrader.emulator import oracles
from upgrader.emulator.pair import EmulatedPair
from upgrader.judgement.path.whole import lost_newcomers, sessions_of
from upgrader.model.aftermath import Aftermath, Fate, LedgerLine
from upgrader.model.finding import Waiver
from upgrader.model.names import Digest, RuleName
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.version import Version
from upgrader.model.watch import Unwatched
from upgrader.ports import Declined

FIXTURES = Path(__file__).parent.parent / "fixtures"
STONE, GOAL = "9.0(4)", "9.12(4)"
PAIR = (FIXTURES / "pairs" / "two-hops.toml").read_text()
FEW = PAIR.replace("count = 50", "count = 4").replace("sleeping = 3", "sleeping = 1")


@dataclass
class Trip:
    """A home with the pair in it, and the commands that people type."""

    folder: Path
    text: str = FEW
    last: EmulatedPair | None = None
    """The pair as the last command left it."""

    def __post_init__(self) -> None:
        (self.folder / "pairs").mkdir(parents=True)
        (self.folder / "configs").symlink_to(FIXTURES / "configs")
        self.file = self.folder / "pairs" / "two-hops.toml"
        self.file.write_text(self.text)
        self.home = Home(self.folder / "home")

    def wanted(self, to: str | None = None, *waive: str) -> Upgrade:
        return read_upgrade(str(self.file), to, [f"{rule}=known" for rule in waive])

    def run(
        self, wishes: Wishes | None = None, wanted: Upgrade | Drawn | None = None, **more: object
    ) -> Report:
        """`upgrader run`."""
        with_what = wanted or self.wanted()
        world = enter(with_what.pair, self.home.worlds, command="run", disk=HastyDisk())
        try:
            return journeys.run(
                with_what,
                world,
                self.home,
                Unwatched(),
                wishes or Wishes(),
                disk=HastyDisk(),
                **more,  # type: ignore[arg-type]
            )
        finally:
            self._left(world)

    def resume(self) -> Report:
        """`upgrader resume` of the latest run."""
        folder = self.home.find_run(None)
        world = enter(self.wanted().pair, self.home.worlds, command="resume", disk=HastyDisk())
        try:
            return nights.resume(folder, world, self.home, Unwatched(), Wishes(), disk=HastyDisk())
        finally:
            self._left(world)

    def _left(self, world: object) -> None:
        assert isinstance(world, EmulatedWorld)
        self.last = world.pair
        world.close()

    def looked(self):
        return look_at(self.wanted().pair, self.home.worlds)


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(tmp_path / "trip")


def outcomes(report: Report) -> list[tuple[str, str, str | None]]:
    return [
        (hop.start, hop.end, None if hop.outcome is None else hop.outcome.value)
        for hop in report.hops
    ]


# ── the acceptance ─────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_5585_x_goes_from_8_4_over_9_0_to_9_12_and_nobody_is_lost(tmp_path: Path) -> None:
    trip = Trip(tmp_path / "trip", PAIR)
    report = trip.run()
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert outcomes(report) == [("8.4(2)", STONE, "upgraded"), (STONE, GOAL, "upgraded")]
    assert [unit.version for unit in report.units] == [GOAL, GOAL]
    counts = report.sessions
    assert counts is not None
    assert (counts.before, counts.lost, counts.ended, counts.orphaned) == (50, 0, 0, 0)
    assert counts.kept + counts.reconnected == 50
    assert report.outage_seconds == 0
    assert trip.last is not None
    assert oracles.check(trip.last) == ()


@pytest.mark.slow
def test_each_hop_has_a_run_a_plan_and_a_report_of_its_own(trip: Trip) -> None:
    report = trip.run()
    runs = [trip.home.runs / str(hop.run) for hop in report.hops]
    plans = [decode_plan(run / "plan.json") for run in runs]
    assert [str(plan.target.version) for plan in plans] == [STONE, GOAL]
    assert [plan.journey for plan in plans] == [(Version(9, 12, 4),), ()]
    told = [json.loads((run / "report.json").read_text()) for run in runs]
    assert [t["outcome"] for t in told] == ["upgraded", "upgraded"]
    assert told[0]["next"]["commands"] == [f"upgrader run {trip.file} --to '{GOAL}'"]
    assert told[1]["next"]["commands"] == []


# ── planning and rehearsing ────────────────────────────────────────────────────────────


def test_a_plan_is_for_the_first_hop_and_says_what_follows(trip: Trip, tmp_path: Path) -> None:
    output = tmp_path / "plan.json"
    report = looking.plan(trip.wanted(), trip.looked(), output)
    assert report.outcome is Outcome.PLANNED
    assert report.verdict == "ready for 9.0(4), the first of 2 hops to 9.12(4)"
    plan = decode_plan(output)
    assert (str(plan.target.version), str(plan.goal)) == (STONE, GOAL)
    assert plan.image == "disk0:/asa904-smp-k8.bin"


@pytest.mark.slow
def test_a_rehearsal_rehearses_all_hops_and_touches_nothing(trip: Trip) -> None:
    report = journeys.rehearse(trip.wanted(), trip.looked(), Unwatched(), lambda: None)
    assert report.outcome is Outcome.UPGRADED
    assert outcomes(report) == [("8.4(2)", STONE, "upgraded"), (STONE, GOAL, "upgraded")]
    assert report.surprises == ()
    assert trip.home.all_runs() == ()
    again = looking.check(trip.wanted(), trip.looked())
    assert [unit.version for unit in again.units] == ["8.4(2)", "8.4(2)"]


@pytest.mark.slow
def test_a_plan_file_is_one_hop_and_its_end_names_the_next(trip: Trip, tmp_path: Path) -> None:
    output = tmp_path / "plan.json"
    looking.plan(trip.wanted(), trip.looked(), output)
    report = trip.run(wanted=read_plan(str(output)))
    assert report.outcome is Outcome.UPGRADED
    assert [unit.version for unit in report.units] == [STONE, STONE]
    assert report.next.commands == (f"upgrader run {trip.file} --to '{GOAL}'",)


def test_path_shows_the_hops_of_a_pair_as_a_person_types_it(
    trip: Trip, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(["path", str(trip.file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [hop["to"] for hop in told["hops"]] == [STONE, GOAL]
    assert all(hop["image"]["missing_on"] == [] for hop in told["hops"])
    assert typed(["path", str(trip.file), "--to", "9.16(4)"]) == 3
    assert "last release train" in capsys.readouterr().out


def test_path_names_the_files_that_are_wanted_on_each_unit(tmp_path: Path) -> None:
    """Only the Secondary lacks the stone's image."""
    head, secondary = FEW.rsplit("[[emulated.unit]]", 1)
    lacking = secondary.replace("asa904-smp-k8.bin", "asa903-smp-k8.bin")
    trip = Trip(tmp_path / "trip", f"{head}[[emulated.unit]]{lacking.replace('9.0(4)', '9.0(3)')}")
    report = paths.of_pair(trip.wanted().pair, trip.wanted().target, None, trip.looked())
    image = report.hops[0].image
    assert image is not None
    assert image.path == "disk0:/asa904-smp-k8.bin"
    assert image.missing_on == ("Secondary JAF15850002",)
    assert f"upgrader stage {trip.file} --to '9.0(4)'" in report.next.commands


# ── where it stops, and how it goes on ─────────────────────────────────────────────────


@pytest.mark.slow
def test_a_hop_that_is_stopped_is_the_last_one_and_the_same_command_goes_on(trip: Trip) -> None:
    stopped = trip.run(Wishes(stop_before="final-reload"))
    assert (stopped.outcome, stopped.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert outcomes(stopped) == [("8.4(2)", STONE, "stopped"), (STONE, GOAL, None)]
    assert trip.resume().outcome is Outcome.UPGRADED
    report = trip.run()
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert [unit.version for unit in report.units] == [GOAL, GOAL]
    assert len(trip.home.all_runs()) == 2


@pytest.mark.slow
def test_somebody_who_asks_to_stop_between_two_hops_is_heard_there(trip: Trip) -> None:
    """Between two hops both units run one release, and nothing is open."""
    asked: list[None] = []

    def after_the_first_hop() -> str | None:
        runs = trip.home.all_runs()
        done = [run for run in runs if (run / "report.json").exists()]
        asked.append(None)
        return "the shift ends" if done else None

    report = trip.run(Wishes(should_stop=after_the_first_hop))
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert report.verdict == ("stopped between two hops, and both units run 9.0(4): the shift ends")
    assert outcomes(report) == [("8.4(2)", STONE, "upgraded"), (STONE, GOAL, None)]
    assert report.next.commands == (f"upgrader run {trip.file} --to '{GOAL}'",)
    assert trip.run().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_a_window_that_closes_between_two_hops_begins_no_other_one(trip: Trip) -> None:
    def closed() -> str | None:
        return (
            "it is past 02:00"
            if any((run / "report.json").exists() for run in trip.home.all_runs())
            else None
        )

    report = trip.run(Wishes(hours=Hours(("Sat 22:00-02:00",), closed)))
    assert report.outcome is Outcome.STOPPED
    assert "it is past 02:00" in report.verdict
    assert len(trip.home.all_runs()) == 1


@pytest.mark.slow
def test_a_hop_whose_image_is_missing_stops_the_journey_before_it_and_says_what_is_wanted(
    tmp_path: Path,
) -> None:
    gone = FEW.replace("asa9-12-4-smp-k8.bin", "asa9-12-3-smp-k8.bin")
    gone = gone.replace("asa-9.12(4)-smp", "asa-9.12(3)-smp")
    trip = Trip(tmp_path / "gone", gone)
    planned = looking.plan(trip.wanted(), trip.looked(), None)
    told = [f for f in planned.findings if f.rule == "later-hops"]
    assert len(told) == 2
    report = trip.run()
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert "image-present" in report.verdict
    assert [unit.version for unit in report.units] == [STONE, STONE]
    assert f"upgrader run {trip.file} --to '{GOAL}'" in report.next.commands


def test_a_pair_that_cannot_get_there_is_refused_and_untouched(trip: Trip) -> None:
    report = trip.run(wanted=trip.wanted("9.16(4)"))
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert any("last release train" in finding.evidence for finding in report.findings)
    assert trip.last is not None
    assert trip.last.changes == 0


@pytest.mark.slow
def test_each_plan_is_shown_to_the_person_who_agrees_and_a_no_stops_between(trip: Trip) -> None:
    asked: list[str] = []

    def once(plan: Plan) -> None:
        asked.append(str(plan.target.version))
        if len(asked) > 1:
            raise Declined("'no' is not 'two-hops'")

    report = trip.run(agreed=once)
    assert asked == [STONE, GOAL]
    assert report.outcome is Outcome.STOPPED
    assert "'no' is not" in report.verdict


def test_a_waiver_of_the_first_hop_covers_nothing_that_only_a_later_one_finds() -> None:
    """Nobody has seen it."""
    facts = Digest("sha256:1")
    seen = Waiver(RuleName("flash-space"), facts, "known")
    first = _plan_with(seen)
    assert journeys._unheard(first, _plan_with(seen)) is None
    new = replace(seen, facts=Digest("sha256:2"))
    why = journeys._unheard(first, _plan_with(new))
    assert why is not None
    assert "flash-space" in why


def _plan_with(waiver: Waiver) -> Plan:
    return replace(_any_plan(), waivers=(waiver,))


def _any_plan() -> Plan:
    return Firewall(EmulatedPair.from_scenario(scenario(sessions=1))).planned()


OWN = """
[[caution]]
name = "our-scripts"
since = "9.12(1)"
severity = "blocker"
says = "our scripts speak another dialect"
remedy = "Ask their owner."
uses = ["ssh version 2"]
"""


def of_their_own(folder: Path) -> Trip:
    trip = Trip(folder / "trip", FEW.replace("[target]", "[releases]\nfile = 'own.toml'\n[target]"))
    (trip.folder / "pairs" / "own.toml").write_text(OWN)
    return trip


def test_what_the_people_of_a_pair_know_blocks_before_the_first_hop(tmp_path: Path) -> None:
    """It matters to the second one; who begins should know."""
    trip = of_their_own(tmp_path)
    report = trip.run()
    assert report.outcome is Outcome.REFUSED
    (found,) = (f for f in report.findings if f.stops)
    assert found.rule == "removed-features"
    assert "our scripts" in found.evidence
    assert "`ssh version 2`" in found.evidence


@pytest.mark.slow
def test_a_plan_is_judged_by_what_was_known_when_it_was_drawn(tmp_path: Path) -> None:
    """The file goes away between a stop and the resume: the plan has it all."""
    trip = of_their_own(tmp_path)
    wanted = trip.wanted(None, "removed-features")
    stopped = trip.run(Wishes(stop_before="switch-over"), wanted)
    assert stopped.outcome is Outcome.STOPPED
    plan = decode_plan(trip.home.find_run(None) / "plan.json")
    assert plan.releases is not None
    assert [caution.name for caution in plan.releases.cautions] == ["our-scripts"]
    (trip.folder / "pairs" / "own.toml").write_text("")
    assert trip.resume().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_a_waiver_holds_for_all_hops_while_its_facts_stand(tmp_path: Path) -> None:
    trip = of_their_own(tmp_path)
    report = trip.run(wanted=trip.wanted(None, "removed-features"))
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert [unit.version for unit in report.units] == [GOAL, GOAL]


# ── the sessions of the whole ──────────────────────────────────────────────────────────


def line(number: int, fate: Fate) -> LedgerLine:
    address = IPv4Address(f"10.20.8.{number}")
    return LedgerLine(number, f"user{number}", address, f"audit{number}", fate, "")


def hop(*lines: LedgerLine, newcomers: tuple[LedgerLine, ...] = ()) -> Aftermath:
    return Aftermath(len(lines), lines, (), (), 0.0, newcomers)


def test_a_session_is_followed_from_the_first_baseline_to_the_last_look() -> None:
    first = hop(
        line(1, Fate.KEPT),
        line(2, Fate.RECONNECTED),
        line(3, Fate.KEPT),
        line(4, Fate.ENDED),
        line(5, Fate.KEPT),
    )
    second = hop(line(1, Fate.KEPT), line(2, Fate.KEPT), line(3, Fate.LOST), line(9, Fate.LOST))
    counts = sessions_of([first, second])
    assert (counts.kept, counts.reconnected, counts.ended, counts.lost) == (1, 1, 2, 1)
    assert counts.before == counts.kept + counts.reconnected + counts.ended + counts.lost
    assert counts.newcomers == 1
    assert lost_newcomers([first, second]) == 1


def test_a_journey_of_one_hop_counts_as_that_hop_does() -> None:
    only = hop(line(1, Fate.KEPT), line(2, Fate.LOST), newcomers=(line(3, Fate.KEPT),))
    counts = sessions_of([only])
    assert (counts.before, counts.kept, counts.lost, counts.newcomers) == (2, 1, 1, 1)
    assert lost_newcomers([only]) == 0
