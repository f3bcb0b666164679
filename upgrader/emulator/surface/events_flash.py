"""Events of a unit's flash: files that come, go, fill it or are spoilt behind the unit's back."""

from collections.abc import Mapping
from dataclasses import replace

from upgrader.emulator.config import image_version, path_of
from upgrader.emulator.machine import files
from upgrader.emulator.machine.files import free_bytes, room_for
from upgrader.emulator.state import File, Unit
from upgrader.emulator.surface.event_words import (
    UNIT,
    Argument,
    Event,
    Told,
    Value,
    WrongEvent,
    may_lack,
    text,
    unit_of,
    whole,
)
from upgrader.emulator.tables import Pair

FILLER = "disk0:/filler.bin"
"""The file that takes the room: one on each unit, as large as is needed."""

_MODEL = "our fault model: what stands on flash is changed, and no message tells of it"
_UNBOOTABLE = "unbootable"
_MOST_BYTES = 2**40
_PATH = text("path", "the file", allowed="a path on flash: `disk0:/name`")


def _fill(pair: Pair, values: Mapping[str, Value]) -> Told:
    u, wanted = unit_of(values), _number(values, "free")
    files.remove(pair.units[u], FILLER)
    room = free_bytes(pair, u) - wanted
    if room > 0:
        files.put(pair, u, FILLER, File(room, "filler", None, pair.now))
    return {"free": free_bytes(pair, u)}


def _put(pair: Pair, values: Mapping[str, Value]) -> Told:
    u, path = unit_of(values), path_of(str(values["path"]))
    size = _number(values, "bytes")
    free = room_for(pair, u, path)
    if size > free:
        raise WrongEvent(f"{size} bytes do not fit", "put-file bytes", f"at most {free} bytes")
    version = str(values["version"]) if "version" in values else image_version(path)
    boots = None if version == _UNBOOTABLE else version
    files.put(pair, u, path, File(size, str(values.get("content", path)), boots, pair.now))
    return {"path": path, "free": free_bytes(pair, u)}


def _delete(pair: Pair, values: Mapping[str, Value]) -> Told:
    unit, key = _held(pair, "delete-file", values)
    path = unit.paths[key]
    files.remove(unit, path)
    return {"path": path, "free": free_bytes(pair, unit_of(values))}


def _corrupt(pair: Pair, values: Mapping[str, Value]) -> Told:
    unit, key = _held(pair, "corrupt-file", values)
    _spoil(unit, key, unit.flash[key].bytes)
    return {"path": unit.paths[key]}


def _truncate(pair: Pair, values: Mapping[str, Value]) -> Told:
    unit, key = _held(pair, "truncate-file", values)
    size = unit.flash[key].bytes
    wanted = _number(values, "bytes")
    if wanted >= size:
        expected = f"fewer than the {size} bytes that it has"
        raise WrongEvent(f"{wanted} bytes would not cut it", "truncate-file bytes", expected)
    _spoil(unit, key, wanted)
    return {"path": unit.paths[key], "free": free_bytes(pair, unit_of(values))}


def _spoil(unit: Unit, key: str, size: int) -> None:
    """Other bytes, the same name and date: the digest differs, and an image does not boot.

    What the file says to `more`, and the digests of bytes that really arrived, go with them.
    """
    file = unit.flash[key]
    unit.writing.pop(key, None)
    content = f"{size} spoilt bytes of {file.md5 or file.content}"
    unit.flash[key] = replace(
        file, bytes=size, content=content, version=None, md5=None, sha512=None, text=None
    )


def _held(pair: Pair, event: str, values: Mapping[str, Value]) -> tuple[Unit, str]:
    """The unit, and the key of its file of that path."""
    unit = pair.units[unit_of(values)]
    path = path_of(str(values["path"]))
    if path.lower() not in unit.flash:
        held = ", ".join(sorted(unit.paths.values())) or "nothing: the flash is empty"
        raise WrongEvent(f"there is no {path}", f"{event} path", f"a file of that unit: {held}")
    return unit, path.lower()


def _number(values: Mapping[str, Value], name: str) -> int:
    value = values[name]
    assert isinstance(value, int)  # it was read as a number
    return value


def _bytes(name: str, meaning: str) -> Argument:
    return whole(name, 0, _MOST_BYTES, meaning)


FLASH = (
    Event(
        "fill-flash",
        "So many bytes of disk0 stay free; a file that takes the rest grows, shrinks or goes.",
        (UNIT, _bytes("free", "how many bytes stay free, or fewer where the flash is fuller")),
        _MODEL,
        _fill,
    ),
    Event(
        "put-file",
        "A file lies on the unit's flash, whatever lay there under that name.",
        (
            UNIT,
            _PATH,
            _bytes("bytes", "its size"),
            may_lack(text("content", "what stands for its bytes: equal content, equal digest")),
            may_lack(
                text(
                    "version",
                    "the release that boots from it; without it, as its name says",
                    allowed=f"a release, such as `9.16(4)`, or `{_UNBOOTABLE}`",
                )
            ),
        ),
        _MODEL,
        _put,
    ),
    Event("delete-file", "A file is gone from one unit's flash.", (UNIT, _PATH), _MODEL, _delete),
    Event(
        "corrupt-file",
        "Bytes of a file have changed: its digest differs, and an image does not boot any more.",
        (UNIT, _PATH),
        _MODEL,
        _corrupt,
    ),
    Event(
        "truncate-file",
        "A file is cut short: its size and digest differ, and an image does not boot any more.",
        (UNIT, _PATH, _bytes("bytes", "how many bytes are left")),
        _MODEL,
        _truncate,
    ),
)
"""In the order of the reference page."""
