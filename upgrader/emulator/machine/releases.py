"""What changed with a release, from `data/releases.toml`."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data" / "releases.toml"

Train = tuple[int, int]
"""Major and minor."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A line that is printed, or a way to behave, from one release on."""

    name: str
    text: str
    """What it prints, as an example."""
    screen: str
    """Where."""
    since: Train
    until: Train | None
    """The first train without it; None: none."""
    certain: bool
    """Whether the boundary is documented; else it lies between two captures."""
    source: str


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def features() -> dict[str, Feature]:
    """All features, by name."""
    return {
        row["name"]: Feature(
            **{
                **row,
                "since": _train(row["since"]),
                "until": _train(row["until"]) if row["until"] else None,
            }
        )
        for row in _data()["feature"]
    }


@lru_cache(maxsize=256)
def has(release: Train, name: str) -> bool:
    """Whether a release has that feature.

    Raises:
        KeyError: there is no feature of that name.
    """
    feature = features()[name]
    return feature.since <= release and (feature.until is None or release < feature.until)


@lru_cache(maxsize=1)
def freely_paired_from() -> tuple[int, ...]:
    """From this release on, pairs may be mixed for an upgrade."""
    return tuple(_data()["pairing"]["freely_from"])


@lru_cache(maxsize=1)
def next_releases() -> frozenset[tuple[Train, tuple[int, ...]]]:
    """Before it, (a train, from which release on another may run beside it in the pair)."""
    return frozenset(
        (_train(step["from"]), _first_of(to))
        for step in _data()["pairing"]["step"]
        for to in step["to"]
    )


def train_of(version: str) -> Train | None:
    """Major and minor of `9.16(4)`; None: it is not written so."""
    major, _, rest = version.partition(".")
    minor, parenthesis, _ = rest.partition("(")
    if not (parenthesis and major.isdecimal() and minor.isdecimal()):
        return None
    return int(major), int(minor)


@lru_cache(maxsize=64)
def release_of(version: str | None) -> Train:
    """Major and minor of what a unit runs; (0, 0) where that is not known."""
    return train_of(version or "") or (0, 0)


def _first_of(text: str) -> tuple[int, ...]:
    """`8.4`: any release of the train; `9.0(2)`: that one, or a later one of the train."""
    train, _, maintenance = text.partition("(")
    return (*_train(train), int(maintenance.removesuffix(")") or 0))


def _train(text: str) -> Train:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
