"""Tolerances that were learnt, as the TOML of a site's or a pair's file."""

from collections.abc import Sequence

from upgrader.model.difference import Learned
from upgrader.model.picture import Tolerance
from upgrader.views.escape import plain


def as_toml(learned: Sequence[Learned], verdict: str) -> str:
    """A `[tolerances]` table; what each line was learnt from stands above it."""
    says = "each says that this is no trouble" if learned else "all of them would have passed"
    lines = [f"# {plain(verdict)}: {says}.", "[tolerances]"]
    for found in learned:
        lines.append(f"# {plain(found.why)}")
        lines.append(f"{_quoted(found.tolerance.pattern)} = {value_of(found.tolerance)}")
    return "\n".join(lines) + "\n"


def value_of(tolerance: Tolerance) -> str:
    """What stands behind the pattern: `"ignore"`, `{ absolute = 5 }`."""
    parts = [
        *([f"absolute = {tolerance.absolute}"] if tolerance.absolute is not None else []),
        *([f"percent = {tolerance.percent}"] if tolerance.percent is not None else []),
        *(["ignore = true"] if tolerance.ignore else []),
        *(["must_exist = true"] if tolerance.must_exist else []),
    ]
    if tolerance.ignore and len(parts) == 1:
        return '"ignore"'
    return f"{{ {', '.join(parts)} }}" if parts else '"equal"'


def _quoted(pattern: str) -> str:
    """A TOML key, in ASCII only: whatever a device printed cannot steer a terminal."""
    return f'"{"".join(map(_spelled, pattern))}"'


def _spelled(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isascii() and letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
