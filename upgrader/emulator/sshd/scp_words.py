"""The protocol of `scp -t` and `scp -f`, without sockets: what the far end of RCP says and hears.

    -t  the client sends  C0644 SIZE NAME  then SIZE bytes and a zero; each is answered with a zero
    -f  the client sends a zero for each thing that it has taken

A refusal is a byte 1 or 2 and a line. OpenSSH's `scp -O`, paramiko and asyncssh speak it alike.
"""

import shlex
from dataclasses import dataclass

LONGEST_HEAD = 1_024
"""Bytes of a line of the protocol; a longer one is none."""

DONE = b"\0"


@dataclass(frozen=True, slots=True)
class ScpRequest:
    """`scp -t disk0:/f`, `scp -f disk0:/f`."""

    receives: bool
    """Whether the client sends the file."""
    path: str
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What a client says of the file that follows."""

    size: int
    name: str


def request_of(command: str) -> ScpRequest | None:
    """The request of an exec command; None: it is no `scp -t` or `scp -f` of one path."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if len(words) < 3 or words[0].rpartition("/")[2] != "scp":
        return None
    flags = "".join(word[1:] for word in words[1:] if word.startswith("-") and word != "--")
    paths = [word for word in words[1:] if not word.startswith("-")]
    if len(paths) != 1 or ("t" in flags) == ("f" in flags):
        return None
    return ScpRequest("t" in flags, paths[0], "r" in flags)


def head_of(line: bytes) -> Head | None:
    """Read `C0644 SIZE NAME`; None: it is none."""
    mode, _, rest = line.decode(errors="replace").partition(" ")
    size, _, name = rest.partition(" ")
    if not mode.startswith("C") or not (size.isascii() and size.isdigit()) or not name:
        return None
    return Head(int(size), name)


def refusal(text: str) -> bytes:
    """What a client prints, and gives up."""
    return b"\x02" + text.encode(errors="replace") + b"\n"


def named(path: str, name: str) -> str:
    """Where a file of that name goes: `disk0:/f`, `disk0:f` and `flash:/f` are one place.

    A path that ends with its device or a slash is a folder.
    """
    device, colon, rest = path.partition(":")
    if not colon:
        device, rest = "disk0", path
    rest = rest.lstrip("/")
    if not rest or rest.endswith("/"):
        rest += name.rpartition("/")[2]
    device = "disk0" if device.lower() in ("flash", "disk0") else device
    return f"{device}:/{rest}"
