"""What the releases on a way change, held against the configuration that runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from upgrader.model.releases import Caution, Releases, bare, fits
from upgrader.model.version import Version
from upgrader.model.wide import ConfigText, SessionKind


@dataclass(frozen=True, slots=True)
class Concern:
    """A caution that the way meets, and who uses what it is about."""

    caution: Caution
    lines: tuple[str, ...] | None
    """The lines that use it, each below its section; None: no configuration was seen."""
    sessions: int | None = None
    """How many people are connected so; None: not seen, or no kind of session uses it."""


def concerns(
    known: Releases,
    hardware: str,
    running: Version,
    target: Version,
    text: ConfigText | None,
    kinds: tuple[SessionKind, ...] | None,
) -> tuple[Concern, ...]:
    """What the way meets and the pair uses, or may use; in the order of the data.

    A caution whose lines are not there, and whose sessions are not, is not told.
    """
    met = (c for c in known.cautions if meets(c, hardware, running, target))
    told = (_concern(caution, text, kinds) for caution in met)
    return tuple(concern for concern in told if concern is not None)


def meets(caution: Caution, hardware: str, running: Version, target: Version) -> bool:
    """Whether a way from one release to another meets the caution."""
    if caution.names and not fits(hardware, caution.names):
        return False
    if caution.since is not None and running < caution.since <= target:
        return True
    return _is_one(target, caution.targets, caution.fixed) or _is_one(
        running, caution.running, caution.fixed
    )


def _is_one(release: Version, listed: tuple[Version, ...], fixed: tuple[Version, ...]) -> bool:
    if bare(release) not in listed:
        return False
    return not any(bare(release) == bare(cure) and release >= cure for cure in fixed)


def _concern(
    caution: Caution, text: ConfigText | None, kinds: tuple[SessionKind, ...] | None
) -> Concern | None:
    people = _people(caution, kinds)
    if not caution.uses and not caution.sessions:
        return Concern(caution, ())
    if text is None:
        return Concern(caution, None, people)
    lines = using(text, caution.uses)
    return Concern(caution, lines, people) if lines or people else None


def _people(caution: Caution, kinds: tuple[SessionKind, ...] | None) -> int | None:
    if not caution.sessions or kinds is None:
        return None
    begins = caution.sessions.lower()
    return sum(k.active + k.inactive for k in kinds if k.name.lower().startswith(begins))


def using(text: ConfigText, patterns: Iterable[str]) -> tuple[str, ...]:
    """The lines that fit, in the order of the configuration; `section > line` below a section."""
    return _using(text, tuple(patterns))


@lru_cache(maxsize=256)  # Both units run one configuration, and hops meet the same cautions.
def _using(text: ConfigText, patterns: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [tuple(part.strip() for part in pattern.split(">")) for pattern in patterns]
    flat = [parts[0] for parts in wanted if len(parts) == 1]
    below = [(parts[0], parts[-1]) for parts in wanted if len(parts) > 1]
    found, section = [], ""
    for line in text.lines:
        bare_line = line.strip()
        if not line[0].isspace():
            section = bare_line
            if any(fnmatchcase(bare_line, pattern) for pattern in flat):
                found.append(bare_line)
        elif any(fnmatchcase(section, head) and fnmatchcase(bare_line, p) for head, p in below):
            found.append(f"{section} > {bare_line}")
    return tuple(dict.fromkeys(found))
