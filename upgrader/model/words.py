"""Words for people and for file systems: counts, instants, and names that make a file's."""

from collections.abc import Sequence
from datetime import datetime, timedelta

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  the night's clock has a name, and perhaps no zone


def many(count: int, one: str, more: str | None = None) -> str:
    """`1 session`, `3 sessions`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def first_of(names: Sequence[str], most: int | None) -> str:
    """`alice, bob and 3 more`; `most` None: all of them."""
    shown = names[:most]
    hidden = len(names) - len(shown)
    return ", ".join(shown) + (f" and {hidden:,} more" if hidden else "")


def file_stem(name: str) -> str:
    """A pair's name, fit for a file system: `edge/1` is `edge-1`, and none begins with a dot."""
    return "".join(c if c.isalnum() or c in "._" else "-" for c in name).lstrip(".")


def time_of_day(at_ms: int) -> str:
    """An instant since 1970 by its digits alone: `22:08:34`."""
    seconds = at_ms // 1_000 % 86_400
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def day_of(at_ms: int) -> datetime | None:
    """An instant since 1970 as its clock had it; None: a stamp that no calendar has."""
    try:
        return _EPOCH + timedelta(milliseconds=at_ms)
    except OverflowError:
        return None


def clock(milliseconds: int) -> str:
    """An instant of a run, since it began: `0:04:33`."""
    seconds = milliseconds // 1_000
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
