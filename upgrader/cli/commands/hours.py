"""`--window`: the hours in which a run may reload a unit or move the roles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from upgrader.cli.deeds.wanted import Drawn, Upgrade
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


def hours_of(texts: Sequence[str], within: Sequence[str] = ()) -> Hours:
    """The hours that `--window` allows, to be asked of this machine's clock.

    `within`: those of the plan. Who says more narrows them: it must be an hour of both.

    Raises:
        UsageFault: one of the texts is no window.
    """
    windows, bounds = read_windows(texts), read_windows(within)
    said = tuple(str(window) for window in windows or bounds)

    def why_closed() -> str | None:
        now = WALL.now_local()
        return closed(bounds, now) or closed(windows, now)

    return Hours(said, why_closed)


def in_its_hours(wanted: Upgrade | Drawn, texts: Sequence[str]) -> tuple[Upgrade | Drawn, Hours]:
    """What is wanted, and the hours in which a run of it may touch the pair.

    A plan file keeps its own hours, and `--window` can only narrow them; a plan that is yet to be
    drawn gets those that were said.

    Raises:
        UsageFault: one of the texts is no window.
    """
    match wanted:
        case Drawn(plan=plan):
            return wanted, hours_of(texts, plan.windows)
        case Upgrade():
            hours = hours_of(texts)
            return replace(wanted, windows=hours.said), hours


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
