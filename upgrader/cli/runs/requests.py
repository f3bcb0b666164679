"""Asking a run to stop from another terminal: a small file in the run's folder.

The process that conducts the run looks for it at every safe point. It needs no signal and no
number of a process, so that it works from another terminal, another user and after a `sudo`.
"""

import getpass
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.wishes import AT_YOUR_WORD, Wishes
from upgrader.journal.codec import Undecodable, decode, encode
from upgrader.journal.disk import Disk, DiskFault
from upgrader.journal.store import RunFolder
from upgrader.ports import UsageFault

FILE = "request.json"


class Wish(Enum):
    """What is asked of a run."""

    PAUSE = "pause"
    """Stop at the next safe point; `resume` goes on."""
    ABORT = "abort"
    """Stop at the next safe point, for good."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks what, and since when."""

    wish: Wish
    by: str
    """The user's name on this machine."""
    at: str
    """This machine's time, to the minute."""

    @property
    def sentence(self) -> str:
        """Who asked, as the run tells it."""
        return f"`upgrader {self.wish.value}`, asked by {self.by} at {self.at}"


def account_name() -> str:
    """The name of the account that sits here."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody without a name here"


def request_now(wish: Wish) -> Request:
    """The request of whoever sits here."""
    return Request(wish, account_name(), WALL.now_local().strftime("%Y-%m-%d %H:%M"))


def leave(kept: RunFolder, request: Request) -> None:
    """Put the request where the run will find it; a later one replaces an earlier.

    Raises:
        UsageFault: it cannot be written there.
    """
    try:
        kept.write(kept.path / FILE, encode(request))
    except DiskFault as fault:
        raise UsageFault(f"the run cannot be asked: {fault}") from fault


def asked(folder: Path, disk: Disk | None = None) -> Request | None:
    """What is asked of the run in that folder; None: nothing."""
    data = RunFolder(folder, disk).disk.read(folder / FILE)
    if data is None:
        return None
    try:
        return decode(Request, data)
    except Undecodable:
        # Whoever wrote something there wanted it to stop; `resume` is always possible.
        return Request(Wish.PAUSE, "somebody", "an unknown time")


def forget(kept: RunFolder) -> None:
    """Take a request away: it was heard, or `resume` overrules it."""
    if kept.disk.read(kept.path / FILE) is not None:
        kept.disk.unlink(kept.path / FILE)


def forget_pause(kept: RunFolder) -> None:
    """The process stops: a pause has come about, whatever it was that stopped it."""
    request = asked(kept.path, kept.disk)
    if request is not None and request.wish is Wish.PAUSE:
        forget(kept)


def heard_in(kept: RunFolder, wishes: Wishes) -> Wishes:
    """The wishes, and besides them whatever is asked in the run's folder."""

    def should_stop() -> str | None:
        why = wishes.should_stop()
        if why is not None:
            return why
        request = asked(kept.path, kept.disk)
        return None if request is None else f"{AT_YOUR_WORD}: {request.sentence}"

    return replace(wishes, should_stop=should_stop)
