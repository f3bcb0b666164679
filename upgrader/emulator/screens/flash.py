"""Flash: `dir`, `verify`, `more`.

Layouts: real `dir` of 9.5 and 9.9, the vendor's integrity-assurance page for `verify`.
"""

from hashlib import md5

from upgrader.emulator.config import path_of
from upgrader.emulator.screens.hardware import hardware_of
from upgrader.emulator.screens.wall import release_of, wall_of
from upgrader.emulator.state import File
from upgrader.emulator.tables import Pair

_DIRECTORIES = ((11, "log"), (22, "crypto_archive"), (23, "coredumpinfo"))
_FIRST_ID = 97
_MISSING = "%Error opening {} (No such file or directory)\n"
_BYTES_A_DOT = 1_048_576


def free_bytes(pair: Pair, u: int) -> int:
    """What is left on disk0."""
    used = sum([f.bytes for p, f in pair.units[u].flash.items() if p.startswith("disk0:")])
    return max(0, total_bytes(pair) - used)


def total_bytes(pair: Pair) -> int:
    """The size of disk0."""
    return hardware_of(pair.scenario.model).flash_mb * 1_000_000


def dir_(pair: Pair, u: int, path: str = "disk0:/") -> str:
    """`dir [disk0:[/FILE]]`."""
    unit = pair.units[u]
    wanted = path_of(path)
    files = sorted(unit.flash.items(), key=lambda item: (item[1].written_ms, item[0]))
    is_device = wanted.endswith(":/")
    if is_device:
        files = [item for item in files if item[0].startswith(wanted)]
    else:
        files = [item for item in files if item[0] == wanted.lower()]
    if not files and wanted != "disk0:/":
        return _MISSING.format(wanted)
    wall = wall_of(pair, u)
    lines = ["", f"Directory of {wanted}", ""]
    numbered = [(_FIRST_ID + n, unit.paths[key], file) for n, (key, file) in enumerate(files)]
    for number, written, file in numbered:
        name = written.partition("/")[2]
        lines.append(f"{number:<7d}-rwx  {file.bytes:<13d}{wall.file(file.written_ms)}  {name}")
    if wanted == "disk0:/":
        at = wall.file(min((f.written_ms for _, f in files), default=unit.booted_ms))
        lines += [f"{number:<7d}drwx  {4096:<13d}{at}  {name}" for number, name in _DIRECTORIES]
    lines.append("")
    total, free = total_bytes(pair), free_bytes(pair, u)
    if release_of(unit.version) >= (9, 8):
        lines.append(f"{len(files)} file(s) total size: {sum(f.bytes for _, f in files)} bytes")
        percent = 100 * free // total
        lines.append(f"{total} bytes total ({free} bytes free/{percent}% free)")
    else:
        lines.append(f"{total} bytes total ({free} bytes free)")
    return "".join([f"{line}\n" for line in [*lines, ""]])


def file_at(pair: Pair, u: int, name: str) -> File | None:
    """The file of that name on the unit's flash."""
    return pair.units[u].flash.get(path_of(name).lower())


def missing(name: str) -> str:
    """What every command says of a file that is not there."""
    return _MISSING.format(path_of(name))


def md5_of(content: str) -> str:
    """32 hexadecimal digits: equal content, equal digest."""
    return md5(content.encode(), usedforsecurity=False).hexdigest()


def verify(path: str, file: File, algorithm: str, digest: str, expected: str | None) -> str:
    """`verify /sha-512 FILE [HASH]`: dots, `Done!`, and the digest or the verdict.

    `algorithm` is `SHA-512` or `MD5`, as the device spells it; a hash to compare with is
    compared without regard to case.
    """
    name = path_of(path)
    dots = ("!" if algorithm == "MD5" else ".") * max(1, file.bytes // _BYTES_A_DOT)
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


def saved_text(file: File) -> str | None:
    """A saved configuration's text; None: the file is none, and its bytes are not held."""
    return file.content if file.content.endswith("\n") else None
