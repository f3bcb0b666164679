"""`[ssh]` of a pair file: what may be said, and that a mistake never repeats a secret."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upgrader.access.clock import LiveClock
from upgrader.access.ssh import secrets
from upgrader.access.ssh.secrets import NoSecret, Secrets, Surroundings
from upgrader.cli.pairfile.pair import PairFile, read_pair, scenario_of
from upgrader.cli.pairfile.ssh import KEYS
from upgrader.cli.worlds.emulated import enter_emulated, look_at_emulated
from upgrader.cli.worlds.entering import look_at
from upgrader.model.reach import (
    Address,
    FromCommand,
    FromEnvironment,
    FromKeyring,
    FromPrompt,
    HostKeys,
    Reach,
    Unsaid,
    read_address,
)
from upgrader.ports import UsageFault

LEAST = 'active = "10.1.1.1"'
SECRET = "hunter2-of-the-night"


def put(folder: Path, *lines: str, more: str = "") -> str:
    file = folder / "edge.toml"
    file.write_text('name = "edge"\n[ssh]\n' + "\n".join(lines) + "\n" + more)
    return str(file)


def reach(folder: Path, *lines: str) -> Reach:
    found = read_pair(put(folder, *lines)).reach
    assert found is not None
    return found


def mistake(folder: Path, *lines: str, more: str = "") -> str:
    with pytest.raises(UsageFault) as caught:
        read_pair(put(folder, *lines, more=more))
    assert "edge.toml" in str(caught.value)
    return str(caught.value)


# ── what may be said ───────────────────────────────────────────────────────────────────


def test_one_address_is_enough(tmp_path: Path):
    assert reach(tmp_path, LEAST) == Reach(active=Address("10.1.1.1"), user="")


def test_everything_that_may_be_said_is_understood(tmp_path: Path):
    found = reach(
        tmp_path,
        'active = "10.1.1.1"',
        'standby = "fw2:2022"',
        'primary = "2001:db8::1"',
        'secondary = "[2001:db8::2]:2222"',
        "port = 2200",
        'user = "upgrader"',
        'password = "env:EDGE"',
        "enable_command = \"pass show 'fw edge'\"",
        'key = "id"',
        'host_keys = "first-use"',
        'known_hosts = "/etc/ssh/known"',
        'jump = "me@bastion:22,inner"',
        'jump_password = "keyring:bastion"',
        'config = "ssh_config"',
        "legacy_algorithms = true",
        "silence = 12.5",
    )
    assert found == Reach(
        active=Address("10.1.1.1", 2200),
        standby=Address("fw2", 2022),
        primary=Address("2001:db8::1", 2200),
        secondary=Address("2001:db8::2", 2222),
        user="upgrader",
        password=FromEnvironment("EDGE"),
        enable=FromCommand(("pass", "show", "fw edge")),
        key=tmp_path / "id",
        host_keys=HostKeys.FIRST_USE,
        known_hosts=Path("/etc/ssh/known"),
        jump="me@bastion:22,inner",
        jump_password=FromKeyring("bastion", "upgrader@10.1.1.1"),
        config=tmp_path / "ssh_config",
        legacy_algorithms=True,
        silence_seconds=12.5,
    )


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ('password = "env:FW_1"', FromEnvironment("FW_1")),
        ('password = "keyring"', FromKeyring("upgrader", "me@10.1.1.1")),
        ('password = "prompt"', FromPrompt()),
        ('password_command = ["pass", "fw 1"]', FromCommand(("pass", "fw 1"))),
        ("", Unsaid()),
    ],
)
def test_a_password_has_a_source(tmp_path: Path, said: str, source: object):
    assert reach(tmp_path, LEAST, 'user = "me"', said).password == source


def test_a_port_that_nobody_said_is_left_to_the_openssh_configuration(tmp_path: Path):
    assert not reach(tmp_path, LEAST).active.port_said
    assert reach(tmp_path, LEAST, "port = 22").active.port_said
    assert reach(tmp_path, 'active = "10.1.1.1:22"').active.port_said


def test_the_reference_page_has_every_key():
    page = (Path(__file__).parents[1] / "docs" / "reference" / "pair-file.md").read_text()
    assert [key for key in KEYS if f"| `{key}` |" not in page] == []


def test_the_built_in_live_pair_is_matched_as_emulate_serves_it():
    found = read_pair("example:over-ssh").reach
    assert found is not None
    assert (str(found.active), str(found.standby)) == ("127.0.0.11:2222", "127.0.0.12:2222")
    assert found.password == FromEnvironment("UPGRADER_PASSWORD")
    assert (found.rate, found.host_keys, found.enable) == (120, HostKeys.FIRST_USE, None)
    assert read_pair("example:over-ssh").target == read_pair("example:matched").target


@given(st.text(st.characters(codec="ascii"), max_size=30))
def test_an_address_is_read_as_it_is_written_or_refused(text: str):
    try:
        address = read_address(text)
    except ValueError:
        return
    assert read_address(str(address)) == address


# ── what may not ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("",), "`ssh.active` is missing"),
        ((LEAST, "port = 0"), "`ssh.port = 0`: is no port"),
        ((LEAST, "port = true"), "is no port"),
        (('active = "me@10.1.1.1"',), "say it with `user`"),
        (('active = "10.1.1.1:99999"',), "has no port from 1 to 65535"),
        (('active = "fw 1"',), "must be a text without blanks"),
        (('active = "-oProxyCommand=x"',), "begins with `-`"),
        ((LEAST, 'standby = "10.1.1.1"'), "`ssh.active` and `ssh.standby` are both 10.1.1.1"),
        ((LEAST, 'user = ""'), "must be a text without blanks"),
        ((LEAST, 'host_keys = "any"'), '"known_hosts" or "first-use"'),
        ((LEAST, 'legacy_algorithms = "yes"'), "is neither true nor false"),
        ((LEAST, "rate = 60"), "10.1.1.1 is no loopback address"),
        ((LEAST, "rate = 0"), "is no such number"),
        ((LEAST, "rate = nan"), "is no such number"),
        ((LEAST, "silence = 0.5"), "is no such number"),
        ((LEAST, 'jump = "@bastion"'), "has no user before the @"),
        ((LEAST, 'jump = "me@"'), "is no name or address of a host"),
        ((LEAST, 'password = "keyring"'), "say `user`"),
        ((LEAST, 'password = "prompt"', 'password_command = "x"'), "are both said"),
        ((LEAST, "password_command = []"), "is no command"),
        ((LEAST, 'password_command = "pass \'x"'), "is no command"),
        ((LEAST, 'usr = "x"'), "did you mean `user`?"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(tmp_path: Path, lines: tuple[str, ...], said: str):
    message = mistake(tmp_path, *lines)
    assert said in message
    assert "docs/reference/pair-file.md" in message


def test_a_rate_is_for_loopback(tmp_path: Path):
    lines = ('active = "127.0.0.11"', 'standby = "localhost"', 'primary = "::1"', "rate = 120")
    assert reach(tmp_path, *lines).rate == 120


@pytest.mark.parametrize(
    "line",
    [
        f'password = "{SECRET}"',
        f'password = "env:{SECRET}"',
        f'password = ["{SECRET}"]',
        f'enable = "{SECRET}"',
        f'jump_password = "{SECRET}"',
        f'active = "admin:{SECRET}@10.1.1.1"',
        f'standby = "admin:{SECRET}@10.1.1.2"',
        f'jump = "me:{SECRET}@bastion"',
        f'passwort = "{SECRET}"',
        f'pasword = "{SECRET}"',
        f'secret = "{SECRET}"',
        f'zugang = "{SECRET}"',
        f'password_command = "{SECRET} \'"',
        f'password_command = {{ x = "{SECRET}" }}',
    ],
)
def test_a_secret_in_clear_is_refused_and_never_repeated(tmp_path: Path, line: str):
    assert SECRET not in mistake(tmp_path, LEAST, line)


def test_a_secret_at_the_wrong_place_of_the_file_is_not_repeated_either(tmp_path: Path):
    file = tmp_path / "edge.toml"
    for text in (
        f'password = "{SECRET}"\n[ssh]\n{LEAST}\n',
        f'[ssh]\n{LEAST}\n[target]\npassword = "{SECRET}"\n',
        f'[ssh]\n{LEAST}\n[target]\npasswort = "{SECRET}"\n',
    ):
        file.write_text(text)
        with pytest.raises(UsageFault) as caught:
            read_pair(str(file))
        assert SECRET not in str(caught.value)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(["password", "enable", "jump_password"]),
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"\\'")),
)
def test_whatever_stands_there_for_a_source_is_one_or_is_not_repeated(
    tmp_path: Path, key: str, secret: str
):
    secret = f"~Zq{secret}"
    assert secret not in mistake(tmp_path, LEAST, f'{key} = "{secret}"')


def test_a_pair_is_live_or_emulated(tmp_path: Path):
    emulated = '[emulated]\nmodel = "ASA5516"\nconfig = "x"\n'
    assert "both `emulated` and `ssh` are there" in mistake(tmp_path, LEAST, more=emulated)


# ── what only an emulated pair can do ──────────────────────────────────────────────────


def live(folder: Path) -> PairFile:
    return read_pair(put(folder, LEAST))


@pytest.mark.parametrize(
    "deed",
    [
        lambda pair, folder: scenario_of(pair),
        look_at_emulated,
        lambda pair, folder: enter_emulated(pair, folder, command="upgrader emulate"),
        lambda pair, folder: look_at(pair, folder, fresh=True),
        lambda pair, folder: look_at(pair, folder, pace=60),
    ],
)
def test_what_only_an_emulated_pair_can_do_is_refused_in_a_sentence(tmp_path: Path, deed: Any):
    with pytest.raises(UsageFault, match=r"is a live pair \(\[ssh\]\)"):
        deed(live(tmp_path), tmp_path / "worlds")


# ── where secrets come from ────────────────────────────────────────────────────────────


def secrets_of(folder: Path, *lines: str, ask: Any = None, **environment: str) -> Secrets:
    return Secrets(reach(folder, LEAST, *lines), "edge", Surroundings(environment, ask))


def why(fetch: Any) -> str:
    with pytest.raises(NoSecret) as caught:
        fetch()
    assert SECRET not in f"{caught.value!r} {caught.value}"
    return str(caught.value)


def test_a_secret_comes_from_its_source_once(tmp_path: Path):
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return SECRET

    found = secrets_of(tmp_path, 'password = "prompt"', 'user = "me"', ask=ask)
    assert (found.password(), found.password(), found.enable()) == (SECRET,) * 3
    assert asked == ["password of me on edge: "]
    assert SECRET not in repr(found)


def test_enable_may_have_a_source_of_its_own(tmp_path: Path):
    lines = ('password = "env:A"', 'enable = "env:B"')
    found = secrets_of(tmp_path, *lines, A="first", B="second")
    assert (found.password(), found.enable()) == ("first", "second")


def test_where_nothing_is_said_the_environment_is_asked_and_then_a_person(tmp_path: Path):
    assert secrets_of(tmp_path, UPGRADER_PASSWORD="one").password() == "one"
    assert secrets_of(tmp_path, ask=lambda _: "two").password() == "two"
    told = why(secrets_of(tmp_path).password)
    for way in ("UPGRADER_PASSWORD", "env:NAME", "keyring", "password_command", "prompt", "key ="):
        assert way in told


def test_a_command_tells_its_first_line_and_its_complaints_are_not_repeated(tmp_path: Path):
    def by(*words: str) -> Secrets:
        return secrets_of(tmp_path, f"password_command = {json.dumps(words)}", PATH="/usr/bin:/bin")

    assert by("printf", f"{SECRET}\nuser: x\n").password() == SECRET
    assert "ended with 3" in why(by("sh", "-c", f"echo {SECRET} >&2; exit 3").password)
    assert "wrote no first line" in why(by("true").password)
    assert "No such file" in why(by("no-such-program-here", SECRET).password)
    assert by("printf", f"{SECRET}\\342\\200\\250x\r\nu").password() == f"{SECRET}\u2028x"
    assert "no UTF-8" in why(by("printf", r"caf\351").password)


def test_a_variable_that_is_not_set_is_named(tmp_path: Path):
    assert "EDGE, which is not set" in why(secrets_of(tmp_path, 'password = "env:EDGE"').password)
    empty = secrets_of(tmp_path, 'password = "env:EDGE"', EDGE="")
    assert "EDGE, which is empty" in why(empty.password)


def test_a_secret_with_a_line_end_is_not_typed(tmp_path: Path):
    """It would be a line of its own on the firewall."""
    found = secrets_of(tmp_path, 'password = "env:EDGE"', EDGE=f"{SECRET}\nreload noconfirm")
    assert "control character" in why(found.password)
    assert "no UTF-8" in why(secrets_of(tmp_path, UPGRADER_PASSWORD="\udcff").password)


def test_a_person_who_types_nothing_is_told_the_other_ways(tmp_path: Path):
    def gone(_: str) -> str:
        raise EOFError

    for ask in (lambda _: "", gone):
        assert "nothing was typed" in why(secrets_of(tmp_path, ask=ask).password)


def test_a_keyring_that_has_nothing_says_what_to_type(tmp_path: Path):
    import keyring
    from keyring.backends import fail, null

    lines = ('user = "me"', 'password = "keyring:fw"')
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(null.Keyring())
        assert "keyring set fw me@10.1.1.1" in why(secrets_of(tmp_path, *lines).password)
        keyring.set_keyring(fail.Keyring())
        assert "NoKeyringError" in why(secrets_of(tmp_path, *lines).password)
    finally:
        keyring.set_keyring(before)


def test_nobody_waits_for_a_command_for_ever():
    assert 5 <= secrets.COMMAND_LIMIT_S <= 120


# ── the clock ──────────────────────────────────────────────────────────────────────────


def test_the_time_of_a_served_pair_goes_by_as_fast_as_it_is_served():
    clock = LiveClock(600)
    before = clock.now()
    clock.sleep(timedelta(seconds=60))
    assert 60_000 <= clock.now() - before < 60_000 + 600 * 2_000


def test_two_processes_agree_on_the_time_of_a_pair():
    """A run that is resumed must not find itself in its own past."""
    assert abs(LiveClock(120).now() - 120 * LiveClock(1).now()) < 120 * 1_000
