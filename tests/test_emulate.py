"""`upgrader emulate`: a pair that is served, from its start to its end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import asyncssh
import pytest
from emulating import free_port

from upgrader.cli.main import run

EXAMPLE = "example:matched"
FREE = ("--listen", "127.0.0.1:0,127.0.0.1:0", "--unit-listen", "127.0.0.1:0,127.0.0.1:0")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own: the environment is how a person names one."""
    monkeypatch.setenv("UPGRADER_HOME", str(tmp_path))
    return tmp_path


class Emulation:
    """The command, running."""

    def __init__(self, home: Path, *options: str) -> None:
        environment = {**os.environ, "UPGRADER_HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "upgrader", "emulate", EXAMPLE, "--json", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )

    def ready(self) -> dict[str, object]:
        assert self.process.stdout is not None
        text = b""
        while not text.endswith(b"\n}\n"):
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
            text += line
        shown = json.loads(text)
        assert isinstance(shown, dict)
        return shown

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        self.process.communicate(timeout=20)
        return self.process.returncode


async def ask(port: int, *lines: str) -> str:
    async with asyncssh.connect(
        "127.0.0.1", port, username="admin", password="cisco", known_hosts=None, config=None
    ) as connection:
        typed = "".join(f"{line}\n" for line in ("enable", "cisco", *lines, "exit"))
        done = await connection.run(None, input=typed, term_type="vt100")
        return str(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_pair_that_was_served_goes_on_where_it_was_however_it_ended(
    how: signal.Signals, home: Path
):
    first = Emulation(home, *FREE)
    seats = first.ready()["seats"]
    shown = asyncio.run(ask(seats[0]["port"], "configure terminal", "hostname changed", "end"))
    assert "changed/pri/act# " in shown
    code = first.stop(how)
    assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)

    second = Emulation(home, *FREE)
    seats = second.ready()["seats"]
    assert "changed/sec/stby# " in asyncio.run(ask(seats[1]["port"]))
    assert second.stop(signal.SIGTERM) == 0


@pytest.mark.slow
def test_while_it_is_served_nobody_else_holds_the_pair(home: Path, capsys):
    emulation = Emulation(home, *FREE)
    told = emulation.ready()
    assert [seat["seat"] for seat in told["seats"]] == ["active", "standby", "primary", "secondary"]

    assert run(["emulate", EXAMPLE, *FREE]) == 3
    assert "upgrader emulate" in capsys.readouterr().err
    assert run(["world", EXAMPLE, "--truth", "time"]) == 0
    assert "is being served by `upgrader emulate`" in capsys.readouterr().err
    assert emulation.stop(signal.SIGTERM) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have 127.0.0.1 only")
@pytest.mark.slow
def test_the_configuration_shows_the_addresses_that_are_served(home: Path):
    where = ("--listen", "127.0.0.21:0,127.0.0.22:0", "--unit-listen", "127.0.0.1:0,127.0.0.1:0")
    emulation = Emulation(home, *where)
    port = emulation.ready()["seats"][2]["port"]

    shown = asyncio.run(ask(port, "show running-config interface Management1/1"))
    assert "ip address 127.0.0.21 255.255.255.0 standby 127.0.0.22" in shown
    assert emulation.stop(signal.SIGTERM) == 0


def test_a_port_in_use_is_named_and_nothing_has_happened_to_the_pair(home: Path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = run(["emulate", EXAMPLE, "--listen", f"127.0.0.1:{port},127.0.0.1:0"])

    said = capsys.readouterr().err
    assert code == 2
    assert f"127.0.0.1 port {port} is in use. Say another port, like --port 2223" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--listen", "somewhere,127.0.0.1"), "is no address"),
        (("--listen", "127.0.0.1"), "say two addresses"),
        (("--listen", "127.0.0.1:99999,127.0.0.1"), "is no address"),
        (("--unit-listen", "127.0.0.1:x,127.0.0.1"), "is no address"),
        (("--syslog", "collector"), "say it like 127.0.0.1:514"),
        (("--listen", "127.0.0.1,127.0.0.1"), "127.0.0.1 port 2222 is named for two seats"),
        (("--rate", "0"), "device seconds a second"),
        (("--port", "70000"), "65535"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_served(
    options: tuple[str, ...], said: str, home: Path, capsys
):
    assert run(["emulate", EXAMPLE, *options]) == 2
    assert said in capsys.readouterr().err
    assert list(home.iterdir()) == []


def test_an_address_that_others_can_reach_is_served_with_a_warning(home: Path, capsys):
    assert run(["emulate", EXAMPLE, "--listen", "198.51.100.1,198.51.100.2"]) == 2

    said = capsys.readouterr().err
    assert "WARNING: 198.51.100.1 is no loopback address" in said
    assert "198.51.100.1 port 2222 is no address of this machine" in said


# ── what the README shows ──────────────────────────────────────────────────────────────

ROOT = Path(__file__).parent.parent


def _shown(first: str) -> list[str]:
    """The lines of the README's block that begins with that one, without it."""
    text = (ROOT / "README.md").read_text()
    return text.partition(f"```text\n{first}\n")[2].partition("\n```")[0].splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have 127.0.0.1 only")
@pytest.mark.slow
def test_the_readme_shows_what_emulate_prints(home: Path):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "upgrader", "emulate", EXAMPLE, "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    shown = _shown("$ upgrader emulate example:matched")
    printed = [process.stdout.readline().rstrip("\n") for _ in shown]
    process.terminate()
    process.communicate(timeout=20)

    assert printed == [
        line.replace(" 2222 ", f"{port:>5} ", 1) if line[:1].isdigit() else line
        for line in (line.replace("-p 2222", f"-p {port}") for line in shown)
    ]


@pytest.mark.slow
def test_the_readme_s_session_is_what_a_unit_answers(home: Path):
    emulation = Emulation(home, *FREE)
    seats = emulation.ready()["seats"]
    shown = _shown("$ ssh -p 2222 admin@127.0.0.11")[1:]
    typed = [line.partition("# ")[2] for line in shown if "/act# " in line]
    printed = asyncio.run(ask(seats[0]["port"], *typed[:-1]))
    emulation.stop(signal.SIGTERM)

    assert typed[-1] == "exit"
    # A prompt stands behind a carriage return.
    assert [line.strip("\r ") for line in printed.split("\r\n")][: len(shown)] == [
        line.strip() for line in shown
    ]
