"""A night over SSH, from the shell: `upgrader emulate` in a process of its own, and our commands.

As anybody would try it out: the built-in pair file of a live pair, with another port in it.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from emulating import PASSWORD, Emulated, emulating, has_all_of_loopback

from upgrader.cli.main import run
from upgrader.cli.pairfile.pair import read_pair

ROOT = Path(__file__).parents[1]
OVER_SSH = ROOT / "fixtures" / "pairs" / "over-ssh.toml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_all_of_loopback(), reason="127.0.0.11 cannot be bound here"),
]


@dataclass(frozen=True)
class Desk:
    """A person's shell beside a live pair."""

    file: Path
    home: Path
    emulated: Emulated
    set: Callable[[str, str], None]
    """Sets a variable of the environment."""

    def types(self, *words: str, password: str = PASSWORD) -> tuple[int, str]:
        """The exit code, and what stood on the screen: in this process, which has all imported."""
        out, err = io.StringIO(), io.StringIO()
        self.set("UPGRADER_PASSWORD", password)
        with redirect_stdout(out), redirect_stderr(err):
            code = run(words)
        return self._seen(code, out.getvalue(), err.getvalue(), password)

    def starts(self, *words: str) -> tuple[int, str]:
        """The same in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "upgrader", *words],
            env=os.environ | {"UPGRADER_PASSWORD": PASSWORD},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return self._seen(done.returncode, done.stdout, done.stderr, PASSWORD)

    def _seen(self, code: int, out: str, err: str, password: str) -> tuple[int, str]:
        assert "Traceback" not in err, err
        assert password not in out + err or password == PASSWORD
        return code, out + err

    def truth(self) -> dict[str, object]:
        told = self.emulated.tells("truth")["truth"]
        assert isinstance(told, dict)
        return told


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("UPGRADER_HOME", str(tmp_path / "home"))
    with emulating("example:matched", tmp_path / "emulated", rate=120) as site:
        file = tmp_path / "over-ssh.toml"
        file.write_text(OVER_SSH.read_text().replace("2222", str(site.port)))
        assert read_pair(str(file)).reach is not None
        yield Desk(file, tmp_path / "home", site, monkeypatch.setenv)


def test_a_night_over_ssh_ends_as_it_does_in_process(desk: Desk):
    pair = str(desk.file)
    code, said = desk.types("check", pair)
    assert (code, "ready for 9.16(4)" in said) == (0, True), said
    assert desk.types("plan", pair, "-o", str(desk.home / ".." / "plan.json"))[0] == 0
    code, said = desk.types("sessions", pair, "--json")
    assert code == 0, said
    code, said = desk.starts("run", pair, "--yes", "--json")
    report = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert (code, report["outcome"]) == (0, "upgraded"), said
    code, said = desk.types("check", pair)
    assert (code, "nothing to do" in said) == (0, True), said
    assert "--fresh" not in said
    left = next((desk.home / "runs").iterdir())
    kept = [path for path in desk.home.rglob("*") if path.is_file()]
    assert [str(p) for p in kept if f"password {PASSWORD}".encode() in p.read_bytes()] == []
    assert (desk.home / "hostkeys" / "over-ssh").stat().st_mode & 0o777 == 0o600
    assert desk.types("replay", left.name, "--strict")[0] == 0


def test_a_night_that_stops_goes_on_from_another_process(desk: Desk):
    pair = str(desk.file)
    code, said = desk.types("run", pair, "--yes", "--stop-before", "switch-over")
    assert code == 4, said
    code, said = desk.types("run", pair, "--yes")
    assert code == 3, said
    left = next((desk.home / "runs").iterdir()).name
    code, said = desk.types("resume", left, "--json", password="not-the-password")
    assert (code, "nothing was changed" in said) == (3, True), said
    code, said = desk.starts("resume", left, "--json")
    report = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert (code, report["outcome"]) == (0, "upgraded"), said
    units = desk.truth()["units"]
    assert isinstance(units, dict)
    assert {unit["version"] for unit in units.values()} == {"9.16(4)"}


def test_where_nobody_lets_us_in_a_command_ends_with_one_sentence_and_nothing_was_changed(
    desk: Desk,
):
    before = desk.truth()["changes"]
    for command in ("check", "plan", "sessions", "run", "cleanup"):
        words = (command, str(desk.file), *(["--yes"] if command in {"run", "cleanup"} else []))
        code, said = desk.types(*words, password="not-the-password")
        assert code == 3, said
        assert "nothing was changed" in said
        assert "UPGRADER_PASSWORD" in said
    assert desk.truth()["changes"] == before


def test_two_of_us_do_not_conduct_one_pair(desk: Desk):
    pair = str(desk.file)
    environment = os.environ | {"UPGRADER_PASSWORD": PASSWORD}
    first = subprocess.Popen(
        [sys.executable, "-m", "upgrader", "run", pair],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert first.stderr is not None
        for line in first.stderr:
            if line.startswith("This is a live pair"):
                break
        code, said = desk.types("run", pair, "--yes")
        assert code == 3, said
        assert "is held by `upgrader run`" in said
        first.communicate("not-its-name\n", timeout=60)
        assert first.returncode == 3
    finally:
        if first.poll() is None:
            first.kill()
            first.communicate()
