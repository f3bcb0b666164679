"""Bytes of a terminal and characters of a text."""


def plain_run(data: bytearray, *, literal: bool) -> int:
    """How many bytes at the front are text; `?` is text only where it asks for no help."""
    if data[0] < 0x20:
        return 0
    ends = [at for mark in (b"\n", b"\r") if (at := data.find(mark, 0, 4096)) >= 0]
    run = min(ends, default=min(len(data), 4096))
    if not literal:
        help_at = data.find(b"?", 0, run)
        run = run if help_at < 0 else help_at
    piece = data[:run]
    if piece.isascii() and piece.decode().isprintable():
        return run
    for at, byte in enumerate(piece):
        if byte < 0x20 or byte == 0x7F:
            return at
    return run


def typed_text(typed: bytes | bytearray) -> str:
    """What was typed; bytes that are no text become the sign for such."""
    return typed.decode(errors="replace")


def on_screen(text: str) -> bytes:
    """A text as the screen gets it: its lines end in CR LF."""
    return text.replace("\n", "\r\n").encode(errors="replace")
