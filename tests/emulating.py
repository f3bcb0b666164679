"""`upgrader emulate` in a process of its own, for clients that know nothing of it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ADDRESSES = ("127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14")
USER, PASSWORD, ENABLE = "admin", "cisco", "cisco"


@dataclass(frozen=True, slots=True)
class Emulated:
    """Where the seats answer, and how to reach behind them."""

    active: str
    standby: str
    primary: str
    secondary: str
    port: int
    control: Path

    def tells(self, do: str, **arguments: object) -> dict[str, object]:
        """Ask the control socket; what it answered."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(30)
            line.connect(str(self.control))
            line.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
            with line.makefile() as answers:
                answer = json.loads(answers.readline())
        assert answer["ok"], answer
        return answer


def free_port() -> int:
    """A port that is free on every address of ours now."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def has_all_of_loopback() -> bool:
    """Whether 127.0.0.11 and its neighbours can be bound without set-up (Linux: yes)."""
    with socket.socket() as probe:
        try:
            probe.bind((ADDRESSES[0], 0))
        except OSError:
            return False
    return True


@contextmanager
def emulating(pair: str, folder: Path, *, rate: float = 600) -> Iterator[Emulated]:
    """Serve a pair until the block ends; then it is stopped as by Ctrl-C, and must end well."""
    port, control = free_port(), folder / "control"
    line = [sys.executable, "-m", "upgrader", "emulate", pair, "--json", "--fresh"]
    line += ["--rate", str(rate), "--port", str(port), "--control", str(control)]
    line += ["--listen", ",".join(ADDRESSES[:2]), "--unit-listen", ",".join(ADDRESSES[2:])]
    process = subprocess.Popen(
        line,
        env=os.environ | {"UPGRADER_HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        shown = ""
        for piece in process.stdout:
            shown += piece
            if piece == "}\n":
                break
        assert shown, process.communicate()[1]
        json.loads(shown)
        yield Emulated(*ADDRESSES, port, control)
        process.terminate()
        _, complaints = process.communicate(timeout=20)
        assert process.returncode == 0, complaints
        assert "Traceback" not in complaints, complaints
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
