"""The modes of configuration, from `data/commands.txt`: what opens each, what it knows."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from upgrader.emulator.syslog.settings import LEVELS

_DATA = Path(__file__).parents[1] / "data" / "commands.txt"


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of configuration."""

    opener: tuple[str, ...] = ()
    """The words of the line that opens it: `*` is any one word, `...` at the end any more.
    Empty: global configuration."""
    prompt: str = "config"
    """`config-if`: what stands in parentheses."""
    phrases: tuple[str, ...] = ()
    """How its commands begin."""
    is_open: bool = False
    """Whether it takes lines that `phrases` does not know."""
    single: tuple[str, ...] = ()
    """Lines that replace one another: `a|b` either word, `*` a word that tells them apart."""
    negative: tuple[str, ...] = ()
    """Lines whose `no` is a line too: it is printed."""
    closer: str = ""
    """What is printed behind the mode's lines; typed, it leaves the mode."""
    is_raw: bool = False
    """Whether lines are kept as they are, each of them: hexadecimal text."""
    children: "tuple[Mode, ...]" = ()


# `sla monitor schedule …` and `router-id …` look like openers of others.
_NO_OPENERS = frozenset({("sla", "monitor", "schedule")})


@lru_cache(maxsize=1)
def _all() -> tuple[Mode, tuple[Mode, ...]]:
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.strip() and not line.startswith("#")]
    modes, _ = _read(told, 0, "")
    return modes[0], modes[1:]


def _read(lines: list[str], at: int, indent: str) -> tuple[tuple[Mode, ...], int]:
    """The modes that begin at that line and indentation, and the line behind them."""
    modes: list[Mode] = []
    below = f"{indent}  "
    while at < len(lines) and lines[at].startswith(f"{indent}mode"):
        opener = tuple(lines[at].split()[1:])
        children: tuple[Mode, ...] = ()
        told: dict[str, list[str]] = {}
        at += 1
        while at < len(lines) and lines[at].startswith(below):
            if lines[at].startswith(f"{below}mode "):
                children, at = _read(lines, at, below)
                continue
            key, _, rest = lines[at].strip().partition(" " if ":" not in lines[at] else ":")
            told.setdefault(key, []).append(rest)
            at += 1
        modes.append(_mode(opener, told, children))
    return tuple(modes), at


def _mode(opener: tuple[str, ...], told: dict[str, list[str]], children: tuple[Mode, ...]) -> Mode:
    phrases: list[str] = []
    for phrase in told.get("+", []):
        each = LEVELS if "{levels}" in phrase else ("",)
        phrases += [phrase.replace("{levels}", level) for level in each]
    return Mode(
        opener=opener,
        prompt=told["prompt"][0],
        phrases=tuple(phrases),
        is_open="open" in told,
        single=tuple(", ".join(told["single"]).split(", ")) if "single" in told else (),
        negative=tuple(", ".join(told["negative"]).split(", ")) if "negative" in told else (),
        closer=told.get("closer", [""])[0],
        is_raw="raw" in told,
        children=children,
    )


def everywhere() -> Mode:
    """Global configuration."""
    return _all()[0]


def all_modes() -> tuple[Mode, ...]:
    """The modes below global configuration."""
    return _all()[1]


@lru_cache(maxsize=512)
def opened_by(words: tuple[str, ...], above: Mode | None = None) -> Mode | None:
    """The mode that a line opens, among those below a mode; None: it opens none."""
    if words[:3] in _NO_OPENERS:
        return None
    below = all_modes() if above is None or not above.opener else above.children
    return next((mode for mode in below if fits(words, mode.opener)), None)


@lru_cache(maxsize=512)
def mode_of(section: tuple[str, ...]) -> Mode | None:
    """The mode that a section's headers lead to; empty: global. None: it is not known."""
    mode: Mode | None = everywhere()
    for header in section:
        if mode is None:
            return None
        mode = opened_by(tuple(header.split()), mode)
    return mode


def prompt_of(section: tuple[str, ...]) -> str:
    """What stands in the prompt's parentheses: `config`, `config-if`."""
    if len(section) == 1 and section[0].startswith("interface ") and "." in section[0]:
        return "config-subif"
    mode = mode_of(section)
    return "config" if mode is None else mode.prompt


def fits(words: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a line is a pattern's: all its words, and no more without `...`."""
    if pattern[-1] == "...":
        pattern = pattern[:-1]
        if len(words) < max(len(pattern), 2 if len(pattern) == 1 else 0):
            return False
    elif len(words) != len(pattern):
        return False
    return all(
        wanted == "*" or word in wanted.split("|")
        for wanted, word in zip(pattern, words, strict=False)
    )
