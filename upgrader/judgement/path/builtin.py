"""The data of releases that travels with the tool, read once."""

import tomllib
from functools import lru_cache
from pathlib import Path

from upgrader.judgement.path.reading import read_releases
from upgrader.model.releases import Releases, merged

_DATA = Path(__file__).with_name("releases.toml")


@lru_cache(maxsize=1)
def built_in() -> Releases:
    """What is known without a user's file."""
    return read_releases(tomllib.loads(_DATA.read_text(encoding="utf-8")))


@lru_cache(maxsize=4)
def known_with(more: Releases | None) -> Releases:
    """What is built in, with what a user's file adds; None: it adds nothing."""
    return merged(built_in(), more)
