"""The client: how a unit is entered over SSH, and in plain words why it is not."""

import asyncio
import logging
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import asyncssh
import pytest
from doors import HASTY, USER, Manner, dialler, door, key, mute, served_pair
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upgrader.access.ssh.line import Line, LineClosed
from upgrader.access.ssh.loop import event_thread
from upgrader.access.ssh.route import Route, WrongRoute
from upgrader.access.ssh.shell import HIGH_BYTES, WINDOW_BYTES
from upgrader.emulator.scenario import SshSpec
from upgrader.model.reach import Address, FromCommand, FromEnvironment, HostKeys, Reach
from upgrader.ports import Dropped, NoAnswer, NoEntry, Refused, UsageFault

NOBODY = Address("127.0.0.1", 1)
PASSWORD = "s3cret-of-the-night"


def heard(line: Line, until: bytes, within_s: float = 5.0) -> bytes:
    got, end = b"", time.monotonic() + within_s
    while until not in got and time.monotonic() < end:
        got += line.receive(0.2)
    return got


def refusal(at: Address, folder: Path, **words: object) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        dialler(at, folder, **words).dial(at)
    assert PASSWORD not in f"{caught.value} {caught.value!r}"
    return caught.value


# ── getting in ─────────────────────────────────────────────────────────────────────────


def test_a_password_leads_to_a_terminal_so_wide_that_no_line_breaks(tmp_path: Path):
    with served_pair() as site:
        at = Address(*site.where["active"])
        line = dialler(at, tmp_path, password="cisco").dial(at)
        assert heard(line, b"> ").endswith(b"> ")
        line.send(b"show version | include " + b"a" * 300 + b"\n")
        echoed = heard(line, b"a" * 300)
        assert b"a" * 300 in echoed
        assert b"\b" not in echoed
        line.close()


def test_a_question_for_the_password_is_answered_as_a_password_is(tmp_path: Path):
    manner = Manner(questions=((("Password: ", False),),), answers=(PASSWORD,))
    with door(manner) as at:
        line = dialler(at, tmp_path, password=PASSWORD).dial(at)
        assert heard(line, b"fw> ") == b"fw> "
        line.close()


def test_a_banner_before_the_login_is_listened_to(tmp_path: Path):
    with door(Manner(password=PASSWORD, banner="AUTHORISED PEOPLE ONLY\n" * 40)) as at:
        dialler(at, tmp_path, password=PASSWORD).dial(at).close()


def test_a_key_opens_with_its_passphrase_and_no_password_is_sent(tmp_path: Path):
    file = tmp_path / "id"
    file.write_bytes(
        key("mine").export_private_key("openssh", "open sesame", rounds=1, ignore_few_rounds=True)
    )
    manner = Manner(client_key=key("mine"), password=PASSWORD)
    with door(manner) as at:
        dialler(at, tmp_path, password="open sesame", key=file).dial(at).close()
        assert "password" not in manner.knocks
        wrong = dialler(at, tmp_path, password=PASSWORD, key=file)
        with pytest.raises(NoEntry, match="does not open with the passphrase from the env") as no:
            wrong.dial(at)
        assert PASSWORD not in str(no.value)


def test_a_key_without_a_passphrase_needs_no_secret_at_all(tmp_path: Path):
    file = tmp_path / "id"
    file.write_bytes(key("mine").export_private_key())
    with door(Manner(client_key=key("mine"))) as at:
        dialler(at, tmp_path, key=file).dial(at).close()


@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="no ssh-agent is installed")
def test_of_the_agent_s_keys_only_the_named_one_is_shown(tmp_path: Path, monkeypatch):
    """Each key that is shown and not wanted counts as a failed login."""
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        for name in ("other", "mine"):
            file = tmp_path / name
            file.write_bytes(key(name).export_private_key())
            file.chmod(0o600)
            line = ["ssh-add", "-q", str(file)]
            subprocess.run(line, env={"SSH_AUTH_SOCK": str(socket)}, check=True)
        public = tmp_path / "mine.pub"
        public.write_bytes(key("mine").export_public_key())
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        manner = Manner(client_key=key("mine"))
        with door(manner) as at:
            dialler(at, tmp_path, key=public).dial(at).close()
        shown = {knock for knock in manner.knocks if knock.startswith("key ")}
        assert len(shown) == 1
    finally:
        agent.kill()
        agent.wait()


def test_without_an_agent_a_public_key_says_what_is_missing(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    assert "SSH_AUTH_SOCK" in str(refusal(NOBODY, tmp_path, key=tmp_path / "mine.pub"))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "nobody"))
    (tmp_path / "mine.pub").write_bytes(key("mine").export_public_key())
    assert "agent cannot be asked" in str(refusal(NOBODY, tmp_path, key=tmp_path / "mine.pub"))


def test_of_two_chassis_either_may_answer_and_a_third_may_not(tmp_path: Path):
    """At a failover the keys swap addresses, and that is no attack."""
    for name in ("first", "second"):
        with door(Manner(password=PASSWORD, host_keys=(key(name),))) as at:
            dialler(at, tmp_path, password=PASSWORD).dial(at).close()
    with door(Manner(password=PASSWORD, host_keys=(key("first"),))) as at:
        dialler(at, tmp_path, password=PASSWORD).dial(at).close()
    manner = Manner(password=PASSWORD, host_keys=(key("stranger"),))
    with door(manner) as at:
        why = str(refusal(at, tmp_path, password=PASSWORD))
    assert "password" not in manner.knocks
    for name in ("first", "second", "stranger"):
        assert key(name).get_fingerprint() in why
    assert str(tmp_path / "keys" / "lab") in why
    assert (tmp_path / "keys" / "lab").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_newer_release_may_show_another_kind_of_key(tmp_path: Path):
    """9.16 brings Ed25519 where there was RSA: that is the same chassis."""
    for kind in ("ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"):
        for name in ("first", "second"):
            with door(Manner(password=PASSWORD, host_keys=(key(name, kind),))) as at:
                dialler(at, tmp_path, password=PASSWORD).dial(at).close()


def test_a_mistyped_address_takes_no_chassis_place(tmp_path: Path):
    for name in ("a", "b", "c"):
        with door(Manner(password="other", host_keys=(key(name),))) as at:
            refusal(at, tmp_path, password=PASSWORD)
    for name in ("first", "second"):
        with door(Manner(password=PASSWORD, host_keys=(key(name),))) as at:
            dialler(at, tmp_path, password=PASSWORD).dial(at).close()


def test_a_key_listed_for_any_address_of_the_pair_is_believed_at_each(tmp_path: Path):
    listed = tmp_path / "known_hosts"
    with door(Manner(password=PASSWORD, host_keys=(key("second"),))) as at:
        words = {"host_keys": HostKeys.KNOWN_HOSTS, "known_hosts": listed, "password": PASSWORD}
        why = str(refusal(at, tmp_path, **words))
        assert "lists none of that kind" in why
        assert f"ssh-keyscan -p {at.port} 127.0.0.1 >> {listed}" in why
        other = Address("10.9.9.9")
        listed.write_text("10.9.9.9 " + key("second").export_public_key().decode())
        dialler(at, tmp_path, standby=other, **words).dial(at).close()
        listed.write_text(f"[127.0.0.1]:{at.port} " + key("first").export_public_key().decode())
        why = str(refusal(at, tmp_path, **words))
        assert key("first").get_fingerprint() in why
        assert key("second").get_fingerprint() in why
        assert "ssh-keygen" in why


def test_a_known_kind_of_key_is_asked_for_first(tmp_path: Path):
    """A unit shows one key: if it is of another kind, a listed unit looks like a stranger."""
    listed = tmp_path / "known_hosts"
    both = (key("host", "ecdsa-sha2-nistp256"), key("host"))
    with door(Manner(password=PASSWORD, host_keys=both)) as at:
        line = both[0].export_public_key().decode()
        listed.write_text(f"[127.0.0.1]:{at.port} {line}")
        words = {"host_keys": HostKeys.KNOWN_HOSTS, "known_hosts": listed}
        dialler(at, tmp_path, password=PASSWORD, **words).dial(at).close()


# ── the OpenSSH configuration, and jump hosts ──────────────────────────────────────────


def test_the_openssh_configuration_is_honoured_and_the_pair_file_wins(tmp_path: Path):
    config = tmp_path / "config"
    manner = Manner(password=PASSWORD)
    with door(manner) as at:
        config.write_text(f"Host fw1\n HostName 127.0.0.1\n Port {at.port}\n User bob\n")
        said = Address("fw1", port_said=False)
        dialler(said, tmp_path, password=PASSWORD, config=config, user="").dial(said).close()
        assert "user bob" in manner.knocks
        config.write_text("Host fw1\n HostName 127.0.0.1\n Port 1\n User bob\n")
        said = Address("fw1", at.port)
        dialler(said, tmp_path, password=PASSWORD, config=config).dial(said).close()
        assert f"user {USER}" in manner.knocks


def test_a_key_that_the_configuration_names_is_taken_where_the_pair_file_says_nothing(
    tmp_path: Path,
):
    (tmp_path / "id").write_bytes(key("mine").export_private_key())
    (tmp_path / "config").write_text(f"Host *\n IdentityFile {tmp_path}/id\n")
    manner = Manner(client_key=key("mine"), password=PASSWORD)
    with door(manner) as at:
        dialler(at, tmp_path, config=tmp_path / "config").dial(at).close()
        assert "password" not in manner.knocks
        manner.knocks.clear()
        dialler(at, tmp_path, password=PASSWORD, config=tmp_path / "config").dial(at).close()
        assert not [knock for knock in manner.knocks if knock.startswith("password")]


def test_a_configuration_that_cannot_be_read_is_named(tmp_path: Path):
    missing = tmp_path / "nowhere"
    assert str(missing) in str(refusal(NOBODY, tmp_path, password="x", config=missing))
    (tmp_path / "config").write_text("Host *\n Port many\n")
    assert "config" in str(refusal(NOBODY, tmp_path, password="x", config=tmp_path / "config"))


@pytest.mark.parametrize("said", ["pair file", "configuration"])
def test_everything_goes_through_the_jump_host_over_one_login_there(tmp_path: Path, said: str):
    bastion = Manner(password="bastion-word", forwards=True, host_keys=(key("bastion"),))
    unit = Manner(password=PASSWORD)
    with door(bastion) as gate, door(unit) as behind:
        at = behind
        jump = f"me@127.0.0.1:{gate.port}"
        words: dict[str, object] = {"jump": jump}
        if said == "configuration":
            (tmp_path / "config").write_text(f"Host fw1\n HostName 127.0.0.1\n ProxyJump {jump}\n")
            at = Address("fw1", behind.port)
            words = {"config": tmp_path / "config"}
        command = FromCommand(("printf", "bastion-word\\n"))
        client = dialler(at, tmp_path, password=PASSWORD, jump_password=command, **words)
        lines = [client.dial(at), client.dial(at)]
        for line in lines:
            assert heard(line, b"fw> ") == b"fw> "
            line.close()
        client.close()
        assert bastion.knocks.count("user me") == 1
        assert bastion.knocks.count("forward") == 2
        assert unit.knocks.count(f"user {USER}") == 2


def test_a_jump_host_for_every_host_is_none_for_itself(tmp_path: Path):
    (tmp_path / "config").write_text("Host *\n ProxyJump bastion\n")
    at = Address("fw1", port_said=False)
    way = Route(Reach(active=at, user=USER, config=tmp_path / "config"))
    assert [stop.host for stop in way.stops(at)] == ["bastion", "fw1"]
    (tmp_path / "config").write_text("Host a\n ProxyJump b\nHost b\n ProxyJump a\n")
    with pytest.raises(WrongRoute, match="behind one another"):
        way.stops(Address("a", port_said=False))


def test_a_jump_host_is_gone_through_once_though_the_rule_for_units_fits_its_address(
    tmp_path: Path,
):
    """`Host 10.*` may fit a bastion's own address; OpenSSH goes by the name that was said."""
    bastion = Manner(client_key=key("mine"), forwards=True)
    (tmp_path / "id").write_bytes(key("mine").export_private_key())
    with door(bastion) as gate, door(Manner(password=PASSWORD)) as at:
        (tmp_path / "config").write_text(
            f"Host gate\n HostName 127.0.0.1\n Port {gate.port}\n IdentityFile {tmp_path}/id\n"
            "Match host 127.0.0.1\n ProxyJump gate\n"
        )
        client = dialler(at, tmp_path, password=PASSWORD, config=tmp_path / "config")
        client.dial(at).close()
        client.close()
    assert bastion.knocks.count("connection") == 1


def test_what_the_configuration_says_for_a_name_leads_there(tmp_path: Path):
    """A `ProxyCommand` for `fw1`, which stands for an address that no rule names."""
    script = tmp_path / "relay.py"
    script.write_text(
        "import os, socket, sys, threading\n"
        "to = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
        "def out():\n"
        "    while data := to.recv(65536): os.write(1, data)\n"
        "threading.Thread(target=out, daemon=True).start()\n"
        "while data := os.read(0, 65536): to.sendall(data)\n"
    )
    relay = f"{sys.executable} {script} 127.0.0.1 %p"
    with door(Manner(password=PASSWORD)) as behind:
        at = Address("fw1", behind.port)
        (tmp_path / "config").write_text(f"Host fw1\n HostName 192.0.2.1\n ProxyCommand {relay}\n")
        config = tmp_path / "config"
        dialler(at, tmp_path, password=PASSWORD, config=config).dial(at).close()


def test_of_the_event_loop_s_warnings_one_is_kept_back_and_no_other(caplog):
    event_thread()
    log = logging.getLogger("asyncio")
    log.error("Unknown child process pid %d, will report returncode 255", 7)
    log.error("socket.send() raised exception.")
    assert caplog.messages == ["socket.send() raised exception."]


@pytest.mark.parametrize("command", ["false", "/nowhere/relay %h"])
def test_a_proxy_command_that_leads_nowhere_is_named(tmp_path: Path, command: str, capfd):
    (tmp_path / "config").write_text(f"Host *\n ProxyCommand {command}\n")
    why = refusal(NOBODY, tmp_path, password=PASSWORD, config=tmp_path / "config")
    assert "`ProxyCommand` of the OpenSSH configuration" in str(why)
    assert capfd.readouterr().err == ""


def test_a_refusal_at_the_jump_host_is_told_from_one_at_the_unit(tmp_path: Path):
    with door(Manner(password="another")) as gate, door(Manner(password=PASSWORD)) as at:
        words = {"jump": str(gate), "jump_password": FromEnvironment("LAB")}
        why = refusal(at, tmp_path, password=PASSWORD, **words)
    assert isinstance(why, NoEntry)
    assert f"at the jump host {gate}: user" in str(why)


def test_a_key_that_an_authority_signed_is_believed_for_its_host_only(tmp_path: Path):
    """As bastions have them: `@cert-authority` of known_hosts."""
    authority, own = key("authority"), key("signed")
    listed = tmp_path / "known_hosts"
    words = {"host_keys": HostKeys.KNOWN_HOSTS, "known_hosts": listed, "password": PASSWORD}
    for principal, signer in [("127.0.0.1", authority), ("fw2", authority), ("127.0.0.1", own)]:
        signed = signer.generate_host_certificate(own, "unit", principals=[principal])
        listed.write_text(f"@cert-authority * {authority.export_public_key().decode()}")
        with door(Manner(password=PASSWORD, host_keys=((own, signed),))) as at:
            if (principal, signer) == ("127.0.0.1", authority):
                dialler(at, tmp_path, **words).dial(at).close()
            else:
                why = refusal(at, tmp_path, **words)
                assert isinstance(why, NoEntry)
                assert f"{at} shows a host key that is not believed" in str(why)


def test_a_jump_host_never_hears_the_unit_s_password(tmp_path: Path):
    bastion = Manner(password=PASSWORD, forwards=True)
    with door(bastion) as gate:
        words = {"jump": f"127.0.0.1:{gate.port}", "password": PASSWORD}
        why = refusal(NOBODY, tmp_path, **words)
    assert isinstance(why, NoEntry)
    assert "jump_password" in str(why)
    assert "password" not in bastion.knocks


def test_a_jump_host_that_cannot_reach_the_unit_is_told_from_a_unit_that_is_silent(tmp_path: Path):
    bastion = Manner(password="w", forwards=False)
    with door(bastion) as gate:
        command = FromCommand(("printf", "w\\n"))
        words = {"jump": f"127.0.0.1:{gate.port}", "jump_password": command}
        why = refusal(NOBODY, tmp_path, password=PASSWORD, **words)
    assert "the jump host cannot reach it" in str(why)


# ── not getting in ─────────────────────────────────────────────────────────────────────


def test_a_wrong_password_is_tried_once_and_its_source_is_named(tmp_path: Path):
    """Each attempt counts, and a few of them lock the account."""
    questions = ((("Password: ", False),),)
    manner = Manner(password="right", questions=questions, answers=("right",))
    with door(manner) as at:
        why = refusal(at, tmp_path, password=PASSWORD)
    assert isinstance(why, NoEntry)
    assert "environment variable LAB" in str(why)
    assert manner.knocks.count("password") + manner.knocks.count("keyboard-interactive") == 1


def test_a_unit_that_counts_failures_has_counted_one(tmp_path: Path):
    with served_pair() as site:
        at = Address(*site.where["active"])
        why = refusal(at, tmp_path, password=PASSWORD)
        assert isinstance(why, NoEntry)
        assert [type(i).__name__ for i in site.kept].count("TurnedAway") == 1


def test_a_question_for_the_user_s_name_beside_the_password_is_answered(tmp_path: Path):
    questions = ((("Username: ", True), ("Password: ", False)),)
    with door(Manner(questions=questions, answers=(USER, PASSWORD))) as at:
        dialler(at, tmp_path, password=PASSWORD).dial(at).close()
    questions = ((("Favourite colour: ", True), ("Password: ", False)),)
    manner = Manner(questions=questions, answers=(USER, PASSWORD))
    with door(manner) as at:
        assert "'Favourite colour: Password:'" in str(refusal(at, tmp_path, password=PASSWORD))
    assert manner.knocks.count("keyboard-interactive") == 1


def test_a_unit_that_takes_no_password_is_not_said_to_have_refused_one(tmp_path: Path):
    with door(Manner(client_key=key("mine"))) as at:
        why = refusal(at, tmp_path, password=PASSWORD)
    assert isinstance(why, NoEntry)
    assert "no password is taken there" in str(why)
    assert "locked" not in str(why)


def test_more_questions_than_one_are_for_a_person(tmp_path: Path):
    rounds = ((("Password: ", False),), (("Enter PASSCODE: ", False),))
    with door(Manner(questions=rounds, answers=(PASSWORD,))) as at:
        why = refusal(at, tmp_path, password=PASSWORD)
    assert isinstance(why, NoEntry)
    assert "asks for more than one password: 'Enter PASSCODE:'" in str(why)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
def test_old_algorithms_are_refused_by_name_and_taken_when_asked_for(tmp_path: Path):
    with served_pair(ssh=SshSpec(algorithms="legacy")) as site:
        at = Address(*site.where["active"])
        # Its farewell may overtake its offer, as a reset does: then it has just hung up.
        whys = (refusal(at, tmp_path, password="cisco") for _ in range(20))
        why = next(why for why in whys if isinstance(why, NoEntry))
        assert "legacy_algorithms = true" in str(why)
        assert "diffie-hellman-group14-sha1" in str(why)
        line = dialler(at, tmp_path, password="cisco", legacy_algorithms=True).dial(at)
        assert heard(line, b"> ")
        line.close()


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
def test_what_the_configuration_says_of_algorithms_is_asking_for_them(tmp_path: Path):
    (tmp_path / "config").write_text(
        "Host *\n KexAlgorithms +diffie-hellman-group14-sha1\n HostKeyAlgorithms +ssh-rsa\n"
    )
    with served_pair(ssh=SshSpec(algorithms="legacy")) as site:
        at = Address(*site.where["active"])
        config = tmp_path / "config"
        dialler(at, tmp_path, password="cisco", config=config).dial(at).close()


def test_a_cipher_that_the_configuration_asks_for_alone_is_the_configuration_s_fault(
    tmp_path: Path,
):
    (tmp_path / "config").write_text("Host *\n Ciphers aes128-cbc\n")
    manner = Manner(password=PASSWORD, options={"encryption_algs": ["aes256-ctr"]})
    with door(manner) as at:
        why = refusal(at, tmp_path, password=PASSWORD, config=tmp_path / "config")
    assert "`Ciphers` of the OpenSSH configuration" in str(why)
    assert "legacy" not in str(why)


def test_where_nobody_listens_it_says_so_at_once(tmp_path: Path):
    why = refusal(NOBODY, tmp_path, password=PASSWORD)
    assert not isinstance(why, NoEntry)
    assert "127.0.0.1 port 1 refuses the connection" in str(why)


def test_a_host_that_does_not_exist_is_named(tmp_path: Path):
    at = Address("no-such-host.invalid")
    assert "no-such-host.invalid" in str(refusal(at, tmp_path, password=PASSWORD))


def test_a_server_that_says_nothing_is_waited_for_so_long_and_no_longer(tmp_path: Path):
    with mute() as at:
        before = time.monotonic()
        why = refusal(at, tmp_path, password=PASSWORD)
        assert time.monotonic() - before < HASTY.login_s + 2
    assert "did not end within 2 s" in str(why)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b"", "before the login"),
        (b"SSH-2.0-Cisco-1.25\r\n", "before the login"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n" * 200, "127.0.0.1"),
        (b"\xff" * 100_000, "127.0.0.1"),
    ],
)
def test_a_server_that_hangs_up_or_talks_rubbish_is_no_unit(
    tmp_path: Path, words: bytes, said: str
):
    with mute(words, close=True) as at:
        assert said in str(refusal(at, tmp_path, password=PASSWORD))


@pytest.mark.parametrize("words", [{}, {"password": ""}, {"key": Path("/nowhere/id")}])
def test_without_a_secret_nothing_is_connected_to(tmp_path: Path, words: dict[str, object]):
    manner = Manner(password=PASSWORD)
    with door(manner) as at:
        assert isinstance(refusal(at, tmp_path, **words), NoEntry)
    assert manner.knocks == []


# ── a line ─────────────────────────────────────────────────────────────────────────────


def test_a_reply_of_a_hundred_megabytes_waits_where_nobody_reads(tmp_path: Path):
    manner = Manner(password=PASSWORD, flood_bytes=100 * 1024 * 1024)
    with door(manner) as at:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        line = dialler(at, tmp_path, password=PASSWORD).dial(at)
        assert line.receive(2.0)
        assert manner.stalled.wait(20)
        held = manner.sent[0]
        # What the client holds, what is on its way, and what the server's own buffers take.
        assert held < HIGH_BYTES + WINDOW_BYTES + 4 * 1024 * 1024
        got = 0
        while got < 8 * 1024 * 1024:
            got += len(line.receive(2.0))
        line.close()
        grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown_kb < 50 * 1024


def test_a_line_that_the_other_side_closes_hands_out_what_came_and_then_says_so(tmp_path: Path):
    with served_pair() as site:
        at = Address(*site.where["active"])
        line = dialler(at, tmp_path, password="cisco").dial(at)
        heard(line, b"> ")
        line.send(b"exit\n")
        said = heard(line, b"Logoff", within_s=1.0)
        assert b"exit" in said
        with pytest.raises(LineClosed, match="closed by the other side"):
            line.receive(2.0)
        with pytest.raises(LineClosed):
            line.send(b"show version\n")
        line.close()
        line.close()


def test_whoever_types_on_while_the_other_side_hangs_up_is_told(tmp_path: Path):
    """A line is sent without waiting for it; that it was lost is told all the same."""
    with served_pair() as site:
        at = Address(*site.where["active"])
        line = dialler(at, tmp_path, password="cisco").dial(at)
        heard(line, b"> ")
        line.send(b"exit\n")

        def type_on() -> None:
            for _ in range(1_000):
                line.send(b"show version\n")
                line.receive(0.005)

        with pytest.raises(LineClosed, match=r"closed by the other side|connection was lost"):
            type_on()
        line.close()


def test_a_line_that_is_closed_here_is_closed(tmp_path: Path):
    with door(Manner(password=PASSWORD)) as at:
        line = dialler(at, tmp_path, password=PASSWORD).dial(at)
        heard(line, b"fw> ")
        line.close()
        with pytest.raises(LineClosed, match="we have hung up"):
            line.receive(0.1)


def test_silence_is_no_end(tmp_path: Path):
    with door(Manner(password=PASSWORD)) as at:
        line = dialler(at, tmp_path, password=PASSWORD).dial(at)
        heard(line, b"fw> ")
        assert line.receive(0.05) == b""
        line.send(b"x")
        assert heard(line, b"x") == b"x"
        line.close()


# ── files ──────────────────────────────────────────────────────────────────────────────


def test_a_file_arrives_whole_and_its_progress_is_told(tmp_path: Path):
    with served_pair() as site:
        at = Address(*site.where["standby"])
        source = tmp_path / "profile.xml"
        source.write_bytes(bytes(range(256)) * 4_000)
        told: list[int] = []
        client = dialler(at, tmp_path, password="cisco")
        client.put(at, source, "disk0:/profile.xml", told.append)
        assert told == sorted(told)
        assert told[-1] == 1_024_000
        assert "disk0:/profile.xml" in site.pair.units[1].flash


def test_scp_that_is_not_enabled_is_refused_by_name(tmp_path: Path):
    with served_pair(extra=()) as site:
        at = Address(*site.where["standby"])
        source = tmp_path / "f"
        source.write_bytes(b"x" * 10)
        with pytest.raises(Refused, match="`ssh scopy enable` is missing"):
            dialler(at, tmp_path, password="cisco").put(at, source, "disk0:/f", lambda _: None)


def test_a_unit_that_answers_a_copy_with_its_login_text_has_no_scp(tmp_path: Path):
    """What real ASAs do with a request to run a command: they ignore it, and stay open."""

    async def greets(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"User admin logged in to fw\r\nType help\r\nfw> ")
        await process.stdin.read()

    source = tmp_path / "f"
    source.write_bytes(b"x")
    with door(Manner(password=PASSWORD, scp=greets)) as at:
        client = dialler(at, tmp_path, password=PASSWORD)
        with pytest.raises(Refused, match="`ssh scopy enable` is missing"):
            client.put(at, source, "disk0:/f", lambda _: None)


def test_a_copy_that_breaks_off_is_dropped_and_a_refused_one_refused(tmp_path: Path):
    async def breaks(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"\0")
        await process.stdin.readline()
        process.stdout.write(b"\0")
        await process.stdin.read(200_000)
        process.channel.get_connection().abort()

    async def refuses(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"\0")
        await process.stdin.readline()
        process.stdout.write(b"\x02scp: disk0:/f: No space left on device\n")
        await process.stdin.read()

    source = tmp_path / "f"
    source.write_bytes(b"x" * 3_000_000)
    for manner, kind in ((breaks, Dropped), (refuses, Refused)):
        with door(Manner(password=PASSWORD, scp=manner)) as at:
            client = dialler(at, tmp_path, password=PASSWORD)
            with pytest.raises(kind):
                client.put(at, source, "disk0:/f", lambda _: None)


def test_whoever_hears_the_progress_may_break_the_copy_off(tmp_path: Path):
    class Enough(Exception):
        pass

    def stop(_: int) -> None:
        raise Enough

    async def slow(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"\0")
        await process.stdin.readline()
        process.stdout.write(b"\0")
        await asyncio.sleep(0.5)
        await process.stdin.read()

    source = tmp_path / "f"
    source.write_bytes(b"x" * 8_000_000)
    with door(Manner(password=PASSWORD, scp=slow)) as at, pytest.raises(Enough):
        dialler(at, tmp_path, password=PASSWORD).put(at, source, "disk0:/f", stop)


def test_a_file_that_cannot_be_read_here_is_the_person_s_business(tmp_path: Path):
    with door(Manner(password=PASSWORD)) as at, pytest.raises(UsageFault, match="nowhere"):
        dialler(at, tmp_path, password=PASSWORD).put(
            at, tmp_path / "nowhere", "disk0:/f", lambda _: None
        )


# ── no secret anywhere ─────────────────────────────────────────────────────────────────


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    # A beginning that stands in no sentence by itself.
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30).map(
        "~Zq#{}".format
    ),
    way=st.sampled_from(["password", "questions", "hangs up", "key"]),
)
def test_no_secret_shows_in_any_error_or_repr(tmp_path: Path, secret: str, way: str):
    manner = Manner(
        password="another" if way == "password" else None,
        questions=((("Password: ", False),),) if way == "questions" else (),
        answers=("another",),
        client_key=key("mine") if way == "key" else None,
    )
    words: dict[str, object] = {}
    if way == "key":
        file = tmp_path / "locked"
        file.write_bytes(
            key("mine").export_private_key("openssh", "another", rounds=1, ignore_few_rounds=True)
        )
        words["key"] = file
    with door(manner) as at:
        client = dialler(at, tmp_path, password=secret, enable=FromEnvironment("LAB"), **words)
        with pytest.raises(NoAnswer) as caught:
            client.dial(at)
        shown: list[str] = [repr(client), repr(client._secrets), repr(client._reach)]
        fault: BaseException | None = caught.value
        while fault is not None:
            shown += [str(fault), repr(fault), str(vars(fault))]
            fault = fault.__cause__
        assert not [text for text in shown if secret in text]
        if way != "key":
            assert secret not in repr(client._hops(at))
