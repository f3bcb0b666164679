"""Files on flash: what comes, goes, and is renamed. On one unit, but for `delete`."""

from dataclasses import dataclass, replace
from hashlib import md5

from upgrader.emulator.config import image_version, path_of
from upgrader.emulator.machine.chassis import digest_of, replicates
from upgrader.emulator.machine.releases import has
from upgrader.emulator.machine.repository import Supplied
from upgrader.emulator.pairing.link import carry
from upgrader.emulator.population import boots_there
from upgrader.emulator.screens.wall import release_of
from upgrader.emulator.state import File, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair

BUILT_IN = ((11, "log"), (22, "crypto_archive"), (23, "coredumpinfo"))
"""Directories that every unit has, and their numbers in `dir`."""


def key_of(path: str) -> str:
    """Under which a file is kept: names do not tell upper from lower case."""
    return path_of(path).lower()


def file_at(unit: Unit, path: str) -> File | None:
    """The file of that name."""
    return unit.flash.get(key_of(path))


def put(pair: Pair, u: int, path: str, file: File) -> None:
    """Let a file stand there, whatever stood there before."""
    unit = pair.units[u]
    unit.flash[key_of(path)] = file
    unit.paths[key_of(path)] = path_of(path)


def arrived(pair: Pair, path: str, supplied: Supplied, written_ms: int) -> File:
    """A file from outside as flash holds it; the release is read from its name."""
    version = supplied.version or image_version(path)
    boots = boots_there(version, pair.scenario.model, path if supplied.version is None else None)
    return File(
        supplied.bytes,
        supplied.content,
        version if boots else None,
        written_ms,
        supplied.md5,
        supplied.sha512,
        supplied.text,
    )


def supplied_of(file: File) -> Supplied:
    """A file of flash as it goes outside."""
    version = file.version or "unbootable"
    return Supplied(file.bytes, file.content, version, file.md5, file.sha512, text_of(file))


def text_of(file: File) -> str | None:
    """What `more` prints of it; None: its bytes are not held, or are no text."""
    if file.text is not None:
        return file.text
    return file.content if file.content.endswith("\n") and file.md5 is None else None


def md5_of(file: File) -> str:
    """32 hexadecimal digits: of its bytes where they arrived, else of what stands for them."""
    if file.md5 is not None:
        return file.md5
    return md5(file.content.encode(), usedforsecurity=False).hexdigest()


def sha512_of(file: File) -> str:
    """128 hexadecimal digits, as `md5_of`."""
    return file.sha512 if file.sha512 is not None else digest_of(file.content)


def save_text(pair: Pair, u: int, path: str, text: str) -> None:
    """Write a text."""
    put(pair, u, path, File(len(text.encode()), text, None, pair.now))


def copy(pair: Pair, u: int, source: str, target: str) -> int:
    """`copy disk0:/a disk0:/b`. When it is done, in ms.

    Raises:
        KeyError: there is no such file.
    """
    file = pair.units[u].flash[key_of(source)]
    put(pair, u, target, replace(file, written_ms=pair.now))
    return pair.now + file.bytes * 1_000 // pair.scenario.timings.local_copy_bytes_per_s


def delete(pair: Pair, u: int, path: str) -> bool:
    """`delete`: here, and on the mate when typed on the active unit. False: no such file here.

    That plain `delete` replicates is documented (ASA command reference).
    """
    found = _remove(pair.units[u], path)
    log.operator(pair, u, f"delete /noconfirm {path}")
    known = has(release_of(pair.units[u].version), "delete-replicates")
    if known and replicates(pair, u) and carry(pair, u, f"delete {path}".encode()) is not None:
        _remove(pair.units[1 - u], path)
    return found


def rename(pair: Pair, u: int, source: str, target: str) -> None:
    """`rename`.

    Raises:
        KeyError: there is no such file.
    """
    unit = pair.units[u]
    put(pair, u, target, unit.flash[key_of(source)])
    if key_of(source) != key_of(target):
        _remove(unit, source)
    log.operator(pair, u, f"rename /noconfirm {source} {target}")


def _remove(unit: Unit, path: str) -> bool:
    unit.paths.pop(key_of(path), None)
    return unit.flash.pop(key_of(path), None) is not None


# ── directories ──────────


@dataclass(frozen=True, slots=True)
class Folder:
    """What a directory holds, in no order."""

    path: str
    """`disk0:/`, `disk0:/old/`: with a slash at its end."""
    files: tuple[tuple[str, File], ...]
    """(name as written, file)."""
    folders: tuple[str, ...]
    """Names, those of `BUILT_IN` left out."""


def folder_at(unit: Unit, path: str) -> Folder | None:
    """The directory of that name; None: there is none."""
    head = path_of(path).rstrip("/") + "/"
    if not is_folder(unit, head):
        return None
    start = len(head)
    files, folders = [], set()
    for key, file in unit.flash.items():
        if key.startswith(head.lower()):
            name, below, _ = unit.paths[key][start:].partition("/")
            if below:
                folders.add(name)
            else:
                files.append((name, file))
    for made in unit.folders:
        if made.lower().startswith(head.lower()):
            folders.add(made[start:].partition("/")[0])
    return Folder(head, tuple(files), tuple(sorted(folders)))


def is_folder(unit: Unit, path: str) -> bool:
    """Whether a directory of that name is there."""
    head = path_of(path).rstrip("/").lower() + "/"
    device, _, name = head.partition(":/")
    if device != "disk0":
        return False
    if not name or name.rstrip("/") in (built for _, built in BUILT_IN):
        return True
    return any(key.startswith(head) for key in unit.flash) or any(
        f"{made.lower()}/".startswith(head) for made in unit.folders
    )


def make_folder(pair: Pair, u: int, path: str) -> None:
    """`mkdir`."""
    unit = pair.units[u]
    unit.folders = (*unit.folders, path_of(path).rstrip("/"))
    log.operator(pair, u, f"mkdir /noconfirm {path}")


def remove_folder(pair: Pair, u: int, path: str) -> None:
    """`rmdir` of an empty directory."""
    unit = pair.units[u]
    gone = path_of(path).rstrip("/").lower()
    unit.folders = tuple(made for made in unit.folders if made.lower() != gone)
    log.operator(pair, u, f"rmdir /noconfirm {path}")
