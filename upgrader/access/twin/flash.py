"""A unit's flash, and what it has loaded of AnyConnect, as tables of a pair file.

What can be seen of a load is its build time, never its digest. Which bytes were loaded is
therefore inferred, as the prediction infers it: a load is taken for the file of its name, as long
as nothing speaks against it. Where the two units' files and loads contradict each other, one file
was overwritten after it had been loaded, and nothing tells which: then the twin is made such that
sessions lean on the unit that goes, for that is the worse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from upgrader.dialect.toml import Table
from upgrader.dialect.versions import version_in_file_name
from upgrader.emulator.config import image_version, package_platform
from upgrader.model.portrait import NoteKind, TwinNote
from upgrader.model.unit import FullLook, Unit, path_key
from upgrader.model.vpn import LoadedPackage
from upgrader.model.words import many

_SHA512 = "sha512:"
_PLATFORMS = (("win", "win"), ("darwin", "macos"), ("mac", "macos"), ("linux", "linux64"))


@dataclass(frozen=True, slots=True)
class Load:
    """A package that a unit has loaded, and the content that is taken for what it loaded."""

    package: LoadedPackage
    content: str

    @property
    def platform(self) -> str | None:
        """`win`, `macos`, `linux64`; None: the unit does not say so."""
        words = self.package.platform.lower().removeprefix("cisco stc ")
        return next((p for start, p in _PLATFORMS if words.startswith(start)), None)


def file_tables(unit: Unit) -> list[Table]:
    """The unit's files, with their digests where they are known.

    An image that the unit runs and that is not listed is put there: a twin has to boot.
    """
    full = _looked(unit)
    assert full.flash is not None, "there is no twin without a listing"
    image = unit.version.image
    tables: list[Table] = []
    boots = False
    for file in full.flash.files:
        boots_from = version_in_file_name(file.path)
        if image is not None and path_key(file.path) == path_key(image):
            boots_from = unit.running
        # The emulator's own witness reads fewer names: where it would not, it is told.
        says = boots_from is None or image_version(file.path) == str(boots_from)
        boots = boots or boots_from is not None
        tables.append(
            {
                "path": file.path,
                "bytes": file.bytes,
                **_named(content_of(full, file.path) or ""),
                "version": None if says else str(boots_from),
            }
        )
    if not boots:
        content = {"content": f"the image of {unit.running}", "version": str(unit.running)}
        tables.append({"path": image or f"disk0:/running-{unit.running}", "bytes": 0, **content})
    return tables


def content_of(full: FullLook, path: str) -> str | None:
    """What stands for the bytes of a file: its digest, or its name and size; None: no such file."""
    file = None if full.flash is None else full.flash.find(path)
    asked = full.digest_of(path)
    if asked is not None and asked.digest is not None:
        return asked.digest
    if file is None:
        return None
    return f"{path_key(file.path)} of {file.bytes} bytes"


def flash_notes(unit: Unit) -> Iterator[TwinNote]:
    """What was taken over of the flash and what not."""
    full = _looked(unit)
    assert full.flash is not None, "there is no twin without a listing"
    paths = [file.path for file in full.flash.files]
    known = [p for p in paths if (d := full.digest_of(p)) is not None and d.digest is not None]
    what = f"flash of {unit.name}"
    told = f"{many(len(paths), 'file')} with name and size, {len(known)} of them with SHA-512"
    yield TwinNote(NoteKind.TAKEN, what, told)
    wanted = {p.path for p in full.running.packages} if full.running is not None else set()
    for path in sorted(p for p in wanted if full.flash.find(p) is not None and p not in known):
        told = (
            f"the digest of {path} is not known: it is taken for the same bytes as a file of that "
            "name and size on the other unit, and a mismatch of the two is not seen"
        )
        yield TwinNote(NoteKind.ASSUMED, what, told, f"verify /sha-512 {path}")
    if all(version_in_file_name(path) is None for path in paths):
        told = f"no listed file is named like an image; one that boots {unit.running} was added"
        yield TwinNote(NoteKind.ASSUMED, what, told)


def loads_of(
    active: Unit, standby: Unit
) -> tuple[dict[str, tuple[Load, ...] | None], list[TwinNote]]:
    """What each unit has loaded, by serial, and where that had to be guessed.

    None: the unit did not say what it has loaded.
    """
    notes: list[TwinNote] = []
    found: dict[str, tuple[Load, ...] | None] = {}
    for unit, mate in ((active, standby), (standby, active)):
        full = _looked(unit)
        if full.loaded is None:
            found[unit.serial] = None
            told = "what it has loaded is not known: taken for what its flash holds"
            line = "show webvpn anyconnect"
            what = f"AnyConnect of {unit.name}"
            notes.append(TwinNote(NoteKind.ASSUMED, what, told, line))
            continue
        loads = []
        for package in full.loaded:
            content, why = _loaded_content(unit, package, mate, is_active=unit is active)
            loads.append(Load(package, content))
            if why:
                notes.append(TwinNote(NoteKind.ASSUMED, f"AnyConnect of {unit.name}", why))
            if loads[-1].platform is None:
                told = f"{package.path} is for {package.platform!r}, which nobody on the twin runs"
                notes.append(TwinNote(NoteKind.LEFT, f"AnyConnect of {unit.name}", told))
            elif package_platform(package.path) != loads[-1].platform:
                told = f"the name of {package.path} does not say whom it is for: it serves nobody"
                notes.append(TwinNote(NoteKind.LEFT, f"AnyConnect of {unit.name}", told))
        found[unit.serial] = tuple(loads)
        told = f"{many(len(loads), 'package')} as loaded, with build time"
        notes.append(TwinNote(NoteKind.TAKEN, f"AnyConnect of {unit.name}", told))
    return found, notes


def loaded_tables(unit: Unit, loads: tuple[Load, ...]) -> list[Table]:
    """The tables of what a unit has loaded."""
    running = _looked(unit).running
    lines = () if running is None else running.packages
    regexes: Mapping[tuple[str, int], str | None] = {
        (path_key(line.path), line.order): line.regex for line in lines
    }
    return [
        {
            "path": load.package.path,
            "order": load.package.order,
            **_named(load.content),
            # As its line has it; what is printed names the platform's own where that has none.
            "regex": regexes.get(
                (path_key(load.package.path), load.package.order), load.package.regex
            ),
            "built": load.package.built,
        }
        for load in loads
    ]


def _loaded_content(
    unit: Unit, package: LoadedPackage, mate: Unit, *, is_active: bool
) -> tuple[str, str]:
    """What stands for the bytes that were loaded, and why that is a guess (empty: it is none)."""
    ours, theirs = _looked(unit), _looked(mate)
    own = content_of(ours, package.path)
    other = content_of(theirs, package.path)
    its_load = next(
        (p for p in theirs.loaded or () if path_key(p.path) == path_key(package.path)), None
    )
    alike = its_load is not None and its_load.stamp == package.stamp
    gone = f"{package.path} built {package.built}"
    if own is None:
        if alike and other is not None:
            return other, f"{package.path} is gone; loaded was what the other unit has of it"
        return gone, ""
    if its_load is None or other is None or alike is (own == other):
        return own, ""
    why = (
        f"{package.path} was overwritten on one unit after it had been loaded, and nothing tells "
        "on which: the twin is made for the worse, so that sessions lean on the unit that goes"
    )
    if is_active:
        return (own, why) if alike else (gone, why)
    return (other, why) if alike else (own, why)


def _named(content: str) -> dict[str, str]:
    if content.startswith(_SHA512):
        return {"sha512": content.removeprefix(_SHA512)}
    return {"content": content}


def _looked(unit: Unit) -> FullLook:
    assert unit.full is not None, "a portrait is a full look"
    return unit.full
