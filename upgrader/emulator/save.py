"""A whole pair as bytes, and back: `save`, `load`, `run` equals `run`."""

from typing import TypeVar

from msgspec import DecodeError, msgpack

from upgrader.emulator.called import Called
from upgrader.emulator.machine.repository import Repository
from upgrader.emulator.syslog.notes import write_up
from upgrader.emulator.tables import Pair

_FORM = b"pair/1\n"


def _left_out(value: object) -> None:
    """What stands outside the pair, or is made of it, is not part of it."""
    if not isinstance(value, Repository | Called):
        raise TypeError(type(value).__name__)


_ENCODER = msgpack.Encoder(enc_hook=_left_out)

P = TypeVar("P", bound=Pair)


class NotAPair(ValueError):
    """The bytes are no saved pair of this form."""


def packed(pair: Pair) -> bytes:
    """All that the pair is. Equal pairs give equal bytes, under any hash seed."""
    for unit in pair.units:
        write_up(unit)
    return _FORM + _ENCODER.encode(pair)


def unpacked(data: bytes, kind: type[P]) -> P:
    """The pair that was packed.

    Raises:
        NotAPair: these are other bytes, or of another form.
    """
    if not data.startswith(_FORM):
        raise NotAPair("not a saved pair")
    try:
        return msgpack.decode(data[len(_FORM) :], type=kind)
    except DecodeError as cause:
        raise NotAPair(str(cause)) from cause
