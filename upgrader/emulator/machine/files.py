"""Files on flash: what comes, goes, and is renamed. On one unit, but for `delete`."""

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import md5, sha512

from upgrader.emulator.config import image_version, path_of
from upgrader.emulator.machine.hardware import boots_there, hardware_of
from upgrader.emulator.machine.releases import has, release_of
from upgrader.emulator.machine.repository import Supplied
from upgrader.emulator.pairing.link import carry, replicates
from upgrader.emulator.scenario.standing import BY_DIGEST
from upgrader.emulator.state import File, Unit, Writing
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

BUILT_IN = ((11, "log"), (22, "crypto_archive"), (23, "coredumpinfo"))
"""Directories that every unit has, and their numbers in `dir`."""
FOLDER_BYTES = 4_096
"""What `dir` and `show flash:` give as the size of a directory."""


REAL = BY_DIGEST
"""How the content of bytes begins that really arrived; their SHA-512 follows."""


def key_of(path: str) -> str:
    """Under which a file is kept: names do not tell upper from lower case."""
    return path_of(path).lower()


def file_at(unit: Unit, path: str) -> File | None:
    """The file of that name."""
    return unit.flash.get(key_of(path))


def free_bytes(pair: Pair, u: int) -> int:
    """What is left on disk0."""
    used = sum([f.bytes for p, f in pair.units[u].flash.items() if p.startswith("disk0:")])
    return max(0, total_bytes(pair, u) - used - pair.units[u].flash_other)


def total_bytes(pair: Pair, u: int) -> int:
    """The size of disk0."""
    told = pair.scenario.units[u].flash_bytes
    return hardware_of(pair.scenario.model).flash_mb * 1_000_000 if told is None else told


def room_for(pair: Pair, u: int, path: str) -> int:
    """How many bytes a file of that name may have.

    What it replaces goes first; what is being written beside it has its room already.
    """
    unit = pair.units[u]
    old = file_at(unit, path)
    beside = [(key, w) for key, w in unit.writing.items() if key != key_of(path)]
    promised = sum(w.file.bytes - unit.flash[key].bytes for key, w in beside)
    return max(0, free_bytes(pair, u) - promised + (0 if old is None else old.bytes))


def put(pair: Pair, u: int, path: str, file: File) -> None:
    """Let a file stand there, whatever stood there before."""
    unit = pair.units[u]
    unit.writing.pop(key_of(path), None)
    unit.flash[key_of(path)] = file
    unit.paths[key_of(path)] = path_of(path)


def write(pair: Pair, u: int, path: str, file: File, due: int) -> None:
    """Begin to write a file, which is whole at `due`.

    Until then a part of it stands there, in place of what stood there before, and that is what
    a unit keeps which loses power. That the part grows evenly is inferred.
    """
    if due <= pair.now:
        put(pair, u, path, file)
        return
    writing = Writing(file, pair.now, due)
    put(pair, u, path, _part(pair, writing))
    pair.units[u].writing[key_of(path)] = writing
    schedule(pair, due, "written", u)


def grow(pair: Pair, u: int) -> None:
    """Let flash hold as much of the files that are being written as has come by now."""
    unit = pair.units[u]
    for key, writing in list(unit.writing.items()):
        if writing.due <= pair.now:
            unit.flash[key] = writing.file
            del unit.writing[key]
        else:
            unit.flash[key] = _part(pair, writing)


def _part(pair: Pair, writing: Writing) -> File:
    """What stands on flash of a file that is being written: no image, and with other digests."""
    file = writing.file
    size = file.bytes * (pair.now - writing.began) // (writing.due - writing.began)
    return File(size, f"the first {size} bytes of {file.content}", None, writing.began)


def arrived(pair: Pair, path: str, supplied: Supplied, written_ms: int) -> File:
    """A file from outside as flash holds it; the release is read from its name."""
    version = supplied.version or image_version(path)
    boots = boots_there(version, pair.scenario.model, path if supplied.version is None else None)
    return File(
        supplied.bytes,
        _as_known(pair, supplied.content),
        version if boots else None,
        written_ms,
        supplied.md5,
        supplied.sha512,
        supplied.text,
    )


def _as_known(pair: Pair, content: str) -> str:
    """What stands for bytes that arrived: the word that stands for equal ones here already.

    A scenario names contents by words; the same bytes that really come are the same content.
    """
    if content.startswith(REAL):
        digest = digest_of(content)
        for unit in pair.units:
            for file in unit.flash.values():
                if not file.content.startswith(REAL) and sha512_of(file) == digest:
                    return file.content
            for package in unit.loaded:
                if digest_of(package.content) == digest:
                    return package.content
    return content


def supplied_of(file: File) -> Supplied:
    """A file of flash as it goes outside."""
    version = file.version or "unbootable"
    return Supplied(file.bytes, file.content, version, file.md5, file.sha512, text_of(file))


def text_of(file: File) -> str | None:
    """What `more` prints of it; None: its bytes are not held, or are no text."""
    if file.text is not None:
        return file.text
    return file.content if file.content.endswith("\n") and file.md5 is None else None


@lru_cache(maxsize=256)
def digest_of(content: str) -> str:
    """SHA-512 of a file, 128 hexadecimal digits. Equal content, equal digest.

    Content that is called `sha512:…` stands for real bytes, and that is their digest.
    """
    if content.startswith(REAL):
        return content.removeprefix(REAL)
    return sha512(content.encode()).hexdigest()


def md5_of(file: File) -> str:
    """32 hexadecimal digits: of its bytes where they arrived, else of what stands for them."""
    if file.md5 is not None:
        return file.md5
    return md5(file.content.encode(), usedforsecurity=False).hexdigest()


def sha512_of(file: File) -> str:
    """128 hexadecimal digits, as `md5_of`."""
    return file.sha512 if file.sha512 is not None else digest_of(file.content)


def save_text(pair: Pair, u: int, path: str, text: str, due: int) -> None:
    """Write a text, which is whole at `due`."""
    write(pair, u, path, File(len(text.encode()), text, None, pair.now), due)


def copy(pair: Pair, u: int, source: str, target: str) -> int:
    """`copy disk0:/a disk0:/b`. When it is done, in ms.

    Raises:
        KeyError: there is no such file.
    """
    file = pair.units[u].flash[key_of(source)]
    due = pair.now + file.bytes * 1_000 // pair.scenario.timings.local_copy_bytes_per_s
    write(pair, u, target, replace(file, written_ms=pair.now), due)
    return due


def delete(pair: Pair, u: int, path: str) -> bool:
    """`delete`: here, and on the mate when typed on the active unit. False: no such file here.

    That plain `delete` replicates is documented (ASA command reference).
    """
    found = remove(pair.units[u], path)
    log.operator(pair, u, f"delete /noconfirm {path}")
    known = has(release_of(pair.units[u].version), "delete-replicates")
    if known and replicates(pair, u) and carry(pair, u, f"delete {path}".encode()) is not None:
        remove(pair.units[1 - u], path)
    return found


def rename(pair: Pair, u: int, source: str, target: str) -> None:
    """`rename`.

    Raises:
        KeyError: there is no such file.
    """
    unit = pair.units[u]
    put(pair, u, target, unit.flash[key_of(source)])
    if key_of(source) != key_of(target):
        remove(unit, source)
    log.operator(pair, u, f"rename /noconfirm {source} {target}")


def remove(unit: Unit, path: str) -> bool:
    """Take the file of that name away, here only; False: there is none."""
    unit.paths.pop(key_of(path), None)
    unit.writing.pop(key_of(path), None)
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
    """Names; one of `BUILT_IN` only where something stands in it."""


def folder_at(unit: Unit, path: str) -> Folder | None:
    """The directory of that name; None: there is none."""
    head = path_of(path).rstrip("/") + "/"
    if not is_folder(unit, head):
        return None
    start = len(head)
    lower = head.lower()
    files, folders = [], set()
    for key, file in unit.flash.items():
        if key.startswith(lower):
            name, below, _ = unit.paths[key][start:].partition("/")
            if below:
                folders.add(name)
            else:
                files.append((name, file))
    for made in unit.folders:
        if made.lower().startswith(lower):
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
