"""The commonest entry, read quickly: three of four entries of a journal are `Asked`.

Whatever is not exactly such an entry in its one spelling is left to the codec, which also knows how
to say what is wrong with it.
"""

import msgspec

from upgrader.journal.entry import Asked, Entry
from upgrader.model.names import Digest, Instant, Seat


class _Body(msgspec.Struct, tag_field="kind", tag="asked", forbid_unknown_fields=True):
    seat: str
    line: str
    blob: str
    prompt: str


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    number: int
    at: int
    previous: str
    body: _Body


_DECODER = msgspec.json.Decoder(_Entry)
_ENCODER = msgspec.json.Encoder(order="sorted")
_KIND = b'"kind":"asked"'


def quickly_read(canonical: bytes) -> Entry | None:
    """The entry, if it is an `Asked` spelled as `encode` spells it; None: it is for the codec."""
    if _KIND not in canonical:
        return None
    try:
        read = _DECODER.decode(canonical)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if _ENCODER.encode(read) != canonical:
        return None
    body = read.body
    asked = Asked(Seat(body.seat), body.line, Digest(body.blob), body.prompt)
    return Entry(read.number, Instant(read.at), Digest(read.previous), asked)
