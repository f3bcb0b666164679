"""One management address is enough: the standby is asked, and acted on, through its mate."""

import pytest
from nights import Firewall
from reached import ACTIVE, ONE, Reached
from worlds import NEW_IMAGE, World, mismatched, pair

from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.access.ssh.mate import MateConsole
from upgrader.conduct.eyes import Eyes
from upgrader.emulator.state import State
from upgrader.model.aftermath import OrphanedSession
from upgrader.model.names import Seat, Serial
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.unit import Depth
from upgrader.model.version import Version
from upgrader.ports import Dropped, NoAnswer, Unlawful

BOTH = (Serial("JAD11111111"), Serial("JAD22222222"))


def comparable(report: object) -> tuple[object, ...]:
    """What a night came to, but for its times and addresses."""
    return (
        report.outcome,
        report.exit_code,
        report.sessions,
        [(u.serial, u.role, u.state, u.version) for u in report.units],
        {f.rule for f in report.findings},
    )


def test_the_standby_seat_is_called_after_the_one_address():
    seats = Reached.of(pair(), ONE).world.seats
    assert seats.active == "10.1.1.1"
    assert seats.standby == "mate of 10.1.1.1"


def test_a_full_look_reads_both_units_in_one_login():
    firewall = Reached.of(pair(sessions=4), ONE)
    eyes = Eyes(firewall.world.access, firewall.world.seats, firewall.world.clock)
    seen = eyes.look(Depth.FULL)
    assert [unit.serial for unit in seen.units] == list(BOTH)
    assert [unit.unread for unit in seen.units] == [(), ()]
    assert [len(unit.full.sessions) for unit in seen.units] == [4, 4]
    assert firewall.tally.logins == 1
    assert seen.secondary.seat == "mate of 10.1.1.1"


def test_a_check_says_the_same_as_with_two_addresses():
    one = Reached.of(mismatched(sessions=2), ONE).surveyed()
    two = Firewall.of(mismatched(sessions=2)).surveyed()
    assert {(f.rule, f.severity) for f in one.findings} == {
        (f.rule, f.severity) for f in two.findings
    }


@pytest.mark.slow
def test_a_night_ends_as_with_two_addresses():
    one = Reached.of(pair(sessions=3), ONE)
    report = one.upgraded()
    assert report.outcome is Outcome.UPGRADED
    assert comparable(report) == comparable(Firewall.of(pair(sessions=3)).upgraded())
    assert one.heard("failover reload-standby") == 2
    assert one.heard("no failover active") == 1
    assert {address for _, address in one.dialler.dialled} == {ACTIVE}


@pytest.mark.slow
def test_the_bad_night_loses_the_same_people_and_is_cleaned_up_the_same():
    rule = "anyconnect-images-match"
    one, two = (
        Reached.of(mismatched(sessions=4), ONE),
        Firewall.of(mismatched(sessions=4)),
    )
    assert comparable(one.upgraded(in_spite_of=rule)) == comparable(two.upgraded(in_spite_of=rule))
    for firewall in (one, two):
        firewall.wait(30)
    assert comparable(one.cleaned()) == comparable(two.cleaned())


@pytest.mark.slow
def test_rows_that_only_the_standby_holds_are_logged_off_through_its_mate():
    """An eviction is typed on the standby's own console, and there is none but this one."""
    world = mismatched(sessions=4, orphan_unit="rejoined")
    firewall = Reached.of(world, ONE)
    firewall.upgraded(in_spite_of="anyconnect-images-match")
    firewall.wait(30)
    residue = firewall.residue(wait=True).residues.residue
    rows = [row for row in residue if isinstance(row, OrphanedSession)]
    standby = world.standby.serial
    assert {row.serial for row in rows} == {standby}
    report = firewall.cleaned()
    assert report.exit_code is ExitCode.DONE, report.verdict
    typed = [line for _, line in firewall.host.heard if "logoff" in line]
    wanted = [
        f"failover exec mate vpn-sessiondb logoff index {row.index} noconfirm" for row in rows
    ]
    assert [line for line in typed if "exec" in line] == wanted != []
    assert world.orphans(world.standby) == []


def test_a_standby_that_never_returns_stops_the_night_and_the_active_serves():
    world = pair(sessions=2)
    firewall = Reached.of(world, ONE)
    plan = firewall.planned()
    world.secondary.stuck = True
    report = firewall.conducted(plan)
    assert report.exit_code is ExitCode.STOPPED
    assert firewall.heard("no failover active") == 0
    assert world.primary.state is State.ACTIVE


def test_the_guard_hears_the_standby_through_its_mate():
    firewall = Reached.of(pair(), ONE)
    world = GuardedWorld(firewall.world, Charter(BOTH, Version(9, 16, 4)))
    console = world.access.open(world.seats.active)
    console.ask("failover reload-standby")
    assert (0, "failover exec mate show failover") in firewall.host.heard
    assert firewall.tally.logins == 1


def test_the_guard_sees_whose_console_it_is_by_the_serial_of_the_mate():
    firewall = Reached.of(pair(), ONE)
    charter = Charter((BOTH[0], Serial("JAD99999999")), None, may_log_off=True)
    world = GuardedWorld(firewall.world, charter)
    console = world.access.open(world.seats.standby)
    with pytest.raises(Unlawful, match="JAD22222222 is not one of"):
        console.ask("vpn-sessiondb logoff index 1 noconfirm")


# ── the console itself ─────────────────────────────────────────────────────────────────


def mate_of(world: World) -> tuple[MateConsole, Reached]:
    firewall = Reached.of(world, ONE)
    console = firewall.access.open(firewall.world.seats.standby)
    assert isinstance(console, MateConsole)
    return console, firewall


@pytest.mark.slow
def test_a_mate_that_is_away_gives_no_answer_and_never_a_reply():
    world = pair()
    console, _ = mate_of(world)
    world.pull_power(world.secondary)
    world.wait(30_000)
    with pytest.raises(NoAnswer) as fault:
        console.ask("show version")
    assert fault.value.seat == "mate of 10.1.1.1"
    assert fault.value.line == "show version"
    assert "10.1.1.1" in fault.value.why


def test_a_mate_behind_a_cut_link_gives_no_answer_though_it_lives():
    world = pair()
    console, _ = mate_of(world)
    world.cut()
    world.wait(30_000)
    with pytest.raises(NoAnswer):
        console.ask("show failover")


@pytest.mark.parametrize(
    "line",
    [
        "configure terminal",
        "conf t",
        "end",
        "exit",
        "enable",
        "terminal pager 0",
        "boot system disk0:/x.bin",
        f"no boot system {NEW_IMAGE}",
        "failover exec mate show version",
        "fail exec mate show version",
        "failover exec standby show version",
        "changeto context admin",
        "debug all",
        "undebug all",
        "reload",
        "reload noconfirm",
        "delete disk0:/x.bin",
        "copy running-config disk0:/x.cfg",
        "vpn-sessiondb logoff index 3",
        "vpn-sessiondb logoff all noconfirm",
        "no failover active",
        "failover reload-standby",
        "write erase",
        "",
        "show version\nreload noconfirm",
        "show ?",
    ],
)
def test_what_cannot_be_passed_on_is_refused_before_a_byte_is_sent(line: str):
    console, firewall = mate_of(pair())
    before, sent = list(firewall.host.heard), firewall.tally.bytes_sent
    with pytest.raises(Unlawful):
        console.ask(line)
    assert firewall.host.heard == before
    assert firewall.tally.bytes_sent == sent


def test_a_file_that_is_called_after_the_mate_is_no_sign_of_one_that_is_away():
    console, _ = mate_of(pair())
    reply = console.ask("verify /sha-512 disk0:/failover-peer.cfg")
    assert "No such file" in reply


def test_the_prompt_says_through_whom_a_line_goes():
    console, _ = mate_of(pair())
    assert console.prompt.endswith("# failover exec mate")


def test_a_dropped_console_drops_the_mate_with_it():
    world = pair()
    console, firewall = mate_of(world)
    console.ask("show version")
    firewall.pair.hang_up(next(iter(firewall.host.lines)))
    with pytest.raises((Dropped, NoAnswer)) as fault:
        console.ask("show version")
    assert fault.value.seat == Seat("mate of 10.1.1.1")
