"""`[releases]` of a pair's or a site's file: what users know of releases beside what we do."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from upgrader.cli.pairfile.mistakes import again, refuse_unknown, shown
from upgrader.cli.pairfile.site import Named
from upgrader.journal.disk import read_given
from upgrader.judgement.path.reading import ReleasesFault, read_releases, release_rows
from upgrader.model.releases import Releases, merged
from upgrader.ports import UsageFault

_KEYS = {
    "file": (
        "a TOML file that adds to what is known of releases, or says otherwise",
        "the path of a TOML file",
    ),
}


def read_own_releases(label: str, tables: Sequence[Named]) -> Releases | None:
    """What the files of a site and of a pair say, the pair's over the site's; None: none is named.

    `label` is the pair file, as errors call it.

    Raises:
        UsageFault: a key is wrong; a file cannot be read, or an entry in it is wrong.
    """
    known: Releases | None = None
    for named in tables:
        refuse_unknown(named.label, "releases.", named.table, _KEYS)
        if "file" in named.table:
            read = _read(label, named, named.table["file"])
            known = read if known is None else merged(known, read)
    return known


def releases_rows() -> tuple[str, ...]:
    """The part of the reference page, as Markdown."""
    return (
        "## `[releases]`",
        "",
        "What you know of releases beside what is built in; a site's file may name one, too.",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *(f"| `{key}` | {allowed} | {meaning} |" for key, (meaning, allowed) in _KEYS.items()),
        "",
        "The file has these tables, as `upgrader/judgement/path/releases.toml` has them. An entry",
        "adds to ours; a train, an outage, stones and a caution stand over ours of the same",
        "`train`, `release`, `since` or `name`.",
        "",
        "| Table | Key | Value |",
        "|---|---|---|",
        *release_rows(),
        "",
    )


def _read(label: str, named: Named, given: object) -> Releases:
    where = f"{named.label}: {shown('releases.file', given)}"
    if not isinstance(given, str) or not given.strip():
        raise UsageFault(f"{where}: must be a text; allowed: {_KEYS['file'][1]}. {again(label)}")
    path = named.base / Path(given).expanduser()
    try:
        tables = tomllib.loads(read_given(path).decode("utf-8-sig"))
    except OSError as fault:
        raise UsageFault(f"{where}: {fault.strerror}. {again(label)}") from fault
    except (ValueError, RecursionError) as fault:
        raise UsageFault(f"{path}: is no TOML: {fault}. {again(label)}") from fault
    try:
        return read_releases(tables, source=str(path))
    except ReleasesFault as fault:
        raise UsageFault(f"{path}: {fault}. {again(label)}") from fault
