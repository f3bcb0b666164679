"""A drain: whoever would be cut off in the final reload ends cleanly before it, and nobody else.

Every row of the incident's table that speaks of a drain is driven here on an emulated pair, under
each reading of the incident, with logins open and with logins held.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from looks import ACTIVE, STANDBY, session, sleeper, standby_rows, unit
from nights import Firewall, Watch, charter_of
from worlds import MINUTE, PACKAGE, PRIMARY, SECONDARY, config, mismatched, pair

from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.conduct.wishes import Hours, Wishes
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.sessions.vpn import leaves
from upgrader.emulator.state import Mind
from upgrader.emulator.surface import faults
from upgrader.journal.codec import decode, encode
from upgrader.journal.memory import MemoryJournal
from upgrader.judgement.account import surprises
from upgrader.judgement.draining import NoDrain
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import begin
from upgrader.judgement.people.doomed import doomed
from upgrader.model.aftermath import Fate
from upgrader.model.drain import Drain, HoldLogins, LoginLimit, LogOffBatch, ReleaseLogins
from upgrader.model.failover import Role
from upgrader.model.law import Phase
from upgrader.model.names import Instant, Seat
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.vpn import Tunnel
from upgrader.ports import Unlawful

DEPARTURE = {"mechanism": "anchor", "kill_at": "peer-departure"}
REJOIN = {"mechanism": "anchor", "kill_at": "peer-rejoin"}
VERIFY = {"mechanism": "verify-at-join"}
OPEN, HELD = Drain(batch=2), Drain(batch=2, hold_logins=True)
RELOAD = "failover reload-standby"
CLOSED, INHERITED = "vpn-simultaneous-logins 0", "no vpn-simultaneous-logins"

every_mechanism = pytest.mark.parametrize(
    "mechanism", [DEPARTURE, REJOIN, VERIFY], ids=["departure", "rejoin", "verify"]
)
open_and_held = pytest.mark.parametrize("drain", [OPEN, HELD], ids=["open", "held"])


def living(firewall: Firewall) -> list[str]:
    """Who has a tunnel on the active unit."""
    active = firewall.pair.active_unit()
    assert active is not None
    now = firewall.pair.now
    return sorted(row.user for row in active.rows.values() if row.carries(now))


def orphans(firewall: Firewall) -> int:
    return sum(row.token is None for unit in firewall.pair.units for row in unit.rows.values())


def logged_off(firewall: Firewall) -> list[int]:
    """The indices whose log-off was typed, in order."""
    lines = (line.split() for line in firewall.world.changing)
    return [int(words[3]) for words in lines if words[:2] == ["vpn-sessiondb", "logoff"]]


def order(firewall: Firewall, *lines: str) -> list[str]:
    """Those of the typed lines, in the order in which they were typed."""
    return [line for line in firewall.world.changing if line in lines]


# ── the table of nights ────────────────────────────────────────────────────────────────


@open_and_held
@pytest.mark.parametrize("mechanism", [DEPARTURE, REJOIN], ids=["departure", "rejoin"])
def test_a_drain_leaves_nothing_behind_and_everybody_is_back(mechanism, drain) -> None:
    firewall = Firewall.of(mismatched(sessions=5, **mechanism))
    plan = firewall.planned(drain=drain)
    night = firewall.conducted(plan)

    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert night.verdict == "both units run 9.16(4), and 5 sessions were lost as foretold"
    assert night.residue == ()
    assert orphans(firewall) == 0
    assert living(firewall) == ["user01", "user02", "user03", "user04", "user05"]
    assert surprises(plan.prediction, night.sessions) == ()
    assert logged_off(firewall) == [1, 2, 3, 4, 5]


def test_where_the_joiner_verifies_an_open_drain_saves_nobody_and_the_run_says_so() -> None:
    firewall = Firewall.of(mismatched(sessions=5, **VERIFY))
    plan = firewall.planned(drain=OPEN)
    night = firewall.conducted(plan)

    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.NEEDS_PERSON)
    assert night.sessions.orphaned == night.sessions.orphaned_newcomers == 5
    assert surprises(plan.prediction, night.sessions) == ()
    assert "--hold-logins" in night.story.cause
    assert "upgrader cleanup test.toml" in night.next.commands


@pytest.mark.slow
def test_where_the_joiner_verifies_held_logins_save_everybody() -> None:
    firewall = Firewall.of(mismatched(sessions=5, **VERIFY))
    plan = firewall.planned(drain=HELD)
    night = firewall.conducted(plan)

    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert (night.residue, orphans(firewall)) == ((), 0)
    assert len(living(firewall)) == 5
    assert surprises(plan.prediction, night.sessions) == ()


@open_and_held
@every_mechanism
def test_a_rehearsal_tells_no_surprise_whatever_the_mechanism(mechanism, drain) -> None:
    words = {"sessions": 7, "index_allocator": "per-unit", "row_after_switch": "restarted"}
    firewall = Firewall.of(mismatched(**words, **mechanism))
    plan = firewall.planned(drain=drain)
    night = firewall.conducted(plan)
    assert night.outcome is Outcome.UPGRADED
    assert night.sessions.lost == plan.prediction.lost == 7
    assert surprises(plan.prediction, night.sessions) == ()


@pytest.mark.slow
@open_and_held
def test_whoever_sleeps_is_logged_off_too_and_nothing_is_suspect(drain) -> None:
    spec = ClientsSpec(count=6, sleeping=3, slept_min=4)
    firewall = Firewall.of(mismatched(clients=spec, lines=config(idle_min=240)))
    plan = firewall.planned(drain=drain)
    night = firewall.conducted(plan)
    assert plan.prediction.lost == night.sessions.lost == 6
    assert (night.exit_code, night.suspects, orphans(firewall)) == (ExitCode.DONE, (), 0)


def test_the_ledger_says_that_it_was_the_run_and_not_the_person() -> None:
    firewall = Firewall.of(mismatched(sessions=3))
    night = firewall.conducted(firewall.planned(drain=OPEN))
    lines = night.aftermath.ledger
    assert {line.fate for line in lines} == {Fate.LOST}
    assert all(line.why.startswith("logged off by the run") for line in lines)
    assert night.story.prevented_by == "anyconnect-images-match"


# ── nobody else ────────────────────────────────────────────────────────────────────────


class AtPhase(Watch):
    """Lets something happen to the pair as soon as the run is in a phase."""

    def __init__(self, firewall: Firewall, phase: Phase, happens: Callable[[], None]) -> None:
        super().__init__(firewall.pair)
        self._phase, self._happens = phase, happens

    def phase(self, phase: Phase, why: str) -> None:
        if phase is self._phase:
            self._happens()
        super().phase(phase, why)


def comes_anew(firewall: Firewall, number: int) -> None:
    """That person logs off and in again."""
    leaves(firewall.pair, number)
    logs_in(firewall.pair, number)


def test_whoever_logs_in_after_the_switchover_is_let_alone() -> None:
    firewall = Firewall.of(mismatched(sessions=4))
    firewall.watch = AtPhase(firewall, Phase.SWITCHED, lambda: comes_anew(firewall, 2))
    night = firewall.conducted(firewall.planned(drain=OPEN))
    anew = next(row for row in firewall.pair.units[SECONDARY].rows.values() if row.client == 2)
    assert logged_off(firewall) == [1, 3, 4]
    assert anew.index == 5
    assert anew.carries(firewall.pair.now)
    assert night.exit_code is ExitCode.DONE


def test_a_row_that_is_another_login_by_then_is_spared() -> None:
    firewall = Firewall.of(mismatched(sessions=3))
    plan = firewall.planned(drain=Drain())
    name = firewall.pair.clients[2].user
    moved: list[str] = []

    def before(line: str) -> None:
        if line.endswith(f"filter name {name}") and not moved:
            moved.append(line)
            comes_anew(firewall, 2)

    firewall.world.before = before
    night = firewall.conducted(plan)
    assert moved
    assert logged_off(firewall) == [1, 3]
    assert (night.exit_code, orphans(firewall)) == (ExitCode.DONE, 0)


def test_tunnels_of_ipsec_have_no_ticket_and_an_earlier_orphan_is_for_the_clean_up() -> None:
    """Who is doomed is told from one look, by what each row is."""

    def seen(at: int, active_rows, mate_rows, *, switched: bool) -> Snapshot:
        first = unit(
            Role.PRIMARY,
            STANDBY if switched else ACTIVE,
            sessions=(mate_rows if switched else active_rows),
        )
        second = unit(
            Role.SECONDARY,
            ACTIVE if switched else STANDBY,
            sessions=(active_rows if switched else mate_rows),
        )
        return Snapshot(Instant(at), first, second, Depth.FULL)

    person, asleep, old = session(1, age=3_600), sleeper(2), sleeper(9)
    ikev2 = replace(session(3), tunnels=frozenset({Tunnel.PARENT, Tunnel.IKEV2}))
    late, fresh = session(4, age=700), session(5, age=105)
    before = seen(
        0, (person, asleep, ikev2), (*standby_rows((person, asleep)), old), switched=False
    )
    after = seen(1_000_000, (person, asleep, ikev2, old, late, fresh), (), switched=True)
    rows = doomed(before, Instant(900_000), after, Instant(1_010_000))
    assert [row.index for row in rows] == [1, 2, 4]
    assert [row.index for row in doomed(None, None, after, Instant(1_010_000))] == []


# ── batches ────────────────────────────────────────────────────────────────────────────


def test_people_are_logged_off_in_batches_a_minute_apart_and_are_back_before_the_next() -> None:
    firewall = Firewall.of(mismatched(sessions=6))
    at: list[tuple[int, int]] = []
    firewall.world.before = lambda line: (
        at.append((firewall.pair.now, len(living(firewall)))) if "logoff" in line else None
    )
    night = firewall.conducted(firewall.planned(drain=Drain(batch=2)))
    first = [at[0], at[2], at[4]]
    assert [count for _, count in first] == [6, 6, 6]
    assert first[1][0] - first[0][0] >= MINUTE
    assert first[2][0] - first[1][0] >= MINUTE
    steps = [step for step in night.story.steps if step.name == "log-off-batch"]
    assert [len(step.lines) for step in steps] == [2, 2, 2]
    assert all(step.outcome == "done" and step.where for step in steps)


def test_with_logins_held_nobody_is_waited_for_between_batches() -> None:
    firewall = Firewall.of(mismatched(sessions=6))
    at: list[int] = []
    firewall.world.before = lambda line: at.append(firewall.pair.now) if "logoff" in line else None
    firewall.conducted(firewall.planned(drain=HELD))
    assert at[-1] - at[0] < 10_000


def test_the_rules_are_asked_again_before_the_final_reload() -> None:
    firewall = Firewall.of(mismatched(sessions=2))
    firewall.watch = AtPhase(
        firewall, Phase.DRAINED, lambda: faults.pull_power(firewall.pair, PRIMARY)
    )
    night = firewall.conducted(firewall.planned(drain=OPEN))
    assert night.exit_code is ExitCode.STOPPED
    assert order(firewall, RELOAD) == [RELOAD]


# ── waiting until few remain ───────────────────────────────────────────────────────────


def test_below_a_number_nobody_is_logged_off_and_few_are_lost() -> None:
    clients = ClientsSpec(count=9, logoffs_per_hour=30.0)
    firewall = Firewall.of(mismatched(clients=clients))
    plan = firewall.planned(drain=Drain(below=3))
    night = firewall.conducted(plan)
    assert night.outcome is Outcome.UPGRADED, night.verdict
    assert logged_off(firewall) == []
    assert night.sessions.lost <= 2
    assert surprises(plan.prediction, night.sessions) == ()
    assert not plan.prediction.exact


@pytest.mark.slow
def test_if_people_do_not_leave_the_run_stops_and_nothing_is_reloaded() -> None:
    firewall = Firewall.of(mismatched(sessions=4))
    night = firewall.conducted(firewall.planned(drain=Drain(below=2)))
    assert (night.outcome, night.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert "4 doomed sessions left, and fewer than 2 were waited for" in night.verdict
    assert order(firewall, RELOAD) == [RELOAD]
    assert len(living(firewall)) == 4
    assert "upgrader rollback {run}".replace("{run}", "test") in night.next.commands


@pytest.mark.slow
def test_when_the_hours_end_the_run_stops_while_people_are_waited_for() -> None:
    firewall = Firewall.of(mismatched(sessions=4))
    began = firewall.pair.now
    hours = Hours(
        ("until then",),
        lambda: "the window has closed" if firewall.pair.now - began > 60 * MINUTE else None,
    )
    night = firewall.conducted(firewall.planned(drain=Drain(below=2)), wishes=Wishes(hours=hours))
    assert night.exit_code is ExitCode.STOPPED
    assert "the window has closed" in night.verdict
    assert firewall.pair.now - began < 70 * MINUTE


# ── logins held ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("own", "line"), [(None, INHERITED), (5, "vpn-simultaneous-logins 5")])
def test_logins_are_closed_from_the_drain_until_the_former_active_is_back(own, line) -> None:
    firewall = Firewall.of(mismatched(sessions=3, lines=config(logins=own)))
    stood = firewall.pair.units[0].running
    firewall.conducted(firewall.planned(drain=HELD))
    typed = order(firewall, CLOSED, line, RELOAD, "write memory")
    assert typed == ["write memory", RELOAD, CLOSED, RELOAD, line, "write memory"]
    stands = firewall.pair.units[SECONDARY].running
    assert [x for x in stands if "vpn-simultaneous" in x] == [
        x for x in stood if "vpn-simultaneous" in x
    ]


def test_while_logins_are_closed_nobody_logs_in_and_whoever_is_there_stays() -> None:
    world = pair(sessions=3)
    leaves(world.pair, 3)
    world.type(world.active, CLOSED, ("group-policy STAFF attributes",))
    logs_in(world.pair, 3)
    assert world.pair.clients[3].mind is Mind.REFUSED
    assert [line.text for line in world.log(world.active, 113_013)]
    world.switch_over()
    assert len(world.living()) == 2
    world.type(world.active, "no vpn-simultaneous-logins", ("group-policy STAFF attributes",))
    world.wait(2 * MINUTE)
    assert len(world.living()) == 3


def test_only_policies_in_use_are_closed_each_as_it_stood() -> None:
    lines = (
        *config(logins=4),
        "group-policy OTHER internal",
        "group-policy OTHER attributes",
        " vpn-simultaneous-logins 7",
    )
    plan = Firewall.of(mismatched(sessions=2, lines=lines)).planned(drain=HELD)
    assert plan.held_policies == (LoginLimit("STAFF", 4),)
    kinds = [type(planned.step) for planned in plan.steps]
    assert kinds.index(HoldLogins) < kinds.index(LogOffBatch) < kinds.index(ReleaseLogins)


def test_a_plan_says_that_a_policy_with_a_blank_in_its_name_stays_open() -> None:
    lines = (
        *(line.replace("policy STAFF", 'policy "All staff"') for line in config(logins=4)),
        "group-policy GUESTS internal",
        "tunnel-group GUESTS type remote-access",
        "tunnel-group GUESTS general-attributes",
        " default-group-policy GUESTS",
    )
    plan = Firewall.of(mismatched(sessions=2, lines=lines)).planned(drain=HELD)
    assert [limit.policy for limit in plan.held_policies] == ["GUESTS"]
    (hold,) = [planned for planned in plan.steps if isinstance(planned.step, HoldLogins)]
    assert "whoever is under All staff can" in hold.why


def test_a_run_that_stops_lets_people_in_and_closes_again_when_it_goes_on() -> None:
    firewall = Firewall.of(mismatched(sessions=5))
    plan = firewall.planned(drain=HELD)
    journal = MemoryJournal()
    stop = Wishes(stop_before="final-reload")
    stopped = firewall.conducted(plan, journal=journal, wishes=stop)
    assert stopped.outcome is Outcome.STOPPED
    assert order(firewall, CLOSED, INHERITED) == [CLOSED, INHERITED]
    firewall.wait(3)
    assert len(living(firewall)) == 5

    night = firewall.conducted(plan, journal=journal)
    assert night.outcome is Outcome.UPGRADED
    assert orphans(firewall) == 0


def test_logins_held_by_the_run_are_no_change_that_somebody_forgot_to_save() -> None:
    firewall = Firewall.of(mismatched(sessions=2))
    night = firewall.conducted(firewall.planned(drain=HELD))
    assert not any(
        f.rule in {"configuration-saved", "configuration-unchanged"} and f.stops
        for f in night.findings
    )
    assert "configuration-saved" not in {f.rule for f in night.findings}


def test_an_open_hold_is_told_with_the_lines_that_end_it() -> None:
    plan = Firewall.of(mismatched(sessions=2)).planned(drain=HELD)
    hold = next(p.step for p in plan.steps if isinstance(p.step, HoldLogins))
    told = advice.with_open_hold(plan, replace(begin(plan), held=hold), Next())
    assert "nobody can log in to STAFF" in told.lines[0]
    assert told.lines[1:] == (
        "configure terminal",
        "group-policy STAFF attributes",
        INHERITED,
        "end",
    )


# ── what a drain does not cure ─────────────────────────────────────────────────────────


def refused(firewall: Firewall, drain: Drain = OPEN, **more) -> str:
    surveyed = firewall.surveyed(drain=drain, **more)
    assert isinstance(surveyed.drain, NoDrain)
    return surveyed.drain.why


def test_where_the_package_is_missing_on_the_unit_that_stays_there_is_no_drain() -> None:
    firewall = Firewall.of(pair(sessions=3, standby_has={}))
    assert f"nothing in the place of {PACKAGE['win']}" in refused(firewall)
    assert firewall.surveyed(drain=OPEN).stops
    plan = firewall.planned(drain=OPEN)
    assert plan.drain is None
    assert [way.name for way in plan.prediction.ways] == ["stage", "waive"]


def test_where_nobody_leans_there_is_nothing_to_drain() -> None:
    firewall = Firewall.of(pair(sessions=3))
    assert "nothing to drain" in refused(firewall)
    assert not firewall.planned(drain=OPEN).logs_off


def test_where_the_roles_have_moved_nobody_knows_who_leans() -> None:
    world = mismatched(sessions=3)
    world.first_half()
    assert "the roles have moved already" in refused(Firewall.of(world))


def test_a_drain_that_takes_longer_than_a_night_is_refused_with_a_batch_that_does_not() -> None:
    firewall = Firewall.of(mismatched(sessions=1_000, lines=config(pool="10.1.8.1-10.1.15.200")))
    assert "say --drain-batch 3 or more" in refused(firewall, Drain(batch=2))


def test_the_finding_is_heeded_by_the_drain_and_not_waived_away() -> None:
    surveyed = Firewall.of(mismatched(sessions=3)).surveyed(drain=HELD)
    match = next(f for f in surveyed.findings if f.rule == "anyconnect-images-match")
    assert match.waived == (
        "drained before the final reload: 2 at a time, each by its index; logins stay closed until "
        "the former active is back"
    )
    assert surveyed.stops == ()


# ── what each way costs ────────────────────────────────────────────────────────────────


def test_a_plan_says_what_each_way_costs_and_that_a_drain_is_only_probable() -> None:
    plan = Firewall.of(mismatched(sessions=50)).planned(drain=Drain(below=5))
    ways = {way.name: way for way in plan.prediction.ways}
    assert list(ways) == ["stage", "drain", "drain-hold", "drain-below", "waive"]
    people = {name: way.interrupted for name, way in ways.items()}
    assert people == {"stage": 0, "drain": 50, "drain-hold": 50, "drain-below": 4, "waive": 50}
    assert {name for name, way in ways.items() if not way.sure} == {"drain", "drain-below"}
    assert ways["waive"].orphaned == 50
    assert ways["drain-hold"].closed_minutes > 0
    assert ways["drain"].minutes > ways["stage"].minutes


def test_a_matched_pair_has_no_ways_to_choose_from() -> None:
    assert Firewall.of(pair(sessions=3)).planned().prediction.ways == ()


# ── the guard ──────────────────────────────────────────────────────────────────────────


def guarded(firewall: Firewall, charter: Charter, seat: Seat, *lines: str) -> str:
    console = GuardedWorld(firewall.world, charter).access.open(seat)
    return "".join(console.ask(line) for line in lines)


def half_way() -> tuple[Firewall, Plan]:
    """After the switchover: the Secondary serves on the new code."""
    world = mismatched(sessions=3)
    plan = Firewall.of(world).planned(drain=HELD)
    world.first_half()
    return Firewall.of(world), plan


def test_the_guard_lets_a_drain_log_off_on_the_upgraded_active_unit_only() -> None:
    firewall, plan = half_way()
    charter, seats = charter_of(plan), firewall.world.seats
    line = "vpn-sessiondb logoff index 1 noconfirm"
    with pytest.raises(Unlawful, match="not Active"):
        guarded(firewall, charter, seats.standby, line)
    with pytest.raises(Unlawful, match="may not log anybody off"):
        guarded(firewall, replace(charter, may_drain=False), seats.active, line)
    assert "logged off : 1" in guarded(firewall, charter, seats.active, line)

    early = Firewall.of(mismatched(sessions=3))
    with pytest.raises(Unlawful, match="its own would be logged off"):
        guarded(early, charter_of(early.planned(drain=OPEN)), seats.active, line)


def test_the_guard_closes_only_the_policies_of_the_plan_and_saves_nothing_meanwhile() -> None:
    firewall, plan = half_way()
    charter, active = charter_of(plan), firewall.world.seats.active
    config_mode = ("configure terminal",)
    with pytest.raises(Unlawful, match="OTHER is none of STAFF"):
        guarded(firewall, charter, active, *config_mode, "group-policy OTHER attributes")
    with pytest.raises(Unlawful, match="may not close or open logins"):
        guarded(firewall, replace(charter, may_hold=()), active, *config_mode, CLOSED)
    hold = (*config_mode, "group-policy STAFF attributes", CLOSED, "end")
    guarded(firewall, charter, active, *hold)
    with pytest.raises(Unlawful, match="logins of STAFF are held closed"):
        guarded(firewall, charter, active, "write memory")
    opened = (*config_mode, "group-policy STAFF attributes", INHERITED, "end")
    guarded(firewall, charter, active, *opened, "write memory")


def test_logins_can_be_opened_while_the_mate_and_the_link_are_gone() -> None:
    firewall, plan = half_way()
    charter, active = charter_of(plan), firewall.world.seats.active
    faults.pull_power(firewall.pair, PRIMARY)
    firewall.wait(2)
    opened = ("configure terminal", "group-policy STAFF attributes", INHERITED, "end")
    guarded(firewall, charter, active, *opened)
    with pytest.raises(Unlawful):
        guarded(firewall, charter, active, "vpn-sessiondb logoff index 1 noconfirm")


def test_a_plan_with_a_drain_outlives_its_file() -> None:
    plan = Firewall.of(mismatched(sessions=2)).planned(drain=HELD)
    assert decode(Plan, encode(plan)) == plan
