"""`--window`: the hours in which a run may reload a unit or move the roles."""

from collections.abc import Sequence
from datetime import datetime

from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.wishes import Hours
from upgrader.model.window import EXAMPLE, Window, read_window
from upgrader.ports import OutsideWindow, UsageFault


def read_windows(texts: Sequence[str]) -> tuple[Window, ...]:
    """The windows that were said.

    Raises:
        UsageFault: one of them is none.
    """
    windows = []
    for text in texts:
        try:
            windows.append(read_window(text))
        except ValueError as fault:
            raise UsageFault(f"--window {text!r}: {fault}. Say it like {EXAMPLE!r}") from fault
    return tuple(windows)


def hours_of(texts: Sequence[str]) -> Hours:
    """The hours that `--window` allows, to be asked of this machine's clock.

    Raises:
        UsageFault: one of the texts is no window.
    """
    windows = read_windows(texts)
    said = tuple(str(window) for window in windows)
    return Hours(said, lambda: closed(windows, WALL.now_local()))


def open_now(hours: Hours) -> None:
    """Be content if it is an hour in which the pair may be touched.

    Raises:
        OutsideWindow: it is not; says when it will be.
    """
    why = hours.closed()
    if why is not None:
        raise OutsideWindow(f"{why}; nothing was changed")


def closed(windows: Sequence[Window], at: datetime) -> str | None:
    """Why nothing may be done at that instant; None: one of the windows is open, or none is set."""
    if not windows or any(window.is_open(at) for window in windows):
        return None
    first, zone = min((window.opens_next(at), window.zone) for window in windows)
    said = " and ".join(str(window) for window in windows)
    return (
        f"it is {at.astimezone(first.tzinfo):%a %H:%M} in {zone}, outside the window {said}; "
        f"it opens again on {first:%a %d %b at %H:%M}"
    )
