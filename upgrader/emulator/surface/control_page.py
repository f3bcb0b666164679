"""The reference page of the control surface, made from its tables."""

from collections.abc import Iterable

from upgrader.emulator.surface.control import LONGEST_LINE, VERBS
from upgrader.emulator.surface.event_words import Argument, Event
from upgrader.emulator.surface.events import EVENTS
from upgrader.emulator.surface.truth import PARTS

_HEAD = f"""\
Over the control surface a test lets things happen to an emulated pair, and reads the truth about
it.
The same requests are taken in three ways:

- `upgrader emulate PAIR --control SOCKET` serves a Unix socket while the pair is served.
  Only the user who serves the pair may connect.
- `upgrader world PAIR EVENT KEY=VALUE …` changes a saved pair.
- `upgrader world PAIR -` reads requests from standard input, and answers on standard output.

A request is a line of JSON, a response is a line of JSON:

```
{{"do": "cut-link", "link": "failover"}}
{{"ok": true}}
{{"do": "advance", "seconds": 60}}
{{"ok": true, "now_ms": 60000}}
{{"do": "pull-power", "unit": "left"}}
{{"ok": false, "error": {{"what": "'left' is not allowed", "where": "pull-power unit", "expected": \
"primary | secondary", "next": "…"}}}}
```

A request that is refused has changed nothing.
What happened is written down before the response is sent, and survives a kill of the tool.
A line has at most {LONGEST_LINE:,} bytes; after a longer one the connection is closed.
"""


def control_page(generated: str) -> str:
    """The page; `generated` says what it is made by."""
    parts = ["# Control surface", "", generated, _HEAD, "## Beside events", ""]
    for verb in VERBS:
        parts += [f"### {verb.name}", "", verb.meaning, ""]
        rows = [
            f"| `{name}` | {_cell(allowed)} | {meaning} |"
            for name, allowed, meaning in verb.arguments
        ]
        parts += [*_table(rows)]
    parts += ["## Events", ""]
    for event in EVENTS:
        parts += _event(event)
    parts += ["## The truth", "", "Parts that `truth` may be asked for.", ""]
    parts += ["| part | tells |", "|---|---|"]
    parts += [f"| `{part.name}` | {_cell(part.meaning)} |" for part in PARTS]
    parts += [
        "",
        "Instants are milliseconds since the scenario's start.",
        "Keys and passwords are nowhere in it.",
        "Of files it tells digests, of configurations their length, of messages their number.",
        "",
    ]
    return "\n".join(parts)


def _event(event: Event) -> Iterable[str]:
    rows = [f"| `{a.name}` | {_cell(a.allowed)} | {_cell(_meaning(a))} |" for a in event.arguments]
    source = event.source[:1].upper() + event.source[1:]
    return [f"### {event.name}", "", event.meaning, "", *_table(rows), f"{source}.", ""]


def _meaning(argument: Argument) -> str:
    if argument.default is not None:
        return f"{argument.meaning}; without it {argument.default}"
    return f"{argument.meaning}; may be left out" if argument.may_be_left_out else argument.meaning


def _table(rows: list[str]) -> list[str]:
    return ["| argument | allowed | meaning |", "|---|---|---|", *rows, ""] if rows else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
