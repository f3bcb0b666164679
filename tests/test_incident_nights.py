"""The nights in `fixtures/incidents`: each comes again as it is told, and leaves its records."""

from datetime import timedelta
from pathlib import Path

import pytest
from incidents import FOLDER, as_sent, left_behind, names, night
from shells import Shell

from upgrader.access.emulated.testbed import EmulatedTestbed
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.pairfile.examples import incident_folder, list_incidents
from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.conduct.reenacting.staged import differences, stage_night
from upgrader.dialect.syslog.scan import Scanner
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.cause import CauseName
from upgrader.model.script import Befalls, Script, Typed
from upgrader.ports import NoAnswer, UsageFault

CLEAN = "nothing-happened"

# What a collector's file must hold and must not, by the night.
MARKS = [
    ("anyconnect-images-differ", (722037, 722023, 737024, 737028), (113035, 722020)),
    ("no-failover-key", (720056, 720058, 720060, 113039), (720062, 720063, 722034, 737029)),
    ("package-missing", (113035, 113019, 737016), (737028,)),
    ("state-link-down", (720025, 737028, 106015), (722034,)),
    ("sleeping-clients", (716058, 716059, 113019, 737016), (737024, 722023)),
    ("pool-full", (737007, 737019, 722020), (113035,)),
    ("crash-on-new-code", (199010, 104001), (199001, 113039)),
    ("split-brain", (105032, 405003, 104001), (104002,)),
    ("premature-switchover", (722034, 113039, 104001, 104002), (103006, 720056)),
    ("incompatible-versions", (103006, 113039), (722034, 104002)),
    ("feature-removed", (725006, 722034), (722020, 737028)),
    ("network-beside-the-pair", (105005, 105008, 105009, 722034), (113039,)),
    ("operator-logged-off", (113019, 737016, 737031), (737028, 737024)),
    ("aaa-down", (113014, 722034), (722020, 113035)),
    ("http-replication-off", (106015, 722034), (737028,)),
    ("booted-old-image", (103007,), (113039, 103006)),
    ("certificate-differs", (725006, 722034), (113039, 737028)),
    (CLEAN, (722034, 720063), (737028, 106015, 725006, 113014, 113035, 405003)),
]

# What an operator's terminal must show, by the night.
SEEN = [
    ("anyconnect-images-differ", ("show webvpn anyconnect", "verify /sha-512")),
    ("no-failover-key", ("show running-config failover",)),
    ("package-missing", ("dir disk0:/", "show startup-config errors")),
    ("state-link-down", ("Link : STATE GigabitEthernet1/7 (down)",)),
    ("crash-on-new-code", ("Crashinfo collected on",)),
    ("split-brain", ("edge/sec/act#",)),
    ("premature-switchover", ("show failover history", "Bulk Sync")),
    ("incompatible-versions", ("stbyNoFailover#", "Mate version 9.1(7) is not compatible")),
    ("booted-old-image", ("Software Version 9.12(4)", "Software Version 9.16(4)")),
    ("aaa-down", ("%ASA-6-113014",)),
    ("certificate-differs", ("show crypto ca certificates",)),
]


def test_there_is_a_night_for_every_cause_and_a_clean_one():
    assert set(names()) == {cause.value for cause in CauseName} | {CLEAN}
    assert names() == list(list_incidents())


@pytest.mark.parametrize("name", names())
def test_a_night_ends_as_it_is_told(name: str):
    staged = night(name)
    expected = staged.script.expected
    assert expected is not None
    assert differences(expected, staged.came) == ()
    assert (expected.cause or CLEAN) == name
    assert expected.story
    assert staged.staged.untyped == ()


@pytest.mark.parametrize("name", names())
def test_the_records_of_a_night_are_up_to_date(name: str):
    """`python tests/incidents.py` writes them anew."""
    for file, text in left_behind(name).items():
        assert (FOLDER / name / file).read_text() == text, file


@pytest.mark.parametrize(("name", "there", "missing"), MARKS)
def test_a_night_leaves_its_marks_in_syslog(name: str, there: tuple[int], missing: tuple[int]):
    log = night(name).staged.collected
    assert {n for n in there if f"-{n:06d}: " in log} == set(there)
    assert {n for n in missing if f"-{n:06d}: " in log} == set()


def test_every_night_has_its_marks_told():
    assert {name for name, _, _ in MARKS} == set(names())


@pytest.mark.parametrize(("name", "shown"), SEEN)
def test_a_night_can_be_told_from_the_terminal(name: str, shown: tuple[str]):
    log = night(name).staged.console
    assert [text for text in shown if text not in log] == []


@pytest.mark.parametrize("name", names())
def test_nobody_types_what_a_unit_does_not_know(name: str):
    assert "% Invalid input" not in night(name).staged.console


def test_two_stagings_leave_the_same_to_the_byte():
    night.cache_clear()
    first = left_behind("pool-full")
    night.cache_clear()
    assert left_behind("pool-full") == first


# ── the testbed ──


def ground(**words: object) -> EmulatedTestbed:
    file = read_pair(str(FOLDER / CLEAN / "pair.toml"))
    return EmulatedTestbed(EmulatedWorld(EmulatedPair.from_scenario(scenario_of(file))), **words)


def stage(bed: EmulatedTestbed, *acts: Typed | Befalls, lasts_s: int = 60):
    return stage_night(bed, Script("a short night", lasts_s * 1_000, acts), bed.starts_ms)


def test_a_chassis_is_met_at_its_own_console_whatever_its_role():
    bed = ground()
    assert bed.console("secondary").prompt.startswith("edge/sec/stby")
    assert bed.console("active").prompt.startswith("edge/pri/act")
    with pytest.raises(NoAnswer):
        bed.console("somewhere")


def test_who_logs_in_over_ssh_stands_in_the_collectors_file():
    bed = ground()
    assert stage(bed, Typed(0, "active", "show clock")).collected.count("%ASA-6-605005") == 1


def test_what_befalls_a_fork_befalls_nobody_else():
    bed = ground()
    bed.clock.sleep(timedelta(seconds=10))
    twin = bed.fork()
    twin.happen("log-off", {"user": "user01"})
    assert "113019" in twin.collected()
    assert "113019" not in bed.collected()


def test_an_event_that_cannot_happen_is_refused():
    bed = ground()
    for event, arguments in (
        ("log-in", {"user": "user01"}),
        ("burn", {}),
        ("sleep", {"user": 0.5}),
    ):
        with pytest.raises(UsageFault):
            bed.happen(event, arguments)


def test_a_collector_files_who_sent_what_or_the_datagram_alone():
    one, other = ground(), ground(filing=as_sent)
    for bed in (one, other):
        bed.happen("log-off", {"user": "user01"})
    assert one.collected().startswith("Mar 14 22:00:00 10.20.0.1 Mar 14 2026 22:00:00 edge : %ASA-")
    assert other.collected().startswith("<16")


# ── the terminal's log ──


def test_a_question_is_answered_where_it_was_asked():
    log = stage(ground(), Typed(0, "active", "reload"), Typed(0, "active", "")).console
    assert "edge/pri/act# reload\n" in log
    assert "[confirm]" in log
    assert "START GRACEFUL SHUTDOWN" in log


def test_what_a_unit_prints_by_itself_stands_before_the_next_line():
    acts = (
        Typed(0, "primary", "no failover active"),
        Typed(20_000, "primary", "show clock"),
    )
    log = stage(ground(), *acts).console
    assert log.index("Switching to Standby") < log.index("edge/pri/stby# show clock")


def test_a_session_that_the_roles_have_closed_is_opened_anew():
    acts = (Typed(0, "active", "no failover active"), Typed(20_000, "active", "show clock"))
    log = stage(ground(), *acts).console
    assert log.count("PuTTY log") == 2
    assert "edge/sec/act# show clock" in log


def test_a_line_for_which_nobody_answers_is_kept_and_told():
    acts = (Befalls(0, "pull-power", {"unit": "secondary"}), Typed(30_000, "standby", "show clock"))
    assert stage(ground(), *acts).untyped == ((35_000, "show clock"),)


# ── `upgrader rehearse` ──


def test_rehearse_tells_that_a_night_came_as_told(upgrader: Shell):
    said = upgrader("rehearse", "example:anyconnect-images-differ")
    assert said.code == 0
    assert "7 lost, 7 orphaned, 7 addresses leaked" in " ".join(said.out.split())
    assert said.err == ""
    assert upgrader("rehearse", "example:incidents/pool-full", "--json").json["outcome"] == (
        "replayed"
    )


def test_rehearse_tells_what_came_otherwise(upgrader: Shell, tmp_path: Path):
    told = (FOLDER / "split-brain" / "pair.toml").read_text().replace("lost = 0", "lost = 3")
    config = FOLDER.parent / "configs" / "edge.cfg"
    (tmp_path / "night.toml").write_text(told.replace("../../configs/edge.cfg", str(config)))
    said = upgrader("rehearse", "night.toml", "--json")
    assert said.code == 5
    assert said.json["surprises"] == ["sessions lost: 0, and the script says 3"]


@pytest.mark.parametrize(
    "options", [("--to", "9.16(4)"), ("--failback", "always"), ("--hold-logins",)]
)
def test_rehearse_of_a_night_takes_no_option_of_an_upgrade(upgrader: Shell, options: tuple[str]):
    said = upgrader("rehearse", "example:pool-full", *options)
    assert said.code == 2
    assert options[0] in said.err


def test_a_pair_of_that_name_goes_before_a_night():
    assert incident_folder("example:no-failover-key") == FOLDER / "no-failover-key"
    assert read_pair("example:no-failover-key").script is None
    assert read_pair("example:incidents/no-failover-key").script is not None
    assert incident_folder("example:nobody") is None


# ── both directions meet ──


@pytest.mark.parametrize("name", names())
def test_the_story_of_a_night_is_read_back_from_its_log(name: str):
    scanner = Scanner("collector.log", year=2026)
    scanner.feed(night(name).staged.collected.encode())
    harvest = scanner.close()
    assert harvest.unread == ()
    ahead = iter(harvest.records)
    expected = night(name).script.expected
    assert expected is not None
    for line in expected.story:
        assert any(
            record.what.value == line.what
            and (record.unit.value if record.unit else "") == line.unit
            for record in ahead
        ), line


def own_night(tmp_path: Path, incident: str) -> str:
    """A pair file with an own night on the pair of a built-in one."""
    text, _, _ = (FOLDER / "pool-full" / "pair.toml").read_text().partition("[incident]")
    (tmp_path / "startup.cfg").write_bytes((FOLDER / "pool-full" / "startup.cfg").read_bytes())
    (tmp_path / "pair.toml").write_text(f"{text}[incident]\n{incident}")
    return str(tmp_path / "pair.toml")


def test_a_cause_of_which_the_log_says_nothing_is_told_to_be_unconfirmed(
    upgrader: Shell, tmp_path: Path
):
    own = own_night(tmp_path, 'title = "a quiet night"\nlasts = "0:05:00"\ncause = "pool-full"\n')
    said = upgrader("rehearse", own)
    assert said.code == 0
    assert "does not confirm that the cause is pool-full" in " ".join(said.out.split())
    confirmed = upgrader("rehearse", "example:incidents/pool-full")
    assert "does not confirm" not in " ".join(confirmed.out.split())


def test_a_night_that_harmed_nobody_comes_again_as_told_though_a_cause_is_possible(upgrader: Shell):
    assert upgrader("rehearse", f"example:incidents/{CLEAN}").code == 0


def test_an_act_that_cannot_happen_is_named_with_its_instant(upgrader: Shell, tmp_path: Path):
    acts = (
        'title = "a night"\nlasts = "0:15:00"\n'
        '[[incident.act]]\nat = "0:00:10"\non = "active"\ntypes = ["show clock", ""]\n'
        '[[incident.act]]\nat = "0:12:30"\nevent = "log-in"\nuser = "user02"\n'
    )
    said = upgrader("rehearse", own_night(tmp_path, acts))
    assert said.code == 2
    assert "`[[incident.act]]` 2, at 0:12:30, cannot happen: log-in user" in said.err


def test_a_rehearsed_night_is_told_in_plain_words(upgrader: Shell):
    said = upgrader("rehearse", "example:incidents/state-link-down").out
    assert "Primary: its mate is gone" in said
    assert "peer-absent" not in said
    assert "outage" not in said
