"""Read-only by construction: whoever only looks cannot change a pair, whatever he types.

The emulator counts the lines that changed anything, by comparing itself before and after; it does
not ask the tool what the lines were meant to do.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nights import Firewall, Listening
from reached import FOUR, ONE, TWO, Reached
from worlds import NEW_IMAGE, PACKAGE, World, mismatched, pair

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.guard.read_only import ReadOnlyWorld
from upgrader.conduct.rehearse import rehearse
from upgrader.conduct.survey import plan_of, survey
from upgrader.conduct.tidy import find
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.looking import LOOKS, only_looks
from upgrader.dialect.versions import read_version
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell.shell import MODES
from upgrader.emulator.surface.truth import truth
from upgrader.emulator.timers import waiting
from upgrader.emulator.witness import is_taken_for_a_look
from upgrader.model.outcome import Outcome
from upgrader.model.plan import Failback, Target
from upgrader.model.watch import Unwatched
from upgrader.ports import LineFault, Refused, Unlawful

TO = "9.16(4)"

# ── the list ───────────────────────────────────────────────────────────────────────────


def looked_at(world: World) -> Listening:
    """Everything that only looks, done to a pair; what was typed for it."""
    listening = Listening(EmulatedWorld(world.pair))
    firewall = Firewall(world.pair)
    read_only = ReadOnlyWorld(listening)
    surveyed = survey(read_only, Target(read_version(TO)), {})
    plan_of(surveyed, firewall.name, Failback.NEVER)
    find(read_only, Unwatched(), wait=False)
    return listening


def test_all_that_a_full_look_types_is_on_the_list_and_of_it_hardly_anything_is_not_typed():
    typed = {line for _, line in looked_at(pair(sessions=3)).typed}
    assert all(only_looks(line) for line in typed)
    assert {"show version", "dir disk0:", "show ip local pool VPN"} <= typed
    assert any(line.startswith("verify /sha-512 ") for line in typed)


@pytest.mark.parametrize("line", sorted(LOOKS))
def test_each_line_of_the_list_is_one_for_the_mate_too(line: str):
    assert only_looks(line)
    assert only_looks(f"failover exec mate {line}")
    assert not only_looks(f"failover exec mate failover exec mate {line}")
    assert not only_looks(f"failover exec standby {line}")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "sh ver",
        "show version ",
        "Show version",
        "show version | redirect disk0:/x",
        "show version\nreload noconfirm",
        "show version\r",
        "show version?",
        "show tech-support file disk0:/x",
        "show ip local pool VPN | tee disk0:/x",
        "show ip local pool ",
        "show ip local pool VPN\n",
        "show ip local pool VPN\x85reload",
        "show vpn-sessiondb anyconnect filter name a b",
        "verify /sha-512 disk0:/x y",
        "verify /sha-512 tftp://10.1.1.5/x",
        "configure terminal",
        "terminal pager 0",
        "enable",
        "write memory",
        "copy /noconfirm running-config disk0:/x",
        "failover reload-standby",
        "no failover active",
        "ping 10.1.1.1",
        "more disk0:/x",
    ],
)
def test_what_is_not_on_the_list_is_not_typed(line: str):
    world = pair()
    listening = Listening(EmulatedWorld(world.pair))
    console = ReadOnlyWorld(listening).access.open(listening.seats.active)
    with pytest.raises(Unlawful):
        console.ask(line)
    assert listening.typed == []


WORDS = st.sampled_from(
    [
        *("show", "version", "failover", "exec", "mate", "active", "standby", "no", "write"),
        *("memory", "reload", "noconfirm", "copy", "/noconfirm", "running-config", "delete"),
        *("disk0:/x", NEW_IMAGE, PACKAGE["win"], "|", "redirect", "tee", "append", "include"),
        *("configure", "terminal", "boot", "system", "vpn-sessiondb", "logoff", "all", "index"),
        *("1", "name", "filter", "ip", "local", "pool", "VPN", "verify", "/sha-512", "dir"),
        *("clear", "conn", "xlate", "logging", "buffer", "\n", "\r", "\t", "?", "\x1a", "y", "sh"),
    ]
)
LINES = st.one_of(
    st.text(max_size=40),
    st.lists(WORDS, max_size=8).map(" ".join),
    st.builds(
        lambda line, tail: line + tail,
        st.sampled_from(sorted(LOOKS)),
        st.one_of(st.text(max_size=12), st.lists(WORDS, max_size=4).map(" ".join)),
    ),
    st.builds(
        lambda head, words: " ".join([*head, *words]),
        st.sampled_from([[], ["failover", "exec", "mate"]]),
        st.lists(WORDS, max_size=5),
    ),
)


@pytest.mark.slow
@given(st.lists(LINES, max_size=20))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_at_a_read_only_console_changes_nothing(lines: list[str]):
    world = pair(sessions=2)
    listening = Listening(EmulatedWorld(world.pair))
    read_only = ReadOnlyWorld(listening)
    for seat in (read_only.seats.active, read_only.seats.standby):
        console = read_only.access.open(seat)
        for line in lines:
            try:
                console.ask(line)
            except (Unlawful, LineFault, Refused):
                continue
    assert world.pair.changes == 0
    assert all(only_looks(line) for _, line in listening.typed)


# ── over every path ────────────────────────────────────────────────────────────────────


def as_found(world: World) -> None:
    """Nothing has happened to it."""


def standby_away(world: World) -> None:
    world.pull_power(world.standby)
    world.wait(30_000)


def standby_syncs(world: World) -> None:
    world.reload_standby()
    world.until(lambda: world.standby.state.value == "Sync Config")


def split(world: World) -> None:
    world.cut()
    world.pull_power(world.secondary)
    world.give_power(world.secondary)
    world.until(lambda: world.secondary.active_since is not None)


def half_upgraded(world: World) -> None:
    world.first_half()


def after_the_bad_night(world: World) -> None:
    world.night()


PATHS = [as_found, standby_away, standby_syncs, split, half_upgraded, after_the_bad_night]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_checking_planning_and_listing_change_nothing(path):
    for world in (pair(sessions=3, sleeping=1), mismatched(sessions=3)):
        path(world)
        before = world.pair.changes
        looked_at(world)
        assert world.pair.changes == before == 0


@pytest.mark.parametrize("reach", [ONE, TWO, FOUR], ids=["one", "two", "four"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_nor_over_ssh_with_whatever_addresses(path, reach):
    world = mismatched(sessions=2)
    path(world)
    firewall = Reached.of(world, reach)
    read_only = ReadOnlyWorld(firewall.world)
    survey(read_only, Target(read_version(TO)), {})
    find(read_only, Unwatched(), wait=False)
    read_only.close()
    assert world.pair.changes == 0
    assert firewall.tally.logins > 0, "logging in is no change"


@pytest.mark.slow
@given(
    sessions=st.integers(0, 6),
    sleeping=st.integers(0, 3),
    differs=st.booleans(),
    seed=st.integers(0, 50),
    path=st.sampled_from(PATHS[:3]),
)
@settings(max_examples=15, deadline=None)
def test_a_rehearsal_changes_its_twin_and_not_the_pair(sessions, sleeping, differs, seed, path):
    make = mismatched if differs else pair
    world = make(sessions=sessions + sleeping, sleeping=sleeping, seed=seed)
    path(world)
    before = essence(world.pair)
    read_only = ReadOnlyWorld(EmulatedWorld(world.pair))
    rule = "anyconnect-images-match"
    surveyed = survey(read_only, Target(read_version(TO)), {rule: "to see it happen"})
    plan = plan_of(surveyed, Firewall(world.pair).name, Failback.NEVER)
    if plan is not None:
        report = rehearse(plan, read_only.fork(), Unwatched(), Wishes())
        assert (report.outcome is Outcome.UPGRADED) == (path is as_found), report.verdict
    assert world.pair.changes == 0
    assert path is not as_found or essence(world.pair) == before


# ── the counter itself ─────────────────────────────────────────────────────────────────

FILLED = {
    "<path>": "disk0:/old.cfg",
    "<value>": "1",
    "<name>": "VPN",
    "<user>": "user01",
    "<hash>": "0" * 128,
    "<lines>": "0",
    "<level>": "15",
}


def filled(pattern: str) -> str:
    words = (FILLED.get(word, "1") if word.startswith("<") else word for word in pattern.split())
    return " ".join("disk0:/" if word == "..." else word for word in words)


LOOKING = sorted(
    filled(pattern)
    for pattern in MODES["privileged"]
    if pattern.split()[0] in {"show", "dir", "verify", "more", "pwd"}
)


def essence(told: EmulatedPair) -> bytes:
    """All of a pair but its log, its clock and who is logged in."""
    twin = told.fork()
    twin.units = [
        replace(unit, log=[], log_bytes=0, sheet=None, logged={}, visits={}) for unit in twin.units
    ]
    twin.conversations, twin.outbox, twin.link = {}, [], replace(twin.link, sealed=0, sequence=0)
    twin.opened = twin.now = twin.changes = twin.draws = twin.sequence = twin.resumed = 0
    twin.resumes = []
    # What will happen, and not how far ahead it is sorted.
    twin.timers, twin.later, twin.near = sorted(waiting(twin)), {}, 0
    return twin.save()


def typed(world: World, *lines: str) -> int:
    """Type lines at the active unit; how many of them were counted."""
    conversation = world.pair.open("active")
    assert conversation is not None
    before = world.pair.changes
    for line in lines:
        world.pair.receive(conversation.number, line)
    return world.pair.changes - before


@pytest.mark.slow
def test_no_line_that_shows_changes_the_pair():
    """The counter takes `show`, `dir` and `verify` at their word: this is why it may."""
    world = mismatched(sessions=3, sleeping=1)
    world.wait(10_000)
    before = essence(world.pair)
    for line in LOOKING:
        for whole in (line, f"failover exec mate {line}", f"failover exec active {line}"):
            assert typed(world, whole) == 0, whole
            assert essence(world.pair) == before, whole
    assert len(LOOKING) > 100
    assert any(is_taken_for_a_look(line) for line in LOOKING)


@pytest.mark.parametrize(
    "lines",
    [
        ("configure terminal", "hostname other"),
        ("configure terminal", f"boot system {NEW_IMAGE}"),
        ("write memory",),
        ("copy /noconfirm running-config disk0:/x.cfg",),
        ("failover exec mate copy /noconfirm running-config disk0:/x.cfg",),
        (f"delete /noconfirm {PACKAGE['win']}",),
        ("mkdir /noconfirm disk0:/folder",),
        ("failover reload-standby",),
        ("no failover active",),
        ("reload noconfirm",),
        ("reload in 10 noconfirm",),
        ("vpn-sessiondb logoff index 1 noconfirm",),
        ("vpn-sessiondb logoff all", "y"),
        ("clear conn",),
        ("clear logging buffer",),
        ("write standby",),
        ("write erase", "y"),
    ],
    ids=lambda lines: lines[-1] if len(lines[-1]) > 1 else lines[0],
)
def test_a_line_that_changes_anything_is_counted_once(lines: tuple[str, ...]):
    assert typed(pair(sessions=3), *lines) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("enable", "wrong"),
        ("terminal pager 0",),
        ("terminal monitor",),
        ("disable",),
        ("login", "admin", "wrong"),
        ("configure terminal", "end"),
        ("cd disk0:/",),
        ("reload", "n"),
        ("vpn-sessiondb logoff all", "n"),
        ("vpn-sessiondb logoff index 999 noconfirm",),
        ("delete /noconfirm disk0:/nothing",),
        ("copy /noconfirm disk0:/nothing disk0:/x",),
        ("reload cancel",),
        ("nonsense",),
        ("exit",),
    ],
    ids=lambda lines: lines[0],
)
def test_a_line_that_changes_nothing_is_not_counted(lines: tuple[str, ...]):
    assert typed(pair(sessions=3), *lines) == 0


@pytest.mark.parametrize("seat", ["active", "standby"])
@pytest.mark.parametrize("index", ["1", "2", "999", "x", "1 2", "-1", ""])
@pytest.mark.parametrize("tail", [" noconfirm", ""])
def test_a_log_off_by_index_is_counted_exactly_when_the_pair_is_another(
    seat: str, index: str, tail: str
):
    """The counter weighs only the rows for such a line: this is why it may."""
    world = mismatched(sessions=3, sleeping=1)
    conversation = world.pair.open(seat)
    assert conversation is not None
    for line in (f"vpn-sessiondb logoff index {index}{tail}", "y", ""):
        before, counted = essence(world.pair), world.pair.changes
        world.pair.receive(conversation.number, line)
        assert bool(world.pair.changes - counted) == (essence(world.pair) != before), line


EVERY_LINE = st.one_of(
    st.sampled_from(sorted(filled(pattern) for pattern in MODES["privileged"])),
    st.sampled_from(sorted(filled(pattern) for pattern in MODES["configuration"])),
    st.lists(WORDS, min_size=1, max_size=6).map(" ".join),
    st.sampled_from(["y", "n", "", "configure terminal", "end", "webvpn", "hostname x"]),
)


@pytest.mark.slow
@given(st.lists(EVERY_LINE, max_size=12))
@settings(max_examples=120, deadline=None)
def test_the_counter_moves_exactly_when_the_pair_is_another(lines: list[str]):
    world = mismatched(sessions=3, sleeping=1)
    conversation = world.pair.open("active")
    assert conversation is not None
    for line in lines:
        before, counted = essence(world.pair), world.pair.changes
        cleared = "clear logging" in line or line.startswith("cle")
        world.pair.receive(conversation.number, line)
        moved = world.pair.changes - counted
        assert moved in {0, 1}
        if not cleared:
            assert bool(moved) == (essence(world.pair) != before), line


def test_the_truth_tells_the_count():
    world = pair()
    typed(world, "write memory", "show version")
    assert truth(world.pair, ["changes"]) == {"changes": 1}
