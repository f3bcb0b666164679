"""Pair files: every built-in one loads, and every mistake is named with what is allowed."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upgrader.cli.pairfile.examples import EXAMPLE, list_examples
from upgrader.cli.pairfile.pair import lines_not_modelled, pair_reference, read_pair, scenario_of
from upgrader.emulator.config import read_lines, read_settings
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import Scenario
from upgrader.emulator.scenario.checks import booted_file, release_of
from upgrader.ports import UsageFault

ROOT = Path(__file__).resolve().parents[1]
CAPTURES = ROOT.parent / "shared" / "captures"
CONFIG = (ROOT / "fixtures" / "configs" / "branch.cfg").read_text()

UNITS = "\n".join(
    f"""
[[emulated.unit]]
role = "{role}"
serial = "{serial}"
[[emulated.unit.file]]
path = "disk0:/asa9-12-4-lfbff-k8.SPA"
bytes = 100
content = "old"
[[emulated.unit.file]]
path = "disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg"
bytes = 100
content = "win"
"""
    for role, serial in (("primary", "JAD1"), ("secondary", "JAD2"))
)
PAIR = f"""\
name = "lab"
[target]
version = "9.16(4)"
[emulated]
model = "ASA5516"
config = "lab.cfg"
[emulated.clients]
count = 3
[emulated.timings]
boot = 60
[emulated.incident]
mechanism = "anchor"
{UNITS}"""


def put(folder: Path, text: str, config: str = CONFIG) -> str:
    (folder / "lab.cfg").write_text(config)
    (folder / "lab.toml").write_text(text)
    return str(folder / "lab.toml")


def load(folder: Path, text: str, config: str = CONFIG) -> Scenario:
    return scenario_of(read_pair(put(folder, text, config)))


def mistake(folder: Path, text: str, config: str = CONFIG) -> str:
    with pytest.raises(UsageFault) as caught:
        load(folder, text, config)
    return str(caught.value)


# ── what is built in ───────────────────────────────────────────────────────────────────


EMULATED = [name for name in list_examples() if not read_pair(EXAMPLE + name).is_live]


def test_the_eleven_pairs_are_built_in() -> None:
    assert list_examples() == (
        "asa5525-9.2-to-9.5",
        "matched",
        "mismatched",
        "missing-package",
        "no-failover-key",
        "no-http-replication",
        "over-ssh",
        "overwritten-package",
        "ten-thousand",
        "two-hops",
        "unstaged",
    )


@pytest.mark.parametrize("name", EMULATED)
def test_every_built_in_pair_loads_and_starts_from_its_old_release(name: str) -> None:
    pair = read_pair(EXAMPLE + name)
    scenario = scenario_of(pair)
    assert pair.name == scenario.name == name
    assert pair.path == EXAMPLE + name
    own = read_settings(scenario.config)
    old = {"asa5525-9.2-to-9.5": "9.2(2)4", "two-hops": "8.4(2)"}.get(name, "9.12(4)")
    for unit in scenario.units:
        booted = booted_file(unit, own)
        assert booted is not None
        assert release_of(booted) == old
        if name != "unstaged":  # `stage` brings them
            assert pair.target.version in {release_of(file) for file in unit.files}
            assert pair.target.asdm in {file.path for file in unit.files}


def test_the_built_in_pairs_differ_where_their_names_say() -> None:
    def packages(name: str, unit: int) -> dict[str, tuple[str, str | None]]:
        files = scenario_of(read_pair(EXAMPLE + name)).units[unit].files
        return {f.path: (f.content, f.loaded) for f in files if f.path.endswith(".pkg")}

    win = "disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg"
    assert packages("matched", 0) == packages("matched", 1)
    assert packages("mismatched", 0)[win] != packages("mismatched", 1)[win]
    assert win not in packages("missing-package", 1)
    first, second = packages("overwritten-package", 0)[win], packages("overwritten-package", 1)[win]
    assert first[0] == second[0]
    assert first[1] not in {None, first[0]}
    assert second[1] is None

    def failover(name: str) -> tuple[bool, bool]:
        found = read_settings(scenario_of(read_pair(EXAMPLE + name)).config).failover
        return found.key is not None, found.replicates_http

    assert failover("matched") == (True, True)
    assert failover("no-failover-key") == (False, True)
    assert failover("no-http-replication") == (True, False)
    assert scenario_of(read_pair(EXAMPLE + "ten-thousand")).clients.count == 10_000


def test_the_page_of_the_reference_is_the_one_that_the_code_writes() -> None:
    page = ROOT / "docs" / "reference" / "pair-file.md"
    assert page.read_text() == pair_reference()


def test_a_file_and_what_it_names_have_one_digest(tmp_path: Path) -> None:
    before = read_pair(put(tmp_path, PAIR)).digest
    assert read_pair(put(tmp_path, PAIR)).digest == before
    assert read_pair(put(tmp_path, PAIR, CONFIG + "banner motd x\n")).digest != before
    assert read_pair(put(tmp_path, PAIR + "# a word\n")).digest != before
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert read_pair(put(elsewhere, PAIR)).digest == before


# ── what may be said ───────────────────────────────────────────────────────────────────


def test_times_are_written_in_seconds_and_boot_depends_on_the_model(tmp_path: Path) -> None:
    said = PAIR.replace("boot = 60", "boot = 60.5\nnotice_fast = [2, 3]")
    assert load(tmp_path, said).timings.boot_ms == 60_500
    assert load(tmp_path, said).timings.notice_fast_ms == (2_000, 3_000)
    unsaid = PAIR.replace("boot = 60", "")
    assert load(tmp_path, unsaid).timings.boot_ms == 300_000
    assert load(tmp_path, unsaid.replace("ASA5516", "ASAv")).timings.boot_ms == 120_000


def test_the_incident_takes_every_parameter_by_its_name(tmp_path: Path) -> None:
    text = PAIR.replace(
        'mechanism = "anchor"',
        """mechanism = "verify-at-join"
kill_at = "peer-rejoin"
scope = "all-ssl"
mismatch_key = "version"
orphan_unit = "both"
orphans_replicate = true
orphan_timer = "idle"
logoff_releases_lease = false
orphan_evicted_by_login = false
client_requests_old_address = false
resume_delay = [[1, 2], [20, 40]]
newer_to_older_state = "none"
row_after_switch = "restarted"
index_allocator = "per-unit" """,
    )
    scenario = load(tmp_path, text)
    assert scenario.incident.mechanism == "verify-at-join"
    assert not scenario.incident.logoff_releases_lease
    assert scenario.timings.notice_fast_ms == (1_000, 2_000)
    assert scenario.timings.notice_slow_ms == (20_000, 40_000)


@pytest.mark.parametrize(
    "value", ['"2026-03-14T22:00:00Z"', "2026-03-14T22:00:00Z", "2026-03-14T23:00:00+01:00"]
)
def test_the_start_is_a_date_with_or_without_quotes(tmp_path: Path, value: str) -> None:
    text = PAIR.replace("[emulated]", f"[emulated]\nstarts_at = {value}")
    assert load(tmp_path, text).starts_at == 1_773_525_600


def test_the_pairs_name_is_the_files_where_it_says_none(tmp_path: Path) -> None:
    assert read_pair(put(tmp_path, PAIR.replace('name = "lab"', ""))).name == "lab"


def test_a_unit_may_have_its_own_configuration(tmp_path: Path) -> None:
    own = CONFIG.replace("failover key Tr1ckle-down_of-hellos!", "failover key another")
    (tmp_path / "other.cfg").write_text(own.replace("unit primary", "unit secondary"))
    text = PAIR.replace('serial = "JAD2"', 'serial = "JAD2"\nconfig = "other.cfg"')
    second = load(tmp_path, text).units[1]
    assert second.config is not None
    assert read_settings(second.config).failover.key == "another"


def test_lines_that_are_not_modelled_are_kept_and_listed(tmp_path: Path) -> None:
    pair = read_pair(put(tmp_path, PAIR, CONFIG + "frobnicate the widgets\n"))
    assert "frobnicate the widgets" in lines_not_modelled(pair)
    assert "frobnicate the widgets" in scenario_of(pair).config


@pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captures lie beside the project, not in a clone"
)
@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("oxidized/asa_5512_9.12-4-67_single-context_output.txt", "ASA5512"),
        ("configs/asav_9.3.1_anyconnect_full_running-config.txt", "ASAv"),
        ("configs/asav_9.8.2_failover_pair_running-config_excerpt.txt", "ASAv"),
    ],
)
def test_a_real_running_config_can_be_dropped_in(tmp_path: Path, name: str, model: str) -> None:
    text = (
        PAIR.replace("count = 3", "count = 0")
        .replace("ASA5516", model)
        .replace("asa9-12-4-lfbff-k8.SPA", "asa9-12-4-67-smp-k8.bin")
        .replace('config = "lab.cfg"', f'config = "{CAPTURES / name}"')
    )
    assert load(tmp_path, text).config == read_lines((CAPTURES / name).read_text())


# ── mistakes ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("boot = 60", "bot = 60", ("`emulated.timings.bot = 60`: there is no such key; "
         "did you mean `boot`?; allowed: boot, shutdown")),
        ("boot = 60", 'boot = "60"', ('`emulated.timings.boot = "60"`: must be a number; '
         "allowed: seconds, 0 to 86400")),
        ("boot = 60", "boot = -1", "`emulated.timings.boot = -1`: is out of range"),
        ("boot = 60", "boot = nan", "is out of range"),
        ("boot = 60", "notice_fast = [5, 1]", "`emulated.timings.notice_fast = [5, 1]`: runs"),
        ("boot = 60", "notice_fast = 5", "must be two numbers"),
        ("boot = 60", "fast_share = 1.5", "allowed: number, 0 to 1"),
        ('"anchor"', '"anker"', ('`emulated.incident.mechanism = "anker"`: is not allowed; '
         'allowed: "anchor", "verify-at-join"')),
        ('mechanism = "anchor"', 'orphans_replicate = "no"', "must be true or false"),
        ('mechanism = "anchor"', "orphan_replicates = true", "did you mean `orphans_replicate`?"),
        ("count = 3", "count = 3.0", "must be a whole number"),
        ("count = 3", "count = 300", ("`emulated.clients.count = 300`: VPN of STAFF hold 241 "
         "addresses; allowed: 0 to 241")),
        ("count = 3", "count = 3\nsleeping = 4", ("`emulated.clients.sleeping = 4`: there are "
         "only 3 clients; allowed: 0 to 3")),
        ("count = 3", "count = 3\nsleeping = 1\nslept_min = 120", "ends a sleeper after 120"),
        ("count = 3", 'count = 3\ntunnel_group = "NOBODY"', "allowed: STAFF"),
        ("count = 3", 'count = 3\nuser_prefix = "a\\nb"', "a character that does not print"),
        ("count = 3", "count = 3\nplatforms = { mac = 1 }", "did you mean `macos`?"),
        ("count = 3", "count = 3\nplatforms = { macos = 1 }", "nobody on macos can be logged in"),
        ("count = 3", "count = 3\nplatforms = { win = 0 }", "adds up to nothing"),
        ('"ASA5516"', '"ASA5999"', ('`emulated.model = "ASA5999"`: is no model that is known here; '
         "allowed: ASA5505, ASA5510")),
        ('model = "ASA5516"\n', "", "`emulated.model`: is missing"),
        ('"ASA5516"', '"ASA5510"', "boots 9.12(4), and ASA5510 runs 9.1 at the latest"),
        ('"lab.cfg"', '"no.cfg"', ('`emulated.config = "no.cfg"`: the file cannot be read (No such '
         "file or directory)")),
        ('"lab.cfg"', '"/"', "the file cannot be read (Is a directory)"),
        ('"secondary"', '"primary"', ("`emulated.unit`: its units are: primary, primary; "
         "allowed: two [[emulated.unit]]")),
        ('"secondary"', '"tertiary"', '`emulated.unit[1].role = "tertiary"`: is not allowed'),
        ('"JAD2"', '"JAD1"', '`emulated.unit[1].serial = "JAD1"`: both units have'),
        ("bytes = 100", "bytes = -1", "`emulated.unit[0].file[0].bytes = -1`: is out of range"),
        ("bytes = 100\n", "", "`emulated.unit[0].file[0].bytes`: is missing"),
        ('content = "old"', 'content = ""', "must be a text that is not empty"),
        ('content = "old"', 'content = "old"\nversion = "unbootable"', "no file boots"),
        ('content = "old"', 'content = "old"\nversion = "new"', "which is no release"),
        ("anyconnect-win-4.10.07061-webdeploy-k9.pkg", "asa9-12-4-lfbff-k8.SPA",
         "the unit has this file already"),
        ('"lab"', '"a pair"', "`name = 'a pair'`: cannot be a name"),
        ('"lab"', '"../lab"', "cannot be a name"),
        ("[target]", "[tarket]", "did you mean `target`?"),
        ('version = "9.16(4)"', 'version = "new"', "`target.version = 'new'`"),
        ('version = "9.16(4)"', 'sha512 = "abc"', "is no SHA-512 (3 characters); allowed: 128"),
        ('version = "9.16(4)"', 'imaje = "x"', "did you mean `image`?"),
        ("[target]", "[ssh]\nhost = 'x'\n[target]", "both `emulated` and `ssh` are there"),
        ("[emulated.incident]", "[emulated.incident\n", "is no TOML"),
        ("boot = 60", ("boot = 60\nnotice_fast = [1, 2]\n[emulated.incident]\n"
         "resume_delay = [1, 2]\n[emulated.clients.x]\n[y]\n"), "is no TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_key_its_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in PAIR
    message = mistake(tmp_path, PAIR.replace(old, new, 1))
    assert said in message
    assert message.startswith(str(tmp_path / "lab.toml"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("failover key Tr1ckle-down_of-hellos!", "failover key two words",
         ("`emulated.config`: lab.cfg, line 79: `failover key *****`: the shared secret holds a "
         "blank; allowed: `failover key SECRET`, 1 to 63")),
        (" description LAN Failover Interface", " nameif backup", "is a failover interface"),
        (" address-pool VPN\n", "", "have no address pool"),
        (" address-pool VPN\n", " address-pool VPM\n", "addresses from VPM, which is no pool"),
        (" enable outside\n", "", "webvpn has no `enable INTERFACE`"),
        (" anyconnect enable\n", "", "webvpn has no `anyconnect enable`"),
        (" vpn-tunnel-protocol ssl-client", " vpn-tunnel-protocol ikev2", "not allow ssl-client"),
        ("tunnel-group STAFF type remote-access", "tunnel-group STAFF type ipsec-l2l",
         "no tunnel group for remote access"),
        ("default-group-policy GP-STAFF", "default-group-policy GP-STUFF", "GP-STUFF, which is"),
    ],
)  # fmt: skip
def test_a_configuration_that_does_not_hold_together_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in CONFIG
    assert said in mistake(tmp_path, PAIR, CONFIG.replace(old, new, 1))


def test_a_unit_whose_boot_list_names_no_file_of_its_own_is_refused_by_its_lines(
    tmp_path: Path,
) -> None:
    """Else it stays in rommon from the start, and every rule says that it does not answer."""
    gone = PAIR.replace("disk0:/asa9-12-4-lfbff-k8.SPA", "disk0:/old/asa9-12-4-lfbff-k8.SPA")
    message = mistake(tmp_path, gone)
    assert "`emulated.unit[0].file`: no file boots: the configuration says `boot system " in message
    assert "disk0:/asa9-12-4-lfbff-k8.SPA`; allowed: a [[emulated.unit.file]] with one" in message


def test_a_unit_that_runs_what_its_boot_list_has_no_longer_serves_until_its_next_boot(
    tmp_path: Path,
) -> None:
    """What a twin of such a pair is: its rules can still say that it would not come back."""
    gone = PAIR.replace("disk0:/asa9-12-4-lfbff-k8.SPA", "disk0:/old/asa9-12-4-lfbff-k8.SPA")
    for serial in ("JAD1", "JAD2"):
        now = f'now = {{ version = "9.12(4)", image = "disk0:/old/{serial}.SPA" }}'
        gone = gone.replace(f'serial = "{serial}"', f'serial = "{serial}"\n{now}')
    pair = EmulatedPair.from_scenario(load(tmp_path, gone))
    assert [unit.version for unit in pair.units] == ["9.12(4)", "9.12(4)"]
    assert [unit.state.value for unit in pair.units] == ["Active", "Standby Ready"]


def test_a_configuration_whose_blanks_were_eaten_is_refused_and_not_half_read(
    tmp_path: Path,
) -> None:
    """As a page or a mail leaves it: its interfaces would have no names, and nothing to watch."""
    message = mistake(tmp_path, PAIR, CONFIG.replace("\n ", "\n"))
    assert "lab.cfg, line 13: `nameif outside`: has lost its indentation; allowed: " in message


def test_a_package_whose_name_says_nothing_is_the_reason_why_nobody_is_logged_in(
    tmp_path: Path,
) -> None:
    named = "anyconnect-win-4.10.07061-webdeploy-k9.pkg"
    renamed = PAIR.replace(named, "anyconnect-win.pkg")
    message = mistake(tmp_path, renamed, CONFIG.replace(named, "anyconnect-win.pkg"))
    assert "nobody on win can be logged in" in message
    assert f"for whom a package is, its name says, such as {named}" in message


def test_people_in_a_group_without_addresses_are_told_which_group_has_some(tmp_path: Path) -> None:
    first = "tunnel-group BARE type remote-access\ntunnel-group STAFF type"
    config = CONFIG.replace("tunnel-group STAFF type", first)
    assert 'or `tunnel_group = "STAFF"` under [emulated.clients]' in mistake(tmp_path, PAIR, config)


def test_a_configuration_with_the_other_units_role_is_refused(tmp_path: Path) -> None:
    text = PAIR.replace('serial = "JAD2"', 'serial = "JAD2"\nconfig = "lab.cfg"')
    assert "the configuration of the secondary says `failover lan unit primary`" in mistake(
        tmp_path, text
    )


def test_a_fault_names_the_unit_where_it_stands_in_the_file(tmp_path: Path) -> None:
    first, second = UNITS.split("\n\n[[emulated.unit]]\n")
    swapped = PAIR.replace(UNITS, f"[[emulated.unit]]\n{second}\n{first}")
    assert load(tmp_path, swapped).units[0].serial == "JAD1"
    broken = swapped.replace('content = "old"', 'content = "old"\nversion = "unbootable"', 1)
    assert "`emulated.unit[0].file`: no file boots" in mistake(tmp_path, broken)


def test_toml_that_is_none_is_refused_with_its_place(tmp_path: Path) -> None:
    assert "(at line 2, column 5)" in mistake(tmp_path, "name = 'x'\nwhat?\n")


def test_a_file_without_a_world_is_refused(tmp_path: Path) -> None:
    assert "neither `emulated` nor `ssh`" in mistake(tmp_path, 'name = "lab"\n')


def test_a_file_that_is_not_there_is_answered_with_the_examples(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="Did you mean example:matched") as caught:
        read_pair(str(tmp_path / "matched.toml"))
    assert "upgrader check example:" in str(caught.value)
    with pytest.raises(UsageFault, match="did you mean example:mismatched"):
        read_pair("example:mismached")


@pytest.mark.parametrize("path", ["", "/", "\0"])
def test_a_path_that_names_no_file_is_a_usage_fault(path: str) -> None:
    with pytest.raises(UsageFault):
        read_pair(path)


def test_a_file_that_is_no_text_is_a_usage_fault(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageFault, match="UTF-8"):
        read_pair(str(tmp_path / "x.toml"))


def test_a_pair_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = Path(put(tmp_path, PAIR))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_pair(str(path)).name == "lab"


# ── nothing but usage faults ───────────────────────────────────────────────────────────

SCALARS = (
    st.none().map(lambda _: "")
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["unit", "file", "role", "win", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def in_toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ", ".join(in_toml(v) for v in value) + "]"
        case dict():
            return "{" + ", ".join(f"{k} = {in_toml(v)}" for k, v in value.items()) + "}"
        case float():
            return repr(value)
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def places(table: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    match table:
        case dict():
            inner = [p for k, v in table.items() for p in places(v, (*path, k))]
            return [*([path] if path else []), *inner]
        case list():
            return [path, *(p for i, v in enumerate(table) for p in places(v, (*path, i)))]
        case _:
            return [path]


TABLE = tomllib.loads(PAIR)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.sampled_from(places(TABLE)), value=VALUES)
def test_no_value_anywhere_gives_anything_but_a_pair_or_a_usage_fault(
    tmp_path: Path, place: tuple[str | int, ...], value: Any
) -> None:
    table = tomllib.loads(PAIR)
    inner: Any = table
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    text = "\n".join(f"{key} = {in_toml(member)}" for key, member in table.items())
    try:
        load(tmp_path, text)
    except UsageFault as fault:
        assert str(tmp_path) in str(fault)  # noqa: PT017  either outcome is allowed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_no_text_gives_anything_but_a_usage_fault(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(UsageFault):
        scenario_of(read_pair(str(tmp_path / "x.toml")))
