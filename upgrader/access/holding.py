"""One holder a pair: a lock file that names who holds it.

The lock itself is the kernel's (`flock`), so that a killed holder holds nothing; the file's text
only says who it was.
"""

import fcntl
import json
import os
import sys
from pathlib import Path

from upgrader.access.clock import WallClock
from upgrader.ports import UsageFault, WorldHeld

_SERVER = "`upgrader emulate"
"""How the holder is named that serves a pair over SSH."""

_SERVED = (
    "Ask it over its control socket (`upgrader emulate … --control SOCKET`), or stop it with "
    "Ctrl-C: the world is saved."
)
_STAGER = "`upgrader stage"
_STAGES = "Wait until it ends, or stop it with Ctrl-C there; `upgrader stage` again goes on."
_RUNS = (
    "Wait until it ends; or stop it with Ctrl-C there or `upgrader pause` here, and then "
    "`upgrader resume`."
)


class Hold:
    """The lock on one pair, held until `release`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go. Content if it was let go already."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def hold_briefly(path: Path) -> Hold:
    """Take the lock of that file; another process that has it lets go in a moment.

    Raises:
        UsageFault: the file cannot be made, or not be written.
    """
    descriptor = _opened(path)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return Hold(descriptor)


def hold(path: Path, pair: str, command: str) -> Hold:
    """Take the lock of that file.

    Raises:
        WorldHeld: another process holds it; the message says which, and since when.
        UsageFault: the file cannot be made.
    """
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        holder = _holder(os.pread(descriptor, 4096, 0))
        os.close(descriptor)
        goes_on = _SERVED if _SERVER in holder else _STAGES if _STAGER in holder else _RUNS
        raise WorldHeld(
            f"pair {pair} is held by {holder}; nothing was changed. {goes_on}"
        ) from fault
    who = {
        "pid": os.getpid(),
        "command": command or Path(sys.argv[0]).name,
        "since": WallClock().now_local().isoformat(timespec="minutes"),
    }
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(who).encode(), 0)
    except OSError as fault:
        os.close(descriptor)
        raise _not_writable(path, fault) from fault
    return Hold(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of that file now."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def is_served(path: Path) -> bool:
    """Whether the process that holds the lock of that file serves the pair over SSH."""
    try:
        return is_held(path) and _SERVER in _holder(path.read_bytes())
    except OSError:
        return False


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise _not_writable(path, fault) from fault


def _not_writable(path: Path, fault: OSError) -> UsageFault:
    return UsageFault(
        f"{path}: {fault.strerror}. Set UPGRADER_HOME to a folder that can be written."
    )


def _holder(text: bytes) -> str:
    """Name the holder; it may not have written its name yet."""
    try:
        who = json.loads(text)
        since = str(who["since"]).partition("T")[2][:5]
        return f"`{who['command']}` (process {who['pid']}) since {since}"
    except (ValueError, KeyError, TypeError):
        return "another process"
