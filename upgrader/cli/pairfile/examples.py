"""Where a pair file lies: a path, or one of the built-in pairs as `example:NAME`.

A built-in night is a folder: its pair file, a collector's file and a terminal's log. It goes by
`example:incidents/NAME`, and by `example:NAME` too where no built-in pair has that name.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from upgrader.journal.disk import read_given
from upgrader.ports import UsageFault

EXAMPLE = "example:"

_INCIDENTS = "incidents/"
_PAIR_FILE = "pair.toml"


def list_examples() -> tuple[str, ...]:
    """The names of the built-in pairs, sorted."""
    return tuple(sorted(path.stem for path in _fixtures("pairs").glob("*.toml")))


def list_incidents() -> tuple[str, ...]:
    """The names of the built-in nights, sorted."""
    found = _fixtures("incidents").glob(f"*/{_PAIR_FILE}")
    return tuple(sorted(path.parent.name for path in found))


def incident_folder(example: str) -> Path | None:
    """The folder of the built-in night `example:NAME`; None: that is none's name."""
    name = example.removeprefix(EXAMPLE).removeprefix(_INCIDENTS)
    if not example.startswith(EXAMPLE) or name not in list_incidents():
        return None
    return _fixtures("incidents") / name


def locate(path_or_example: str) -> tuple[str, Path]:
    """How the file is called from here on, and where it lies.

    Raises:
        UsageFault: there is no built-in pair of that name.
    """
    if not path_or_example.startswith(EXAMPLE):
        return str(Path(path_or_example).absolute()), Path(path_or_example).absolute()
    name = path_or_example.removeprefix(EXAMPLE)
    known = list_examples()
    night = None if name in known else incident_folder(path_or_example)
    if night is not None:
        return path_or_example, night / _PAIR_FILE
    if name not in known:
        near = get_close_matches(name, [*known, *list_incidents()], n=1)
        hint = f"; did you mean {EXAMPLE}{near[0]}?" if near else "."
        raise UsageFault(
            f"there is no built-in pair {path_or_example}{hint} {_examples_hint(known)}"
        )
    return path_or_example, _fixtures("pairs") / f"{name}.toml"


def read_bytes(label: str, path: Path) -> bytes:
    """The file's content; `label` is what errors call it.

    Raises:
        UsageFault: it cannot be read.
    """
    try:
        return read_given(path)
    except FileNotFoundError:
        known = list_examples()
        hint = f" Did you mean {EXAMPLE}{path.stem}?" if path.stem in known else ""
        raise UsageFault(f"there is no pair file {label}.{hint} {_examples_hint(known)}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageFault(f"{label}: cannot be read ({reason})") from error


def _fixtures(kind: str) -> Path:
    """In an installed package below it; in a clone beside it."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "fixtures" / kind
    return inside if inside.is_dir() else package.parent / "fixtures" / kind


def _examples_hint(known: Sequence[str]) -> str:
    if not known:
        return "There are no built-in pairs in this installation."
    names = ", ".join(EXAMPLE + name for name in known)
    return f"Built in are: {names}. Type for instance: upgrader check {EXAMPLE}{known[0]}"
