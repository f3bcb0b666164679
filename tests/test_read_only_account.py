"""The page about read-only accounts says what is so: its very lines, typed into an emulated pair.

Levels are enforced by the device alone: nothing of ours stands in front of it here.
"""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from consoles import Person, at_the_console, over_ssh
from doors import served_pair
from reached import ONE, TWO, Reached
from worlds import NEW_IMAGE, PACKAGE, World, pair

from upgrader.access.guard.read_only import ReadOnlyWorld
from upgrader.conduct.eyes import Eyes
from upgrader.conduct.portrait import portray
from upgrader.conduct.rehearse import rehearse
from upgrader.conduct.survey import Survey, plan_of, survey
from upgrader.conduct.tidy import find
from upgrader.conduct.wishes import Wishes
from upgrader.dialect import commands
from upgrader.dialect.looking import LOOKS, LOOKS_AT_ONE, only_looks
from upgrader.dialect.refusals import is_unauthorized, refusal_in
from upgrader.dialect.versions import read_version
from upgrader.emulator.talk import Expects
from upgrader.model.finding import Severity
from upgrader.model.names import Serial
from upgrader.model.outcome import Outcome
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Failback,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    SwitchOver,
    Target,
)
from upgrader.model.unit import Depth
from upgrader.model.watch import Unwatched

ROOT = Path(__file__).parents[1]
OVER_SSH = ROOT / "fixtures" / "pairs" / "over-ssh.toml"
PAGE = ROOT / "docs" / "how-to" / "read-only-account.md"
FENCED = re.findall(r"^```text\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
LINES, TEMPTING, NIGHT = (tuple(block.splitlines()) for block in FENCED)
MOVED = tuple(line for line in LINES if line.startswith("privilege "))
USER, PASSWORD = "upgrader-look", "CHANGE-ME"
TO = "9.16(4)"
REFUSED = "ERROR: % Invalid input detected at '^' marker.\nERROR: Command authorization failed\n"

EVERYBODYS = {"version", "curpriv", "checksum", "history", "pager"}
"""Shows at level 0, which need no line."""


def administered(world: World, lines: tuple[str, ...] = LINES) -> World:
    """The pair after somebody at its console has typed the page's lines."""
    admin = at_the_console(world.pair)
    admin("configure terminal")
    for line in lines:
        said = admin(line)
        assert refusal_in(said) is None, f"{line}: {said}"
    admin("end")
    world.pair.hang_up(admin.number)
    world.pair.changes = 0
    return world


@cache
def _as_the_page_says() -> World:
    return administered(pair(sessions=2))


def as_the_page_says() -> World:
    """A pair of two people whose console was given every line of the page."""
    return _as_the_page_says().fork()


def without(*missing: str) -> tuple[str, ...]:
    kept = tuple(line for line in LINES if line not in missing)
    assert len(kept) == len(LINES) - len(missing)
    return kept


def looker(world: World, seat: str = "active") -> Person:
    return over_ssh(world.pair, seat, user=USER)


def as_looker(world: World, reach: object = TWO) -> Reached:
    firewall = Reached.of(world, reach)
    firewall.host.user = USER
    firewall.host.password = PASSWORD
    return firewall


def surveyed(world: World, reach: object = TWO) -> Survey:
    firewall = as_looker(world, reach)
    read_only = ReadOnlyWorld(firewall.world)
    found = survey(read_only, Target(read_version(TO)), {})
    read_only.close()
    return found


# ── the page and the tool's list ───────────────────────────────────────────────────────


def needed(line: str) -> set[str]:
    """The `privilege` lines that a line of the list needs; what stands at level 0 needs none."""
    first, second, *rest = [*line.split(), ""]
    head = "privilege {} level 5 mode {} command {}".format
    if first != "show":
        return {head("cmd", "exec", first)}
    found = set() if second in EVERYBODYS else {head("show", "exec", second)}
    if second == "running-config" and rest[0]:
        found.add(head("show", "configure", rest[0]))
    return found


def test_the_page_permits_what_the_list_needs_and_the_pager_and_nothing_else():
    with_a_name = {pattern.pattern.partition("[^")[0] for pattern in LOOKS_AT_ONE}
    lines = LOOKS | {line.replace("(?:disk\\d|flash):", "disk0:") for line in with_a_name}
    wanted = set().union(*(needed(line) for line in lines))
    assert wanted | {"privilege cmd level 5 mode exec command terminal"} == set(MOVED)
    assert len(MOVED) == len(set(MOVED))


def test_every_look_is_carried_out_by_the_device_and_on_the_standby_too():
    world = as_the_page_says()
    named = {
        commands.show_pool("VPN"),
        commands.show_sessions_of("user01"),
        commands.verify(PACKAGE["win"]),
    }
    assert all(only_looks(line) for line in named)
    for seat in ("active", "standby"):
        person = looker(world, seat)
        assert person.prompt.endswith("# "), "no enable is needed"
        person("terminal pager 0")
        for line in sorted((LOOKS - {commands.SHOW_SMART_LICENCES}) | named):
            assert refusal_in(person(line)) is None, line
        refused = person(commands.SHOW_SMART_LICENCES)
        assert not is_unauthorized(refused), "this model has none, whoever asks"
    assert world.pair.changes == 0


def test_enable_and_login_lead_no_higher():
    world = administered(pair())
    person = looker(world)
    person("login", USER, PASSWORD)
    person("enable", PASSWORD)
    person("enable", "cisco")
    assert "Current privilege level : 5" in person("show curpriv")
    assert person("enable 15", PASSWORD) == ""
    assert person("reload noconfirm").endswith(REFUSED)


# ── what changes anything ──────────────────────────────────────────────────────────────

ONE_SERIAL, TWO_SERIAL = Serial("JAD11111111"), Serial("JAD22222222")

OURS = [
    line
    for step in (
        Backup(ONE_SERIAL, "disk0:/before.cfg"),
        SetBootOrder(ONE_SERIAL, (NEW_IMAGE,), ("disk0:/old.bin",)),
        SetAsdm(ONE_SERIAL, "disk0:/asdm-7181.bin"),
        SaveConfiguration(ONE_SERIAL),
        ReloadStandby(TWO_SERIAL, final=False),
        SwitchOver(TWO_SERIAL, ONE_SERIAL),
        FailBack(ONE_SERIAL, TWO_SERIAL),
        EvictSession(ONE_SERIAL, 1, "user01", None, ""),
    )
    for line in commands.changing_lines(step)
    if line != "end"
]
"""Every changing line that a run types."""
OTHERS = [
    commands.fetch("tftp://10.1.1.5/x.pkg", "disk0:/x.pkg"),
    commands.on_mate(commands.fetch("tftp://10.1.1.5/x.pkg", "disk0:/x.pkg")),
    commands.delete_on_mate("disk0:/x.pkg"),
    "delete /noconfirm disk0:/x.pkg",
    "failover active",
    "failover exec mate show version",
    "failover exec active reload noconfirm",
    "reload noconfirm",
    "reload in 10 noconfirm",
    "write standby",
    "write erase",
    "more system:running-config",
    "clear conn",
    "clear logging buffer",
    "cl log buf",
    "conf t",
    "no failover act",
    "vpn-sessiondb logoff all noconfirm",
    "terminal width 200",
    "privilege cmd level 5 mode exec command reload",
    "username upgrader-look password x privilege 15",
    "mkdir /noconfirm disk0:/x",
    "disable",
]


@pytest.mark.parametrize("line", list(dict.fromkeys((*OURS, *OTHERS))))
def test_the_device_refuses_whatever_changes_anything(line: str):
    world = as_the_page_says()
    for seat in ("active", "standby"):
        person = looker(world, seat)
        said = person(line)
        assert refusal_in(said) is not None, said
        assert person.expects is Expects.LINE
        assert person.prompt.endswith("# ")
        assert "(config" not in person.prompt
    assert world.pair.changes == 0


def test_what_is_refused_for_its_level_is_refused_in_the_devices_words():
    world = administered(pair())
    person = looker(world)
    assert person("show arp") == f"{' ' * len(person.prompt)}     ^\n{REFUSED}"
    assert person("failover active") == f"{' ' * len(person.prompt)}^\n{REFUSED}"
    assert refusal_in(person("reload")) == "ERROR: Command authorization failed"
    assert not is_unauthorized(person("nonsense")), "what nobody knows is told as to anybody"


def test_the_line_that_the_page_warns_of_would_permit_a_switchover():
    world = administered(pair(), (*LINES, *TEMPTING))
    person = looker(world)
    assert refusal_in(person("failover exec mate show version")) is None
    assert refusal_in(person("failover exec mate write memory")) is not None
    assert refusal_in(person("no failover active")) is None
    assert world.pair.changes == 1


# ── the tool as that user ──────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_check_plan_sessions_and_twin_work_as_that_user():
    world = administered(pair(sessions=3))
    firewall = as_looker(world)
    read_only = ReadOnlyWorld(firewall.world)
    found = survey(read_only, Target(read_version(TO)), {})
    assert [unit.unread for unit in found.seen.units] == [(), ()]
    assert not [f for f in found.findings if f.severity is Severity.UNKNOWN]
    assert not found.stops
    plan = plan_of(found, firewall.name, Failback.NEVER)
    assert plan is not None
    assert find(read_only, Unwatched(), wait=False).residues.suspects == ()
    assert len(portray(read_only, "live").seen.units) == 2
    report = rehearse(plan, read_only.fork(), Unwatched(), Wishes())
    assert report.outcome is Outcome.UPGRADED
    assert world.pair.changes == 0
    typed = {line for _, line in firewall.host.heard}
    assert "enable" not in typed
    assert all(only_looks(line) for line in typed - {"show curpriv", "terminal pager 0"})


def test_they_say_the_same_as_for_an_administrator():
    world = administered(pair(sessions=3))
    administrator = Reached.of(world)
    wanted = {(f.rule, f.severity) for f in administrator.surveyed().findings}
    administrator.access.close()
    assert {(f.rule, f.severity) for f in surveyed(world).findings} == wanted


def test_without_the_pager_line_every_reply_is_paged_through():
    line = "privilege cmd level 5 mode exec command terminal"
    found = surveyed(administered(pair(sessions=3), without(line)))
    assert [unit.unread for unit in found.seen.units] == [(), ()]
    assert not found.stops


UNASKED = {"bootvar", "logging", "boot", "asdm"}
"""What a check does not ask for: a run, or a twin, does."""
DOES_WITHOUT = {"ssh"}
"""What is no reason to stop where it is not known."""
SURROUNDINGS = {"clock", "interface", "route", "xlate", "module", "memory", "cpu"}
"""What is asked of every pair, and what the rules need of it is theirs to say."""
ONLY_WHERE_NAMED = {"license", "ntp", "crypto", "password"}
"""What is asked where the configuration has a use for it."""
ESSENTIAL = [
    line
    for line in MOVED
    if line.rsplit(maxsplit=1)[-1] not in SURROUNDINGS | ONLY_WHERE_NAMED | {"terminal"}
]


@pytest.mark.parametrize("word", sorted(SURROUNDINGS))
def test_surroundings_that_the_account_may_not_see_are_unread_and_the_page_is_named(word: str):
    line = f"privilege show level 5 mode exec command {word}"
    found = surveyed(administered(pair(), without(line)))
    for unit in found.seen.units:
        (unread,) = unit.unread
        assert unread.line.startswith(f"show {word}")
        assert unread.why.startswith(f"this account may not type `show {word}")
        assert "docs/how-to/read-only-account.md" in unread.why


@pytest.mark.parametrize("word", sorted(ONLY_WHERE_NAMED))
def test_what_this_configuration_has_no_use_for_need_not_be_permitted(word: str):
    line = f"privilege show level 5 mode exec command {word}"
    found = surveyed(administered(pair(), without(line)))
    assert [unit.unread for unit in found.seen.units] == [(), ()]


@pytest.mark.parametrize("missing", ESSENTIAL)
def test_a_missing_line_ends_in_a_sentence_that_names_the_command_and_the_page(missing: str):
    word = missing.rsplit(maxsplit=1)[-1]
    world = administered(pair(sessions=2), without(missing))
    found = surveyed(world)
    plan = plan_of(found, Reached.of(world).name, Failback.NEVER)
    foretold = None if plan is None else plan.prediction
    told = [f.evidence for f in found.findings]
    told += [] if foretold is None else [foretold.connections]
    told = [text for text in told if f"may not type `{named_in(word)}" in text]
    assert bool(told) is (word not in UNASKED), found.findings
    assert all("docs/how-to/read-only-account.md" in text for text in told)
    assert all("not understood" not in text for text in told)
    assert bool(found.stops) is (word not in UNASKED | DOES_WITHOUT)


def test_the_remedy_is_to_permit_the_line_and_not_to_look_again():
    line = "privilege show level 5 mode exec command reload"
    found = surveyed(administered(pair(), without(line)))
    unknown = [f for f in found.findings if f.severity is Severity.UNKNOWN]
    assert len(unknown) == 2, "a unit each"
    assert all(f.remedy.startswith("Permit the line to this account") for f in unknown)


def named_in(word: str) -> str:
    return word if word in {"dir", "verify"} else f"show {word}"


def test_with_one_address_the_sentence_says_what_the_account_lacks():
    found = surveyed(administered(pair()), ONE)
    told = [f.evidence for f in found.findings if f.severity is Severity.UNKNOWN]
    assert any("may not type `failover exec mate show version`" in text for text in told), told
    assert all("not understood" not in text for text in told)


def test_a_refused_line_does_not_end_the_conversation():
    line = "privilege show level 5 mode exec command conn"
    firewall = as_looker(administered(pair(sessions=2), without(line)))
    eyes = Eyes(firewall.world.access, firewall.world.seats, firewall.world.clock)
    seen = eyes.look(Depth.FULL)
    assert [[reply.line for reply in unit.unread] for unit in seen.units] == [
        ["show conn count"],
        ["show conn count"],
    ]
    assert firewall.tally.logins == 2


@pytest.mark.slow
def test_the_night_s_account_may_do_everything():
    world = administered(pair(sessions=2), (*LINES, *NIGHT))
    firewall = as_looker(world)
    firewall.host.user = "upgrader-night"
    assert firewall.upgraded().outcome is Outcome.UPGRADED
    assert "enable" not in {line for _, line in firewall.host.heard}


def test_a_run_as_the_read_only_user_ends_at_its_first_line_and_nothing_is_changed():
    world = as_the_page_says()
    firewall = as_looker(world)
    report = firewall.upgraded()
    assert report.outcome is not Outcome.UPGRADED
    assert report.verdict.endswith("ERROR: Command authorization failed")
    assert world.pair.changes == 0


# ── everybody else ─────────────────────────────────────────────────────────────────────


def test_without_the_last_line_nothing_has_a_level():
    world = administered(pair(), without("aaa authorization command LOCAL"))
    person = looker(world)
    assert refusal_in(person("show arp")) is None
    person("configure terminal")
    assert "(config)" in person.prompt


def test_who_stands_at_15_types_everything_as_before():
    world = administered(pair())
    assert refusal_in(at_the_console(world.pair)("show arp")) is None
    admin = over_ssh(world.pair)
    assert admin.prompt.endswith("# ")
    assert refusal_in(admin("show arp", "configure terminal", "hostname other")) is None


def test_user_exec_knows_the_commands_of_levels_0_and_1():
    usual = without("aaa authorization exec LOCAL auto-enable")
    world = administered(pair(), (*usual, "privilege show level 1 command conn"))
    person = looker(world)
    assert person.prompt.endswith("> ")
    assert refusal_in(person("show version")) is None
    assert refusal_in(person("show conn count")) is None
    assert person("terminal pager 0").endswith(REFUSED), "a real 9.1(3) session"
    assert refusal_in(person("show clock")) is not None
    person("enable", PASSWORD)
    assert person.prompt.endswith("# ")
    assert "level : 5" in person("show curpriv")


@pytest.mark.parametrize(
    ("line", "typed", "is_permitted"),
    [
        ("privilege level 5 command arp", "show arp", True),
        ("privilege show level 5 mode enable command arp", "show arp", True),
        ("privilege show level 5 mode configure command arp", "show arp", False),
        ("privilege clear level 5 command conn", "clear conn", True),
        ("privilege cmd level 5 command logging", "clear logging buffer", False),
        ("privilege show level 6 mode exec command arp", "show arp", False),
        ("privilege show level 6 mode exec command version", "show version", False),
        ("privilege cmd level 5 mode exec command failover", "fail act", True),
    ],
)
def test_a_level_belongs_to_a_form_a_mode_and_a_word(line: str, typed: str, is_permitted: bool):
    person = looker(administered(pair(), (*LINES, line)))
    assert (refusal_in(person(typed)) is None) is is_permitted


def test_in_configuration_mode_words_have_levels_too():
    extra = (
        "privilege cmd level 5 mode exec command configure",
        "privilege cmd level 5 mode configure command logging",
    )
    world = administered(pair(), (*LINES, *extra))
    person = looker(world)
    person("configure terminal")
    assert "(config)" in person.prompt
    assert refusal_in(person("logging enable")) is None
    assert refusal_in(person("no logging enable")) is None
    assert person("hostname other").endswith(REFUSED)
    assert person("no failover").endswith(REFUSED)
    assert person("interface GigabitEthernet1/1").endswith(REFUSED)
    assert refusal_in(person("show failover")) is None
    person("end")
    assert person.prompt.endswith("# ")
    assert "(config" not in person.prompt


def test_service_type_says_what_a_user_may_come_for():
    world = administered(pair())
    admin = at_the_console(world.pair)
    admin("configure terminal", f"username {USER} attributes", "service-type nas-prompt", "end")
    person = looker(world)
    assert person.prompt.endswith("> ")
    person("enable", PASSWORD)
    assert person.prompt.endswith("> ")
    admin("configure terminal", f"username {USER} attributes", "service-type remote-access", "end")
    assert not world.pair.authenticate("active", USER, PASSWORD)


# ── over SSH, from the shell ───────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_commands_work_over_ssh_as_that_user(tmp_path: Path):
    extra = tuple(line for line in LINES if line[0] != "!" and line.strip() != "exit")
    with served_pair(extra=extra, rate=120) as site:
        active, standby = (":".join(map(str, site.where[seat])) for seat in ("active", "standby"))
        file = tmp_path / "pair.toml"
        told = OVER_SSH.read_text().replace("port = 2222\n", "")
        for name, value in (("active", active), ("standby", standby), ("user", USER)):
            told = re.sub(rf'^{name} = ".*"', f'{name} = "{value}"', told, flags=re.MULTILINE)
        file.write_text(re.sub(r"^asdm = .*$", "", told, flags=re.MULTILINE))
        for words in ("check", "plan", "sessions"):
            done = subprocess.run(
                [sys.executable, "-m", "upgrader", words, str(file)],
                env=os.environ | {"UPGRADER_HOME": str(tmp_path), "UPGRADER_PASSWORD": PASSWORD},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert PASSWORD not in done.stdout + done.stderr
        assert site.pair.changes == 0
