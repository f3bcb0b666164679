"""The commonest entries, read quickly: of twenty entries of a journal these are nineteen.

Whatever is not exactly such an entry in its one spelling is left to the codec, which also knows how
to say what is wrong with it.
"""

from typing import TypeAlias

import msgspec

from upgrader.journal.entry import (
    Asked,
    Body,
    Entry,
    LineTrouble,
    Looked,
    Moved,
    NotAnswered,
    Opened,
    Slept,
    UnitSeen,
)
from upgrader.model.failover import Role
from upgrader.model.names import Digest, Instant, Seat, Serial
from upgrader.model.unit import Depth


class _Asked(msgspec.Struct, tag_field="kind", tag="asked", forbid_unknown_fields=True):
    seat: str
    line: str
    blob: str
    prompt: str


class _Opened(msgspec.Struct, tag_field="kind", tag="opened", forbid_unknown_fields=True):
    seat: str
    prompt: str


class _NotAnswered(
    msgspec.Struct, tag_field="kind", tag="not-answered", forbid_unknown_fields=True
):
    seat: str
    line: str | None
    fault: str
    why: str


class _Slept(msgspec.Struct, tag_field="kind", tag="slept", forbid_unknown_fields=True):
    ms: int


class _Moved(msgspec.Struct, tag_field="kind", tag="moved", forbid_unknown_fields=True):
    move_kind: str
    why: str


class _UnitSeen(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    serial: str | None
    state: str
    version: str | None
    uptime_seconds: int | None
    sessions: int | None
    inactive: int | None
    dark: bool
    peer: str | None


class _Looked(msgspec.Struct, tag_field="kind", tag="looked", forbid_unknown_fields=True):
    depth: str
    active: str | None
    units: list[_UnitSeen]
    snapshot: str | None
    began: int | None


_Body: TypeAlias = _Asked | _Opened | _NotAnswered | _Slept | _Moved | _Looked


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    number: int
    at: int
    previous: str
    body: _Body


_DECODER = msgspec.json.Decoder(_Entry)
_ENCODER = msgspec.json.Encoder(order="sorted")


def quickly_read(canonical: bytes) -> Entry | None:
    """The entry, if it is a common one spelled as `encode` spells it; None: it is for the codec."""
    try:
        read = _DECODER.decode(canonical)
        if _ENCODER.encode(read) != canonical:
            return None
        body = _body(read.body)
    except (msgspec.DecodeError, ValueError):  # Not such an entry, or a word that we do not know.
        return None
    return Entry(read.number, Instant(read.at), Digest(read.previous), body)


def _body(read: _Body) -> Body:
    match read:
        case _Asked():
            return Asked(Seat(read.seat), read.line, Digest(read.blob), read.prompt)
        case _Opened():
            return Opened(Seat(read.seat), read.prompt)
        case _NotAnswered():
            return NotAnswered(Seat(read.seat), read.line, LineTrouble(read.fault), read.why)
        case _Slept():
            return Slept(read.ms)
        case _Moved():
            return Moved(read.move_kind, read.why)
        case _Looked():
            return Looked(
                Depth(read.depth),
                _serial(read.active),
                tuple([_unit(unit) for unit in read.units]),
                None if read.snapshot is None else Digest(read.snapshot),
                None if read.began is None else Instant(read.began),
            )


def _unit(read: _UnitSeen) -> UnitSeen:
    return UnitSeen(
        Role(read.role),
        _serial(read.serial),
        read.state,
        read.version,
        read.uptime_seconds,
        read.sessions,
        read.inactive,
        read.dark,
        read.peer,
    )


def _serial(read: str | None) -> Serial | None:
    return None if read is None else Serial(read)
