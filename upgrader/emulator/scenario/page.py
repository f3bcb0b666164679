"""The reference of `[emulated]`, written from the table that checks it."""

from collections.abc import Iterator
from dataclasses import MISSING, fields

from upgrader.emulator.machine.hardware import all_hardware
from upgrader.emulator.scenario.key import Key, Kind, Table
from upgrader.emulator.scenario.keys import TABLES
from upgrader.emulator.scenario.values import shown

_LISTS = frozenset(
    {
        *("emulated.unit", "emulated.unit.file", "emulated.unit.module"),
        *("emulated.unit.now.loaded", "emulated.repository", "emulated.certificate"),
        "emulated.handshake",
        "emulated.dropped",
    }
)


def scenario_reference() -> str:
    """The keys of `[emulated]` as Markdown, one table a section."""
    parts = [part for table in TABLES for part in _section(table)]
    return "\n".join([*parts, *_hardware()]) + "\n"


def _section(table: Table) -> Iterator[str]:
    listed = table.path in _LISTS
    yield f"## `{'[[' if listed else '['}{table.path}{']]' if listed else ']'}`"
    yield ""
    yield table.meaning
    yield ""
    yield "| Key | Value | Default | Meaning | Source of the default |"
    yield "|---|---|---|---|---|---|"
    for key in table.keys:
        default = "required" if key.required else _default_of(table, key)
        yield f"| `{key.name}` | {key.allowed} | {default} | {key.meaning} | {key.source} |"
    yield ""


def _default_of(table: Table, key: Key) -> str:
    if key.default is not None:
        return key.default
    assert table.defaults is not None, "a key without a written default has a field with one"
    for field in fields(table.defaults):
        if field.name == key.target and field.default is not MISSING:
            return _in_file(field.default, key)
    raise AssertionError(f"{table.path}.{key.name} has no default")


def _in_file(value: object, key: Key) -> str:
    """A default as a pair file would write it: times in seconds."""
    match key.kind, value:
        case Kind.SECONDS, int(milliseconds):
            return f"{milliseconds / 1_000:g}"
        case Kind.SPAN, (int(first), int(last)):
            return f"[{first / 1_000:g}, {last / 1_000:g}]"
        case Kind.NUMBER, float(number):
            return f"{number:g}"
        case _:
            return shown(value)


def _hardware() -> Iterator[str]:
    yield "## Models"
    yield ""
    yield "| Model | Runs at the latest | Memory (MB) | Boot (s) | `boot system` lines | Sessions |"
    yield "|---|---|---|---|---|---|"
    for model in all_hardware():
        last = "current releases" if model.last is None else f"{model.last[0]}.{model.last[1]}"
        boot = model.boot_ms // 1_000
        figures = f"{model.ram_mb} | {boot} | {model.boot_limit}"
        yield f"| `{model.model}` | {last} | {figures} | {model.limit or 'not limited'} |"
