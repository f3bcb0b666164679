"""Device text made safe to show: it may hold anything, and a terminal or a browser obeys it."""

from html import escape as _html

_BIDI = frozenset(
    chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
"""Marks that turn the direction of writing: what is read is then not what is there."""


def plain(text: str) -> str:
    r"""One line without control characters: a line break shows as ` / `, the rest as `\x1b`."""
    return " / ".join(_visible(line) for line in text.strip("\r\n").splitlines())


def block(text: str) -> tuple[str, ...]:
    """The lines of a text, each without control characters; tabs become blanks."""
    return tuple(_visible(line) for line in text.expandtabs(8).splitlines())


def html(text: str) -> str:
    """Plain text for an HTML element or a quoted attribute."""
    return _html(plain(text), quote=True)


def _visible(line: str) -> str:
    if line.isprintable() and _BIDI.isdisjoint(line):
        return line
    return "".join(_shown(c) for c in line)


def _shown(c: str) -> str:
    if c == "\t":
        return " "
    if (c.isprintable() and c not in _BIDI) or c == "\u00a0":
        return c
    return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}"
