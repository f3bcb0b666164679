"""Snapshot files: a picture of a pair, on disk."""

import json
from pathlib import Path

from upgrader.journal.codec import Undecodable, encode, from_builtins
from upgrader.journal.disk import DiskFault, read_given, write_atomically
from upgrader.model.picture import SCHEMA, Area, Picture
from upgrader.ports import UsageFault

_WRITES_ONE = "`upgrader snapshot PAIR -o FILE` writes one"


def decode_picture(path: Path) -> Picture:
    """Read a snapshot file.

    Raises:
        UsageFault: it cannot be read, is cut or no snapshot, or is of another schema.
    """
    try:
        said = json.loads(read_given(path))
    except OSError as fault:
        raise UsageFault(f"{path}: {fault.strerror}. {_WRITES_ONE}") from fault
    except (ValueError, RecursionError) as fault:
        raise UsageFault(f"{path} is no snapshot, or is cut: {fault}. {_WRITES_ONE}") from fault
    schema = said.get("schema") if isinstance(said, dict) else None
    if isinstance(schema, int) and schema != SCHEMA and "areas" in said:
        raise UsageFault(
            f"{path}: a snapshot of schema {schema}; this upgrader reads schema {SCHEMA}. "
            f"{_WRITES_ONE}"
        )
    try:
        picture = from_builtins(Picture, said)
    except Undecodable as fault:
        raise UsageFault(f"{path} is no snapshot: {fault.problems[0]}. {_WRITES_ONE}") from fault
    problem = _problem_with(picture)
    if problem is not None:
        raise UsageFault(f"{path} is no snapshot: {problem}. {_WRITES_ONE}")
    return picture


def write_picture(path: Path, picture: Picture) -> None:
    """Write a snapshot file, for its owner only: it tells addresses and names.

    Raises:
        UsageFault: it cannot be written.
    """
    if not path.absolute().parent.is_dir():
        raise UsageFault(f"the snapshot cannot be written: there is no folder {path.parent}")
    try:
        write_atomically(path, encode(picture) + b"\n")
    except DiskFault as fault:
        raise UsageFault(f"the snapshot cannot be written: {fault}") from fault


def _problem_with(picture: Picture) -> str | None:
    """What no picture of ours has; None: nothing."""
    if [seen.area for seen in picture.areas] != list(Area):
        return "it does not have each area once"
    for seen in picture.areas:
        places = {(item.key, item.whose) for item in seen.items}
        if len(places) != len(seen.items):
            return f"an item of {seen.area.value} is there twice"
    return None
