"""What a site says of all its pairs, and a pair of itself: checks, tolerances, releases, approvals.

`site = "site.toml"` names a file with these tables; the pair's own tables stand over it, key by
key. A site's file is no part of a pair's digest: what a plan takes from it stands in the plan.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from upgrader.cli.pairfile.mistakes import again, refuse_unknown
from upgrader.journal.disk import read_given
from upgrader.ports import UsageFault

TABLES = ("checks", "tolerances", "releases", "approvals")


@dataclass(frozen=True, slots=True)
class Named:
    """A table as it lies in a file: not judged yet."""

    label: str
    """The file, as errors call it."""
    base: Path
    """The folder in which files that it names are looked for."""
    table: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SiteTables:
    """The tables of a site and of a pair, unjudged: the site's first, so that the pair's wins."""

    checks: tuple[Named, ...] = ()
    tolerances: tuple[Named, ...] = ()
    releases: tuple[Named, ...] = ()
    approvals: tuple[Named, ...] = ()


NO_SITE = SiteTables()
"""Nobody said anything."""


def read_site(label: str, table: Mapping[str, object], base: Path) -> SiteTables:
    """The tables of a pair file and of the site that it names.

    Raises:
        UsageFault: the site cannot be read, or what is named so is no table.
    """
    sources: list[tuple[str, Path, Mapping[str, object]]] = []
    named = table.get("site")
    if named is not None:
        path, data = _bytes_of(label, named, base)
        sources.append((str(path), path.parent, _tables_of(label, path, data)))
    sources.append((label, base, table))
    found: dict[str, list[Named]] = {name: [] for name in TABLES}
    for where, folder, tables in sources:
        for name in TABLES:
            given = tables.get(name)
            if given is None:
                continue
            if not isinstance(given, Mapping):
                raise UsageFault(
                    f"{where}: `{name}` must be a table; allowed: [{name}]. {again(label)}"
                )
            found[name].append(Named(where, folder, cast("Mapping[str, object]", given)))
    return SiteTables(**{name: tuple(given) for name, given in found.items()})


def _bytes_of(label: str, named: object, base: Path) -> tuple[Path, bytes]:
    if not isinstance(named, str) or not named:
        raise UsageFault(
            f"{label}: `site`: must be a text; allowed: the path of a TOML file. {again(label)}"
        )
    path = base / Path(named).expanduser()
    try:
        return path, read_given(path)
    except OSError as fault:
        raise UsageFault(
            f"{label}: `site = {named!r}`: {fault.strerror}. {again(label)}"
        ) from fault


def _tables_of(label: str, path: Path, data: bytes) -> Mapping[str, object]:
    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise UsageFault(f"{path}: is no TOML: {fault}. {again(label)}") from fault
    refuse_unknown(str(path), "", tables, TABLES)
    return tables
