"""Scripts as a pair file has them: the table `[incident]`, written. The command line reads it."""

from collections.abc import Iterator
from itertools import groupby

from upgrader.dialect.toml import Table
from upgrader.model.script import Act, Argument, Befalls, Script, StoryLine, Typed

NOBODY_HARMED = "none"
"""As the table says that a night has no cause, for nobody was harmed."""


def script_table(script: Script) -> Table:
    """The script as a table that a TOML writer takes."""
    expected = script.expected
    told: dict[str, str | int] = {}
    if expected is not None:
        told = {
            "cause": expected.cause or NOBODY_HARMED,
            "lost": expected.lost,
            "orphaned": expected.orphaned,
            "leaked": expected.leaked,
        }
    return {
        "title": script.title,
        "lasts": instant_text(script.lasts_ms),
        **told,
        "act": tuple(_acts(script.acts)),
        "story": tuple(map(_story, () if expected is None else expected.story)),
    }


def instant_text(ms: int) -> str:
    """`0:12:30`, or `0:12:30.250` where it is no whole second."""
    seconds, rest = divmod(ms, 1_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}" + (f".{rest:03d}" if rest else "")


def _acts(acts: tuple[Act, ...]) -> Iterator[Table]:
    """A table an act; lines that one person types in one instant are one act."""
    for _, together in groupby(acts, _sitting):
        first, *more = together
        at = instant_text(first.at_ms)
        match first:
            case Typed():
                lines = [first.line, *(act.line for act in more if isinstance(act, Typed))]
                yield {"at": at, "on": first.on, "types": lines if more else first.line}
            case Befalls():
                for event in (first, *(act for act in more if isinstance(act, Befalls))):
                    arguments: dict[str, Argument] = dict(event.arguments)
                    yield {"at": at, "event": event.event, **arguments}


def _sitting(act: Act) -> tuple[int, str]:
    return act.at_ms, act.on if isinstance(act, Typed) else ""


def _story(line: StoryLine) -> Table:
    told = {"at": instant_text(line.at_ms), "unit": line.unit, "what": line.what, "who": line.who}
    return {name: value for name, value in told.items() if value}
