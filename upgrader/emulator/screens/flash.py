"""Flash: `dir`, `verify`, `more`.

Layouts: real `dir` of 9.5 and 9.9, `dir /recursive` of a real 5505 at 8.4(1), the vendor's
integrity-assurance page for `verify`. What is said of a file inside a directory is inferred.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from upgrader.emulator.config import path_of
from upgrader.emulator.machine import files
from upgrader.emulator.machine.releases import has, release_of
from upgrader.emulator.state import File, Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import file_stamp, wall_of

_FIRST_ID = 97
_NO_FILES = "No files in directory"
_MISSING = "%Error opening {} (No such file or directory)\n"
_NO_DEVICE = "%Error opening {} (No such device)\n"  # The wording is inferred.
_BYTES_A_DOT = 1_048_576
_DISK = "disk0:/"


def dir_(pair: Pair, u: int, path: str = _DISK, *, recursive: bool = False) -> str:
    """`dir [/recursive] [disk0:[/FOLDER][/FILE]]`; a file's name may hold `*` and `?`."""
    unit = pair.units[u]
    wanted = path_of(path)
    if not wanted.startswith(_DISK) and wanted.rstrip("/") != "disk0:":
        return (_NO_DEVICE if ":" in wanted else _MISSING).format(wanted)
    folder = files.folder_at(unit, wanted)
    if folder is not None and recursive:
        below = _folders_below(unit, folder)
        listing = [_listed_with_others(pair, u, one, is_top=one is folder) for one in below]
        text = "".join(f"{line}\n" for lines in listing for line in lines)
        return text + _total(pair, u, [file for one in below for _, file in one.files])
    if folder is not None:
        listed = "".join(f"{line}\n" for line in _listed(pair, u, folder))
        return listed + _total(pair, u, [file for _, file in folder.files])
    head, _, pattern = wanted.rpartition("/")
    above = files.folder_at(unit, f"{head}/")
    found = [] if above is None else [i for i in above.files if _fits(i[0], pattern)]
    if not found:
        return _MISSING.format(wanted)
    lines = [*_head(wanted), *_rows(pair, u, found)]
    return "".join(f"{line}\n" for line in lines) + _total(pair, u, [file for _, file in found])


def _fits(name: str, pattern: str) -> bool:
    literal = pattern.replace("[", "[[]")
    return fnmatchcase(name.lower(), literal.lower())


def _folders_below(unit: Unit, folder: files.Folder) -> list[files.Folder]:
    below = [folder]
    built_in = [name for _, name in files.BUILT_IN] if folder.path == _DISK else []
    for name in sorted({*built_in, *folder.folders}):
        inner = files.folder_at(unit, f"{folder.path}{name}")
        if inner is not None:
            below += _folders_below(unit, inner)
    return below


def _listed(pair: Pair, u: int, folder: files.Folder) -> list[str]:
    unit, wall = pair.units[u], wall_of(pair, u)
    lines = [*_head(folder.path), *_rows(pair, u, folder.files)]
    at = wall.file(min([f.written_ms for _, f in folder.files], default=unit.booted_ms))
    built_in = dict(files.BUILT_IN) if folder.path == _DISK else {}
    last = _FIRST_ID + len(unit.flash)
    others = [name for name in folder.folders if name not in built_in.values()]
    numbered = (*built_in.items(), *enumerate(others, start=last))
    lines += [_row(number, "drwx", files.FOLDER_BYTES, at, name) for number, name in numbered]
    return lines if len(lines) > len(_head(folder.path)) else [*lines, _NO_FILES]


def _listed_with_others(pair: Pair, u: int, folder: files.Folder, *, is_top: bool) -> list[str]:
    """A directory in `dir /recursive`: its own directories stand below, not in it (real 5505)."""
    path = f"{folder.path}*" if is_top else folder.path.rstrip("/")
    return [*_head(path), *(_rows(pair, u, folder.files) or (_NO_FILES,))]


def _head(path: str) -> list[str]:
    return ["", f"Directory of {path}", ""]


def _rows(pair: Pair, u: int, found: Sequence[tuple[str, File]]) -> tuple[str, ...]:
    return _rows_of(tuple(found), wall_of(pair, u).offset_ms)


@lru_cache(maxsize=16)  # Files come and go seldom, and are listed at every full look.
def _rows_of(found: tuple[tuple[str, File], ...], offset_ms: int) -> tuple[str, ...]:
    ordered = sorted(found, key=lambda item: (item[1].written_ms, item[0].lower()))
    return tuple(
        _row(_FIRST_ID + n, "-rwx", file.bytes, file_stamp(offset_ms + file.written_ms), name)
        for n, (name, file) in enumerate(ordered)
    )


def _row(number: int, mode: str, size: int, at: str, name: str) -> str:
    return f"{number:<7d}{mode}  {size:<13d}{at}  {name}"


def _total(pair: Pair, u: int, shown: list[File]) -> str:
    """The lines below a listing; since 9.8 with the number of files and a percentage."""
    total, free = files.total_bytes(pair, u), files.free_bytes(pair, u)
    if has(release_of(pair.units[u].version), "free-percent"):
        percent = 100 * free // total
        return (
            f"\n{len(shown)} file(s) total size: {sum(f.bytes for f in shown)} bytes\n"
            f"{total} bytes total ({free} bytes free/{percent}% free)\n\n"
        )
    return f"\n{total} bytes total ({free} bytes free)\n\n"


def file_at(pair: Pair, u: int, name: str) -> File | None:
    """The file of that name on the unit's flash."""
    return files.file_at(pair.units[u], name)


def missing(name: str) -> str:
    """What every command says of a file that is not there."""
    return _MISSING.format(path_of(name))


def verify(path: str, file: File, algorithm: str, expected: str | None) -> str:
    """`verify /sha-512 FILE [HASH]`: dots, `Done!`, and the digest or the verdict.

    `algorithm` is `SHA-512` or `MD5`, as the device spells it; a hash to compare with is
    compared without regard to case.
    """
    name = path_of(path)
    is_md5 = algorithm == "MD5"
    digest = files.md5_of(file) if is_md5 else files.sha512_of(file)
    dots = ("!" if is_md5 else ".") * max(1, file.bytes // _BYTES_A_DOT)
    head = f"{dots}Done!\n"
    if expected is None:
        return f"{head}verify /{algorithm} ({name}) = {digest}\n"
    if expected.lower() == digest:
        return f"{head}Verified ({name}) = {digest}\n"
    return (
        f"{head}%Error verifying {name}\n\n"
        f"Computed signature  = {digest}\n\n"
        f"Submitted signature = {expected}\n"
    )


def verify_image(path: str, file: File) -> str:
    """`verify FILE`: the image against the digest that it carries (ASA command reference).

    A file that boots nothing carries none; the wording of that is inferred.
    """
    name = path_of(path)
    dots = "!" * max(1, file.bytes // _BYTES_A_DOT)
    head = f"Verifying file integrity of {name}\n{dots}Done!\n"
    if file.version is None:
        return f"{head}%Error verifying {name} (Embedded hash not found)\n"
    digest = files.md5_of(file)
    return (
        f"{head}"
        f"Embedded Hash   MD5: {digest}\n"
        f"Computed Hash   MD5: {digest}\n"
        f"CCO Hash        MD5: 00000000000000000000000000000000\n"
        f"Signature Verified\n"
    )
