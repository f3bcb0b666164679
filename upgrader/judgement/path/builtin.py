"""The data of releases that travels with the tool, as a part of its code; read once."""

import pkgutil
import tomllib
from functools import lru_cache

from upgrader.judgement.path.reading import read_releases
from upgrader.model.releases import Releases, merged


@lru_cache(maxsize=1)
def built_in() -> Releases:
    """What is known without a user's file."""
    data = pkgutil.get_data(__package__, "releases.toml")
    assert data is not None, "the data lies beside this module"
    return read_releases(tomllib.loads(data.decode()))


@lru_cache(maxsize=4)
def known_with(more: Releases | None) -> Releases:
    """What is built in, with what a user's file adds; None: it adds nothing."""
    return merged(built_in(), more)
