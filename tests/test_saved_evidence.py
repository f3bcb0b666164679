"""Saved screens and runs of ours as evidence: whose they are, of when, and what they tell."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nights_on_disk import Night, pair_text
from test_terminal_logs import show_failover, show_version

from upgrader.access.evidence.part import Part
from upgrader.access.evidence.runs import JOURNAL, read_run
from upgrader.access.evidence.screens import read_screens, tell_units
from upgrader.dialect.terminals.moments import moment_in
from upgrader.model.evidence import SourceKind, What
from upgrader.model.failover import Failover, Role
from upgrader.model.unit import VersionReport
from upgrader.model.vpn import AddressPool, FileDigest
from upgrader.ports import UsageFault

P, S = Role.PRIMARY, Role.SECONDARY
POOL = (
    "Begin           End             Mask            Free     Held     In use\n"
    "192.168.1.144   192.168.1.147   255.255.255.252     3        0        1\n\n"
    "Available Addresses:\n192.168.1.145\n192.168.1.146\n192.168.1.147\n\n"
    "In Use Addresses:\n192.168.1.144\n"
)

# ── a file a screen ────────────────────────────────────────────────────────────────────


def test_a_files_name_says_which_line_it_answers_and_on_which_unit() -> None:
    part = read_screens("before/fw-sec_show-version.txt", show_version("Secondary"))
    (screen,) = part.screens
    assert (screen.command, screen.unit, screen.moment) == ("show version", S, "before")
    assert isinstance(screen.value, VersionReport)
    assert (screen.place.line, screen.ends) == (1, 3)
    assert part.source.kind is SourceKind.SCREENS


def test_a_screens_own_words_say_what_it_is_where_its_name_does_not() -> None:
    (screen,) = read_screens("after/x1.txt", show_failover("Primary", active=True)).screens
    assert (screen.command, screen.unit, screen.moment) == ("show failover", P, "after")
    assert isinstance(screen.value, Failover)


def test_a_digest_names_its_file() -> None:
    text = f"verify /SHA-512 (disk0:/a.pkg) = {'ab' * 64}\n"
    (screen,) = read_screens("digests.txt", text).screens
    assert isinstance(screen.value, FileDigest)


def test_one_saved_reply_with_a_prompt_is_read_as_it_stands() -> None:
    (screen,) = read_screens("x.txt", f"fw/sec/stby# show ip local pool VPN\n{POOL}").screens
    assert (screen.command, screen.unit) == ("show ip local pool VPN", S)
    assert isinstance(screen.value, AddressPool)


@pytest.mark.parametrize("ornament", ["### {}", "=== {} ===", "{}", "----- {} -----", "!{}"])
def test_headings_part_several_replies_in_one_file(ornament: str) -> None:
    text = (
        ornament.format("show version")
        + "\n"
        + show_version("Primary")
        + ornament.format("show failover")
        + "\n"
        + show_failover("Primary", active=True)
    )
    part = read_screens("fw1.txt", text)
    assert [(s.command, s.unit) for s in part.screens] == [
        ("show version", P),
        ("show failover", P),
    ]
    assert [r for r in part.records if r.what is What.COMMAND] == []


def test_show_tech_support_is_read_screen_by_screen() -> None:
    rule = "-" * 18
    text = (
        f"{rule} show clock {rule}\n\n01:00:20.000 UTC Sun Nov 22 2026\n\n"
        f"{rule} show version {rule}\n\n{show_version('Secondary')}\n"
        f"{rule} show failover {rule}\n\n{show_failover('Secondary', active=False)}\n"
        f"{rule} show blocks {rule}\n\n  SIZE    MAX    LOW    CNT\n"
    )
    part = read_screens("tech.txt", text)
    known = [(s.command, s.unit, s.value is None) for s in part.screens]
    assert known == [
        ("show clock", S, False),
        ("show version", S, False),
        ("show failover", S, False),
        ("show blocks", S, True),
    ]
    assert part.unread == ()


def test_a_text_that_is_no_screen_is_listed_as_unread() -> None:
    part = read_screens("notes.txt", "dear all,\nthe vpn was gone at two\n")
    assert part.screens == ()
    assert [(u.first, u.last) for u in part.unread] == [(1, 2)]
    assert part.source.unread == 2


def test_a_screen_that_its_name_promises_and_that_is_none_is_kept_as_text() -> None:
    part = read_screens("show_failover.txt", "Failover Perhaps\n")
    assert part.screens[0].value is None
    assert "show failover" in part.unread[0].why


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("before/fw1.txt", "before"),
        ("2026/post-upgrade/fw1.txt", "after"),
        ("fw1_pre.txt", "before"),
        ("after/before.txt", "before"),
        ("before_and_after.txt", ""),
        ("fw-prepared.txt", ""),
        ("fw1.txt", ""),
    ],
)
def test_names_tell_before_from_after(name: str, moment: str) -> None:
    assert moment_in(name) == moment


# ── files of one folder ────────────────────────────────────────────────────────────────


def folder(*files: tuple[str, str]) -> tuple[Part, ...]:
    return tell_units([read_screens(name, text) for name, text in files])


def test_files_whose_names_differ_in_the_command_alone_are_of_one_unit() -> None:
    parts = folder(
        ("a/fw1_show_ip_local_pool_VPN.txt", POOL),
        ("a/fw1_show_failover.txt", show_failover("Primary", active=True)),
        ("a/fw2_show_conn_count.txt", "12 in use, 50 most used\n"),
        ("a/fw2_show_failover.txt", show_failover("Secondary", active=False)),
    )
    assert [part.screens[0].unit for part in parts] == [P, P, S, S]
    assert parts[0].screens[0].command == "show ip local pool VPN"


def test_a_serial_number_tells_whose_a_version_is() -> None:
    parts = folder(
        ("a/one.txt", show_version("Secondary")),
        ("a/two.txt", show_failover("Primary", active=True)),
    )
    assert [part.screens[0].unit for part in parts] == [S, P]


def test_a_folder_that_names_both_units_tells_nothing_of_a_third_file() -> None:
    parts = folder(
        ("a/show_failover.txt", show_failover("Primary", active=True)),
        ("a/show failover.txt", show_failover("Secondary", active=False)),
        ("a/show_conn_count.txt", "12 in use, 50 most used\n"),
    )
    assert [part.screens[0].unit for part in parts] == [P, S, None]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["show_version.txt", "x", "before/fw-pri.log", "."]))
def test_no_saved_text_is_too_odd(text: str, name: str) -> None:
    part = read_screens(name, text)
    assert part.source.records == len(part.records)


# ── a run of ours ──────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished upgrade."""
    night = Night(tmp_path_factory.mktemp("run"), pair_text(sessions=2))
    night.run()
    return night.home.find_run(None)


@pytest.fixture(scope="module")
def part(run: Path) -> Part:
    return read_run("edge", run)


@pytest.mark.slow
def test_a_run_reads_back_to_what_it_typed_in_order_and_on_which_unit(part: Part) -> None:
    whats = ("failover reload-standby", "no failover active", "write memory")
    acts = [
        (r.unit, r.fields["command"])
        for r in part.records
        if r.fields.get("by") == "upgrader" and r.fields["command"] in whats
    ]
    assert acts == [
        (P, "write memory"),
        (P, "failover reload-standby"),
        (P, "no failover active"),
        (S, "failover reload-standby"),
        (S, "write memory"),
    ]


def test_a_run_tells_its_phases_and_how_it_ended(part: Part) -> None:
    phases = [r.fields["phase"] for r in part.records if "phase" in r.fields]
    assert phases[:2] == ["prepared", "standby-reloading"]
    assert phases[-1] == "upgraded"
    ends = [r.fields["outcome"] for r in part.records if r.text.startswith("the run ends")]
    assert ends == ["upgraded"]


def test_every_reply_of_a_run_is_a_screen_of_a_unit_at_an_instant(part: Part) -> None:
    assert part.screens
    assert {screen.unit for screen in part.screens} == {P, S}
    assert all(screen.at is not None for screen in part.screens)
    instants = [screen.at for screen in part.screens]
    assert instants == sorted(instants)
    assert part.unread == ()


def test_a_run_has_the_log_that_it_harvested_before_the_reload_erased_it(part: Part) -> None:
    assert P in {covered.unit for covered in part.coverage}
    (moved,) = [r for r in part.records if r.number == 104_002]
    assert (moved.unit, moved.what) == (P, What.TO_STANDBY)


def test_each_record_of_a_run_names_the_entry_that_says_it(part: Part, run: Path) -> None:
    entries = len((run / JOURNAL).read_bytes().splitlines())
    assert part.source.lines == entries
    assert {r.place.file for r in part.records} == {f"edge/{JOURNAL}"}
    assert all(1 <= r.place.line <= entries for r in part.records)


def test_a_run_gives_no_secret_away(part: Part) -> None:
    told = repr(part.records) + repr(part.screens)
    assert "between-us-two" not in told


def test_a_run_whose_journal_was_altered_is_read_as_far_as_its_lines_go(
    run: Path, tmp_path: Path
) -> None:
    lines = (run / JOURNAL).read_bytes().splitlines()
    torn = [*lines[:40], b"not an entry \xff", lines[41][:60], *lines[42:]]
    for name in ("journal.head", "key.pub"):
        (tmp_path / name).write_bytes((run / name).read_bytes())
    (tmp_path / "tape").symlink_to(run / "tape")
    (tmp_path / JOURNAL).write_bytes(b"\n".join(torn))
    part = read_run("torn", tmp_path)
    assert "not vouched for" in part.source.note
    assert [u.first for u in part.unread] == [41, 42]
    assert len(part.screens) > 100


def test_a_reply_that_is_missing_on_disk_is_listed_and_stops_nothing(
    run: Path, tmp_path: Path
) -> None:
    for name in (JOURNAL, "journal.head", "key.pub"):
        (tmp_path / name).write_bytes((run / name).read_bytes())
    part = read_run("bare", tmp_path)
    asked = [line for line in (run / JOURNAL).read_bytes().splitlines() if b'"blob"' in line]
    # What the plan had had verified stands in the journal itself.
    assert {screen.command.split()[0] for screen in part.screens} <= {"verify"}
    assert len(part.unread) == len(asked)
    assert any(r.what is What.COMMAND for r in part.records)


def test_a_folder_without_a_journal_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageFault):
        read_run("x", tmp_path)
