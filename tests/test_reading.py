"""`upgrader read`: a text of a device is read whole, and what is new in it is told.

The captures are judged by the values that lie beside them; without them those tests are skipped.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from instants import Desk, instants, units_that_answer
from shells import Shell
from surrounded import EVERYTHING, HOSTSCAN, with_posture
from worlds import config, scenario

from upgrader.dialect import commands
from upgrader.dialect.looking import LOOKS
from upgrader.dialect.reading.known import KNOWN, is_known
from upgrader.dialect.reading.reading import COMMANDS, NoReader, read
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.screen import lines_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import ScenarioFile
from upgrader.emulator.scenario.health import HeldCertificate
from upgrader.ports import Unparsed

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures" / "ntc-templates"

with_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captures of real devices are not beside this clone"
)

ADDED_BY_HAND = {"<omited output>"}
"""What somebody wrote into a capture; it is told of, as whatever is new is."""


def captured(folder: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    for file in sorted((CAPTURES / folder).glob("*.raw")):
        expected = yaml.safe_load(file.with_suffix(".yml").read_text())["parsed_sample"]
        yield file.stem, file.read_text(), expected


def value_of(command: str, text: str) -> Any:
    found = read(command, text)
    assert set(found.unknown_lines) <= ADDED_BY_HAND
    return found.value


# ── captures, by the values beside them ────────────────────────────────────────────────


@with_captures
def test_sessions_are_what_the_files_beside_them_say():
    for name, text, expected in captured("show_vpn-sessiondb_anyconnect"):
        rows = value_of("show vpn-sessiondb anyconnect", text)
        assert len(rows) == len(expected), name
        for row, wanted in zip(rows, expected, strict=True):
            assert row.user == wanted["username"]
            assert str(row.index) == wanted["index"]
            assert (str(row.address) if row.address else "") == wanted["assigned_ip"]
            assert row.public == wanted["public_ip"]
            assert {t.value for t in row.tunnels} == set(wanted["protocol"].split())
            assert (str(row.bytes_tx), str(row.bytes_rx)) == (
                wanted["bytes_tx"],
                wanted["bytes_rx"],
            )
            assert (row.group_policy, row.tunnel_group) == (
                wanted["group_policy"],
                wanted["tunnel_group"],
            )
            assert row.audit_id == wanted["audt_sess_id"]
            said = " ".join(
                wanted[part]
                for part in (
                    "login_time",
                    "login_time_zone",
                    "login_weekday",
                    "login_month",
                    "login_day",
                    "login_year",
                )
            )
            assert " ".join(row.login_time.split()) == said


@with_captures
def test_failover_screens_are_what_the_files_beside_them_say():
    for name, text, expected in captured("show_failover"):
        if name.endswith("activeactive"):
            with pytest.raises(Unparsed, match="Active/Active"):
                read("show failover", text)
            continue
        seen, (wanted,) = value_of("show failover", text), expected
        assert ("On" if seen.enabled else "Off") == wanted["state"]
        assert seen.unit.value == wanted["role"]
        assert seen.lan_interface.name == wanted["lan_intf_name"]
        assert seen.lan_interface.port == wanted["lan_intf"]
        assert seen.lan_interface.condition == wanted["lan_intf_state"]
        assert (str(seen.ours), str(seen.mate)) == (wanted["sw_version"], wanted["sw_version_mate"])
        assert [seen.this_host.state.value] == wanted["service_state"]
        assert [seen.other_host.state.value] == wanted["service_state_mate"]
        assert [i.name for i in seen.this_host.interfaces] == wanted["interfaces"]
        assert [i.condition for i in seen.this_host.interfaces] == wanted["interfaces_status"]
        assert (
            [i.address for i in seen.other_host.interfaces] == wanted["interfaces_ip_mate"]
            if ("interfaces_ip_mate" in wanted)
            else True
        )


@with_captures
def test_versions_are_what_the_files_beside_them_say():
    for name, text, (wanted,) in captured("show_version"):
        seen = value_of("show version", text)
        assert str(seen.running) == wanted["version"].split()[0], name
        assert seen.hostname == wanted["hostname"]
        assert (seen.image or "") == wanted["image"]
        assert seen.hardware == wanted["hardware"].split(",")[0]
        assert (seen.serial or "") in {*wanted["serial"], ""}


@with_captures
def test_listings_are_what_the_files_beside_them_say():
    for name, text, expected in captured("dir"):
        seen = value_of("dir", text)
        files = [row for row in expected if row["permissions"].startswith("-")]
        assert [(f.path, str(f.bytes), f.written) for f in seen.files] == [
            (row["file_system"] + row["name"], row["size"], row["date_time"]) for row in files
        ], name
        assert str(seen.free_bytes) == expected[0]["total_free"]


@with_captures
def test_session_summaries_are_what_the_files_beside_them_say():
    for name, text, (wanted,) in captured("show_vpn-sessiondb"):
        seen = value_of("show vpn-sessiondb", text)
        assert str(seen.total) == wanted["total_active_and_inactive"], name
        assert str(seen.capacity) == wanted["device_total_vpn_capacity"]


SURROUNDINGS = {
    "show_interface_ip_brief": "show interface ip brief",
    "show_route": "show route",
    "show_module": "show module",
    "show_license_all": "show license all",
    "show_xlate": "show xlate",
    "show_cpu_usage_detailed": "show cpu usage detailed",
}


@with_captures
@pytest.mark.parametrize("folder", SURROUNDINGS)
def test_every_line_of_a_units_surroundings_is_known(folder: str):
    """What is read of them is held against the files beside them in `test_wide_captures`."""
    texts = [text for _, text, _ in captured(folder)]
    assert texts
    assert {read(SURROUNDINGS[folder], text).unknown_lines for text in texts} == {()}


# ── what is new is told, and sinks nothing ─────────────────────────────────────────────

NEW = "Quantum Tunnel Assistant is warming up"


def dressed() -> EmulatedPair:
    """A pair whose configuration has what only some have."""
    lines = with_posture(config(), f" hostscan image {HOSTSCAN}", " hostscan enable")
    told = scenario(lines=(*lines, *EVERYTHING))
    with_file = tuple(
        replace(unit, files=(*unit.files, ScenarioFile(HOSTSCAN, 50_000_000, "posture")))
        for unit in told.units
    )
    mine = HeldCertificate("OUTSIDE", "0a1b2c", "cn=vpn.example.com, o=Example", 1_800_000_000)
    return EmulatedPair.from_scenario(
        replace(told, model="ASAv", units=with_file, certificates=(mine,))
    )


def emulated_screens() -> Iterator[tuple[str, str]]:
    """What is shown; a line that a model does not know is refused, and some show nothing."""
    for pair in (*instants().values(), dressed()):
        for u, unit in units_that_answer(pair):
            desk = Desk(pair, u)
            for form in COMMANDS:
                line = form
                if form == commands.show_pool("NAME"):
                    line = commands.show_pool(unit.settings.pools[0].name)
                elif form == commands.verify("FILE"):
                    line = commands.verify(next(iter(unit.paths.values())))
                shown = desk.ask(line)
                if shown.strip() and refusal_in(shown) is None:
                    yield line, shown


@pytest.mark.slow
def test_every_line_of_every_emulated_screen_is_known():
    unknown = {
        (line, new) for line, text in emulated_screens() for new in read(line, text).unknown_lines
    }
    assert not unknown


SCREENS = {
    line: text
    for line, text in emulated_screens()
    # Every line of a configuration is kept, and a foot that counts files must add up.
    if line not in {commands.SHOW_RUNNING, commands.SHOW_STARTUP}
}


@pytest.mark.parametrize("line", sorted(SCREENS))
def test_a_line_that_is_new_is_told_or_the_reply_declined_and_never_dropped(line: str):
    rows = SCREENS[line].rstrip("\n").split("\n")
    plain = read(line, SCREENS[line]).value
    for place in range(1, len(rows) + 1):
        text = "\n".join((*rows[:place], NEW, *rows[place:]))
        try:
            found = read(line, text)
        except Unparsed:
            continue
        assert found.unknown_lines == (NEW,)
        assert found.value == plain or NEW in repr(found.value)


def test_no_pattern_takes_every_line():
    """A check that cannot fail is none: prose fits no screen but a configuration's.

    Errors are what the list of errors consists of.
    """
    for form in KNOWN:
        if form not in {commands.SHOW_RUNNING, commands.SHOW_STARTUP}:
            assert not is_known(form, NEW), form
        if form not in {commands.SHOW_RUNNING, commands.SHOW_STARTUP, commands.SHOW_STARTUP_ERRORS}:
            assert not is_known(form, "ERROR: % Invalid input detected at '^' marker."), form


CLIENTS = """\
Username     : smithj                 Index        : 46288
  Client OS    : win
"""


def test_whatever_a_wide_look_asks_for_can_be_read_by_hand():
    """What a rule stumbled over must be open to whoever wants to see why."""
    harvested = {commands.SHOW_LOGGING}
    sections = {commands.SHOW_BOOT, commands.SHOW_ASDM}
    filtered = {commands.SHOW_CLIENT_SYSTEMS}
    assert set(LOOKS) - set(COMMANDS) == harvested | sections | filtered
    assert read(commands.SHOW_CLIENT_SYSTEMS, CLIENTS).value == {46_288: "win"}


def test_an_echo_and_a_prompt_are_no_unknown_lines():
    text = "fw/pri/act# show conn count\n12 in use, 40 most used\nfw/pri/act# "
    assert read("show conn count", text).unknown_lines == ()
    assert lines_of("show conn count", text) == ["12 in use, 40 most used"]


# ── the command ────────────────────────────────────────────────────────────────────────


POOL = """\
Begin           End             Mask            Free     Held     In use
10.1.8.1        10.1.8.4        255.255.255.0       3        0        1

Available Addresses:
10.1.8.2
10.1.8.3
10.1.8.4

In Use Addresses:
10.1.8.1
"""


def test_a_saved_reply_is_shown_as_it_is_understood(tmp_path: Path, upgrader: Shell):
    file = tmp_path / "pool.txt"
    file.write_text(f"{POOL}Reserved for nobody\n")
    shown = upgrader("read", "sh ip local pool VPN", str(file))
    assert shown.code == 0
    assert "show ip local pool VPN" in shown.out
    assert "Reserved for nobody" in shown.out
    as_json = upgrader("read", "show ip local pool VPN", str(file), "--json")
    found = json.loads(as_json.out)
    assert found["command"] == "show ip local pool VPN"
    assert found["value"]["in_use"] == ["10.1.8.1"]
    assert found["unknown_lines"] == ["Reserved for nobody"]


def test_a_reply_to_something_else_is_refused_with_its_reason(tmp_path: Path, upgrader: Shell):
    file = tmp_path / "pool.txt"
    file.write_text(POOL)
    refused = upgrader("read", "show failover", str(file))
    assert refused.code == 2
    assert "Failover On" in refused.err
    missing = upgrader("read", "show failover", str(tmp_path / "none"))
    assert missing.code == 2
    assert "No such file" in missing.err


def test_a_command_without_a_reader_is_named_with_those_that_have_one():
    with pytest.raises(NoReader, match="did you mean 'show failover'"):
        read("show failovr", "")
