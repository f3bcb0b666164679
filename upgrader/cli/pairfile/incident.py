"""`[incident]` of a pair file: a night that `rehearse` runs again, and how it must end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from upgrader.cli.pairfile.mistakes import again, refuse_unknown, shown
from upgrader.dialect.scripts import NOBODY_HARMED
from upgrader.model.cause import CauseName
from upgrader.model.evidence import What
from upgrader.model.script import Act, Befalls, Expected, Script, StoryLine, Typed
from upgrader.ports import UsageFault

CONSOLES = ("active", "standby", "primary", "secondary")
_CAUSES = (*(cause.value for cause in CauseName), NOBODY_HARMED)
_WHATS = tuple(what.value for what in What)
_UNITS = ("Primary", "Secondary")
_INSTANT = '"h:mm:ss", such as "0:12:30", or a number of seconds, at most 7 days'
_LONGEST_MS = 7 * 86_400_000
_COUNT = "whole number, 0 to 1000000"

_INCIDENT = {
    "title": ("text", "required", "What the night is, in a line."),
    "lasts": (_INSTANT, "required", "From its beginning to when nothing more is looked at."),
    "cause": (
        f"a cause that `replay` knows, or {NOBODY_HARMED!r}",
        "not compared",
        "Why it comes so. A difference only where the night's log tells of another, not of this.",
    ),
    "lost": (_COUNT, "0", "How many sessions end without their person's wish."),
    "orphaned": (_COUNT, "0", "How many rows without a ticket stand at the end, on both units."),
    "leaked": (_COUNT, "0", "How many addresses no living session holds at the end."),
}
_ACT = {
    "at": (_INSTANT, "required", "When, from the night's beginning."),
    "on": (" \\| ".join(f'"{name}"' for name in CONSOLES), "", "At which console it is typed."),
    "types": (
        "text, or a list of texts",
        "",
        "The line; several are typed one after the other, and an empty one is Enter.",
    ),
    "event": (
        "an event of the [control surface](control.md)",
        "",
        "What befalls the pair, in place of `on` and `types`; its arguments stand beside it.",
    ),
}
_STORY = {
    "at": (_INSTANT, "required", "About when; the order counts."),
    "unit": ('"Primary", "Secondary"', "the pair", "Which unit."),
    "what": ("an event that `replay` knows", "required", "What happens."),
    "who": ("text", "nobody's", "The user whom it is about."),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which file a value stands, for errors."""

    label: str
    path: str
    """`incident.act[3].`: what stands before a key."""

    def wrong(self, key: str, value: object, problem: str, allowed: str) -> UsageFault:
        """The error about a value."""
        return UsageFault(
            f"{self.label}: {shown(self.path + key, value, at_most=160)}: {problem}; "
            f"allowed: {allowed}. {again(self.label)}"
        )

    def missing(self, key: str, allowed: str) -> UsageFault:
        """The error about a key that is not there."""
        return UsageFault(
            f"{self.label}: `{self.path}{key}` is missing; allowed: {allowed}. {again(self.label)}"
        )


def read_script(label: str, table: object) -> Script:
    """Read the table; `label` is what errors call the file.

    Raises:
        UsageFault: it is no table, lacks a key, or has an unknown or wrong one.
    """
    place = _Place(label, "incident.")
    if not isinstance(table, Mapping):
        raise UsageFault(
            f"{label}: `incident = {table!r:.80}`: must be a table; "
            f"allowed: [incident]. {again(label)}"
        )
    refuse_unknown(label, "incident.", table, (*_INCIDENT, "act", "story"))
    lasts = _instant(place, table, "lasts")
    acts = tuple(
        act
        for n, one in enumerate(_tables(place, table, "act"), 1)
        for act in _act(_Place(label, f"incident.act[{n}]."), one, n)
    )
    late = next((act for act in acts if act.at_ms > lasts), None)
    if late is not None:
        raise place.wrong("lasts", table["lasts"], "an act comes later", "the end of the night")
    story = tuple(
        _story(_Place(label, f"incident.story[{n}]."), one)
        for n, one in enumerate(_tables(place, table, "story"), 1)
    )
    in_order = tuple(sorted(acts, key=lambda act: act.at_ms))
    return Script(_text(place, table, "title"), lasts, in_order, _expected(place, table, story))


def incident_rows() -> tuple[str, ...]:
    """The part of the reference page, as Markdown."""
    return (
        "## `[incident]`",
        "",
        "A night that `upgrader rehearse` runs again, beside `[emulated]`: what is typed, what",
        "befalls the pair, and how it must end. `upgrader replay` writes such files.",
        "",
        *_rows(_INCIDENT),
        "## `[[incident.act]]`",
        "",
        "Something that is typed, or that befalls the pair; in any order.",
        "",
        *_rows(_ACT),
        "## `[[incident.story]]`",
        "",
        "What must be seen again in its log, in this order; without any it is not compared.",
        "",
        *_rows(_STORY),
    )


# ── the parts ──────────────────────────────────────────────────────────────────────────


def _expected(
    place: _Place, table: Mapping[str, object], story: tuple[StoryLine, ...]
) -> Expected | None:
    """How it must end; None: the file says nothing of it."""
    counts = {name: _count(place, table, name) for name in ("lost", "orphaned", "leaked")}
    cause = table.get("cause")
    if cause is None:
        if any(name in table for name in counts) or story:
            raise place.missing("cause", f"{', '.join(_CAUSES)}: what comes of it is said")
        return None
    if cause not in _CAUSES:
        raise place.wrong("cause", cause, "is no cause", ", ".join(_CAUSES))
    return Expected(None if cause == NOBODY_HARMED else str(cause), **counts, story=story)


def _act(place: _Place, table: Mapping[str, object], number: int) -> Iterator[Act]:
    at = _instant(place, table, "at")
    if "event" in table:
        for key in ("on", "types"):
            if key in table:
                allowed = "`on` and `types`, or `event` with its arguments"
                raise place.wrong(key, table[key], "stands beside an event", allowed)
        yield _befalls(place, table, at, number)
        return
    refuse_unknown(place.label, place.path, table, _ACT)
    if "types" not in table:
        raise place.missing("types", "a line, or `event` in place of `on` and `types`")
    on = _text(place, table, "on")
    if on not in CONSOLES:
        raise place.wrong("on", on, "is no console", ", ".join(CONSOLES))
    for line in _lines(place, table["types"]):
        yield Typed(at, on, line)


def _befalls(place: _Place, table: Mapping[str, object], at: int, number: int) -> Befalls:
    # Imported here, for `--help` must not load an emulator.
    from upgrader.emulator.surface.event_words import (  # noqa: PLC0415  see above
        WrongEvent,
        read_all,
    )
    from upgrader.emulator.surface.events import event_named  # noqa: PLC0415  see above

    event = _text(place, table, "event")
    arguments: dict[str, str | int | bool] = {}
    for key, value in table.items():
        if key in ("at", "event"):
            continue
        if not isinstance(value, str | int | bool):
            raise place.wrong(key, value, "is no argument", "text, whole number, true or false")
        arguments[key] = value
    try:
        read_all(event_named(event), arguments)
    except WrongEvent as wrong:
        raise place.wrong("event", event, f"{wrong.where}: {wrong.what}", wrong.expected) from wrong
    return Befalls(at, event, dict(arguments), number)


def _story(place: _Place, table: Mapping[str, object]) -> StoryLine:
    refuse_unknown(place.label, place.path, table, _STORY)
    at = _instant(place, table, "at")
    what = _text(place, table, "what")
    if what not in _WHATS:
        raise place.wrong("what", what, "is no such event", ", ".join(_WHATS))
    unit = _text(place, table, "unit", "")
    if unit and unit not in _UNITS:
        raise place.wrong("unit", unit, "is no unit", ", ".join(_UNITS))
    return StoryLine(at, unit, what, _text(place, table, "who", ""))


# ── single values ──────────────────────────────────────────────────────────────────────


def _tables(
    place: _Place, table: Mapping[str, object], key: str
) -> tuple[Mapping[str, object], ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise place.wrong(key, value, "must be a list of tables", f"[[{place.path}{key}]]")
    return tuple(value)


def _text(place: _Place, table: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if value is None:
        raise place.missing(key, "a text")
    if not isinstance(value, str) or (not value and default is None):
        raise place.wrong(key, value, "must be a text", "a text of at least one character")
    return value


def _count(place: _Place, table: Mapping[str, object], key: str) -> int:
    value = table.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000:
        raise place.wrong(key, value, "is no such number", _COUNT)
    return value


def _lines(place: _Place, value: object) -> tuple[str, ...]:
    lines = value.split("\n") if isinstance(value, str) else value
    if not isinstance(lines, list) or not lines or not all(isinstance(one, str) for one in lines):
        raise place.wrong("types", value, "is no line", "text, or a list of texts")
    if any(not character.isprintable() for line in lines for character in line):
        raise place.wrong("types", value, "has a character that nobody types", "printable text")
    return tuple(lines)


def _instant(place: _Place, table: Mapping[str, object], key: str) -> int:
    """Milliseconds."""
    value = table.get(key)
    if value is None:
        raise place.missing(key, _INSTANT)
    ms = _ms(value)
    if ms is None or not 0 <= ms <= _LONGEST_MS:
        raise place.wrong(key, value, "is no instant of a night", _INSTANT)
    return ms


def _ms(value: object) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value * 1_000
        case float() if abs(value) < _LONGEST_MS:  # not for nan, nor for inf
            return round(value * 1_000)
        case str():
            return _clock_ms(value)
        case _:
            return None


def _clock_ms(text: str) -> int | None:
    """`0:12:30`, `0:12:30.250`."""
    whole, point, fraction = text.partition(".")
    parts = whole.split(":")
    digits = [*parts, fraction] if point else parts
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in digits):
        return None
    if len(parts[0]) > 3 or any(len(part) != 2 for part in parts[1:]) or len(fraction) > 3:
        return None
    hours, minutes, seconds = map(int, parts)
    if minutes > 59 or seconds > 59:
        return None
    return (hours * 3_600 + minutes * 60 + seconds) * 1_000 + int(fraction.ljust(3, "0"))


def _rows(keys: Mapping[str, tuple[str, str, str]]) -> tuple[str, ...]:
    return (
        "| Key | Value | Default | Meaning |",
        "|---|---|---|---|",
        *(
            f"| `{key}` | {value} | {default} | {says} |"
            for key, (value, default, says) in keys.items()
        ),
        "",
    )
