"""Who types and who reads along: a stream that is closed, full or left ends no night."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from upgrader.cli.commands.interrupt import at_once, stoppable
from upgrader.views.telling import tell

ROOT = Path(__file__).parents[1]

ASKS = """
from upgrader.cli.commands.asking import confirmed
from upgrader.cli.commands.interrupt import at_once, stoppable
from upgrader.cli.main import main, app
app.registered_commands.clear()
@app.command()
def ask() -> None:
    with stoppable():
        confirmed("edge", yes=False, about="upgrade it")
@app.command()
def nothing() -> None: ...
main()
"""


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line.replace("upgrader", f"{sys.executable} -m upgrader", 1)],
        cwd=ROOT,
        env={"UPGRADER_HOME": str(folder), "PYTHONPATH": str(ROOT), **_PATH},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_reader_who_leaves_hears_no_more_and_stops_nobody() -> None:
    reads, writes = os.pipe()
    with os.fdopen(writes, "w", encoding="utf-8") as stream:
        tell(stream, "the standby reloads")
        assert os.read(reads, 100) == b"the standby reloads\n"
        os.close(reads)
        tell(stream, "it is back")
        tell(stream, "the roles move")


@pytest.mark.slow
def test_a_night_goes_on_when_whoever_read_along_has_gone(tmp_path: Path) -> None:
    ended = shell(
        tmp_path,
        "upgrader run example:matched --fresh 2>&1 >/dev/null | head -1; echo ${PIPESTATUS[0]}",
    )
    assert ended.stdout.splitlines()[1:] == ["0"]


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["<&-", "2>&-", ">&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_shell_closed_is_nobody(tmp_path: Path, closed: str) -> None:
    ended = shell(tmp_path, f"upgrader explain anyconnect-images-match {closed}")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no full disk to offer")
def test_a_full_disk_beneath_the_report_does_not_make_it_another_end(tmp_path: Path) -> None:
    ended = shell(tmp_path, "upgrader status --json > /dev/full")
    assert ended.returncode == 0
    assert "cannot be written to standard output" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_ctrl_c_at_the_question_is_an_answer(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ASKS, "ask"],
        cwd=ROOT,
        env={"UPGRADER_HOME": str(tmp_path), **_PATH},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    told = b""
    while b"to go on: " not in told:
        told += os.read(process.stderr.fileno(), 4_096)
    process.send_signal(number)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 4
    assert b"interrupted; no run was under way" in rest


def test_after_the_question_the_first_ctrl_c_asks_again_for_a_safe_point() -> None:
    with stoppable() as request:
        with at_once(), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert request() is None
        signal.raise_signal(signal.SIGINT)
        assert request() is not None


def test_a_terminal_that_goes_away_asks_for_a_safe_point_and_never_for_more() -> None:
    with stoppable() as request:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        assert request() is not None
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


def test_under_nohup_nothing_is_asked_when_the_terminal_goes() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable() as request:
            signal.raise_signal(signal.SIGHUP)
            assert request() is None
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
def test_a_night_whose_terminal_is_gone_stops_safely_and_goes_on_from_another(
    tmp_path: Path,
) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        line = [sys.executable, "-m", "upgrader", "run", "example:matched", "--fresh"]
        known = {"UPGRADER_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        os.execve(line[0], [*line, "--pace", "60"], {**known, **_PATH})
    told = b""
    while b"waiting: " not in told:
        told += os.read(terminal, 4_096)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 4
    (stands,) = json.loads(shell(tmp_path, "upgrader status --json").stdout)["runs"]
    assert stands["exit_code"] == 4
    assert shell(tmp_path, f"upgrader resume {stands['run']}").returncode == 0


_PATH = {"PATH": os.environ.get("PATH", "")}
