"""The data of releases, from the tables of a TOML file: ours, and those that a user adds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from upgrader.dialect.versions import read_version
from upgrader.model.finding import Severity
from upgrader.model.releases import (
    Caution,
    MinimumMemory,
    Outage,
    Platform,
    Releases,
    ReleaseTrain,
    SignedAsdm,
    SteppingStones,
    TrainName,
    UptimeBug,
)
from upgrader.model.version import Version

_SEVERITIES = ("note", "warning", "blocker")


class ReleasesFault(ValueError):
    """An entry that cannot be read: `place` names it, `problem` says what is wrong and allowed."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"{place}: {problem}")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a value is read, and what is allowed. `read` raises ValueError or TypeError."""

    read: Callable[[Any], object]
    allowed: str


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _said(value: Any) -> str:
    if not _text(value).strip():
        raise ValueError(value)
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(value)
    return value


def _version(value: Any) -> Version:
    return read_version(_text(value))


def _train(value: Any) -> TrainName:
    major, dot, minor = _text(value).partition(".")
    if not (dot and major.isdecimal() and minor.isdecimal()):
        raise ValueError(value)
    return int(major), int(minor)


def _train_or_none(value: Any) -> TrainName | None:
    return None if value == "" else _train(value)


def _severity(value: Any) -> Severity:
    if value not in _SEVERITIES:
        raise ValueError(value)
    return Severity(value)


def _listed(read: Callable[[Any], object]) -> Callable[[Any], object]:
    def read_all(value: Any) -> object:
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(read(item) for item in value)

    return read_all


_TEXT = _Kind(_said, "a text")
_ANY_TEXT = _Kind(_text, "a text")
_FLAG = _Kind(_flag, "true, false")
_NUMBER = _Kind(_number, "a whole number above 0")
_VERSION = _Kind(_version, 'a release such as "9.16(4)"')
_TRAIN = _Kind(_train, 'a train such as "9.16"')
_LAST = _Kind(_train_or_none, 'a train such as "9.16", or "" where it goes on')
_SEVERITY = _Kind(_severity, ", ".join(f'"{name}"' for name in _SEVERITIES))
_TEXTS = _Kind(_listed(_said), "a list of texts")
_VERSIONS = _Kind(_listed(_version), 'a list of releases such as ["9.0(3)", "9.0(4)"]')


@dataclass(frozen=True, slots=True)
class _Table:
    """A kind of entry: its keys, and those that must be there."""

    makes: Callable[..., object]
    keys: Mapping[str, _Kind]
    wanted: tuple[str, ...]


_TABLES: Mapping[str, _Table] = {
    "train": _Table(
        ReleaseTrain,
        {
            "train": _TRAIN,
            "last": _VERSION,
            "classic": _FLAG,
            "only": _TEXTS,
            "without": _TEXTS,
            "asdm": _TRAIN,
        },
        ("train",),
    ),
    "stones": _Table(
        SteppingStones,
        {
            "since": _VERSION,
            "below": _VERSION,
            "stones": _VERSIONS,
            "bug": _TEXT,
            "within": _FLAG,
        },
        ("since", "below", "stones"),
    ),
    "outage": _Table(
        Outage,
        {"release": _VERSION, "bug": _TEXT, "instead": _VERSIONS},
        ("release", "bug", "instead"),
    ),
    "platform": _Table(
        Platform, {"names": _TEXTS, "first": _TRAIN, "last": _LAST}, ("names", "last")
    ),
    "memory": _Table(
        MinimumMemory,
        {"names": _TEXTS, "since": _VERSION, "megabytes": _NUMBER},
        ("names", "since", "megabytes"),
    ),
    "signed": _Table(SignedAsdm, {"since": _VERSIONS, "asdm": _VERSION}, ("since", "asdm")),
    "uptime": _Table(
        UptimeBug,
        {"since": _VERSION, "below": _VERSION, "after_days": _NUMBER, "bug": _TEXT},
        ("since", "below", "after_days", "bug"),
    ),
    "caution": _Table(
        Caution,
        {
            "name": _TEXT,
            "severity": _SEVERITY,
            "says": _TEXT,
            "remedy": _TEXT,
            "since": _VERSION,
            "targets": _VERSIONS,
            "running": _VERSIONS,
            "fixed": _VERSIONS,
            "uses": _TEXTS,
            "sessions": _ANY_TEXT,
            "names": _TEXTS,
        },
        ("name", "severity", "says", "remedy"),
    ),
}

_FIELDS = {
    "train": "trains",
    "stones": "stones",
    "outage": "outages",
    "platform": "platforms",
    "memory": "memory",
    "signed": "signed_asdm",
    "uptime": "uptime",
    "caution": "cautions",
}


def read_releases(tables: Mapping[str, object], source: str = "") -> Releases:
    """The data of parsed TOML. `source` stands where an entry names none.

    Raises:
        ReleasesFault: an entry is wrong; the first one that is.
    """
    for name in tables:
        if name not in _TABLES:
            raise ReleasesFault(f"`{name}`", _no_such(name, _TABLES, "[[{}]]"))
    found: dict[str, Any] = {}
    for name, table in _TABLES.items():
        rows = tables.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise ReleasesFault(f"`{name}`", f"must be entries of their own; allowed: [[{name}]]")
        read = [_entry(name, number, row, source) for number, row in enumerate(rows, start=1)]
        found[_FIELDS[name]] = tuple(table.makes(**values) for values in read)
    _contradicted(found)
    for number, caution in enumerate(found["cautions"], start=1):
        if caution.since is None and not caution.targets and not caution.running:
            raise ReleasesFault(
                f"[[caution]] {number}",
                "does not say to which releases it matters: `since`, `targets` or `running`",
            )
    found["trains"] = tuple(sorted(found["trains"], key=lambda train: train.train))
    return Releases(**found)


def _contradicted(found: Mapping[str, Any]) -> None:
    """Refuse an entry that holds for nothing, or speaks against itself."""
    for name, field in (("stones", "stones"), ("uptime", "uptime")):
        for number, row in enumerate(found[field], start=1):
            if row.since >= row.below:
                problem = f"holds for no release: `since` must be older than `below` ({row.below})"
                raise ReleasesFault(f"[[{name}]] {number}, `since`", problem)
    for number, row in enumerate(found["stones"], start=1):
        if not row.stones:
            raise ReleasesFault(
                f"[[stones]] {number}, `stones`", "names no release; allowed: one or more"
            )
    for number, train in enumerate(found["trains"], start=1):
        if train.last is not None and train.last.train != train.train:
            problem = f"{train.last} is not of this train; allowed: its last release"
            raise ReleasesFault(f"[[train]] {number}, `last`", problem)
    for number, row in enumerate(found["platforms"], start=1):
        if row.first is not None and row.last is not None and row.first > row.last:
            problem = "is later than `last`; allowed: the first train that the hardware runs"
            raise ReleasesFault(f"[[platform]] {number}, `first`", problem)


def release_rows() -> tuple[str, ...]:
    """Every table and key with what is allowed, as rows of Markdown."""
    return tuple(
        f"| `[[{name}]]` | `{key}`{'' if key in table.wanted else ' (may be left out)'} "
        f"| {kind.allowed} |"
        for name, table in _TABLES.items()
        for key, kind in {**table.keys, "source": _ANY_TEXT}.items()
    )


def _entry(name: str, number: int, row: Mapping[str, object], source: str) -> dict[str, object]:
    table = _TABLES[name]
    keys = {**table.keys, "source": _ANY_TEXT}
    values: dict[str, object] = {"source": source}
    for key, value in row.items():
        place = f"[[{name}]] {number}, `{key} = {value!r:.80}`"
        kind = keys.get(key)
        if kind is None:
            raise ReleasesFault(place, _no_such(key, keys, "{}"))
        try:
            values[key] = kind.read(value)
        except (TypeError, ValueError) as fault:
            raise ReleasesFault(place, f"cannot be read; allowed: {kind.allowed}") from fault
    missing = [key for key in table.wanted if key not in values]
    if missing:
        raise ReleasesFault(f"[[{name}]] {number}", f"`{missing[0]}` is missing")
    return values


def _no_such(name: str, known: Mapping[str, object] | Sequence[str], spelt: str) -> str:
    near = get_close_matches(name, list(known), n=1)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    listed = ", ".join(spelt.format(key) for key in known)
    return f"there is no such key{meant}; allowed: {listed}"
