"""Writing TOML: tables of texts, numbers, flags, instants and lists, and tables below them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, cast

Value: TypeAlias = "str | bool | int | float | datetime | Sequence[str] | Sequence[float]"
Table: TypeAlias = "Mapping[str, Value | Table | Sequence[Table] | None]"
"""A None is left out: TOML has no word for it."""

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def dumps(table: Table) -> str:
    """The table as TOML: values first, then the tables below it, in their order."""
    return "\n".join(_lines(table, ())) + "\n"


def every_text(table: Table, change: Callable[[str], str]) -> Table:
    """The table with each text in it changed, in lists and in the tables below too."""
    return {name: _changed(value, change) for name, value in table.items()}


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case Mapping():
            return every_text(value, change)
        case list() | tuple():
            return [_changed(one, change) for one in value]
        case _:
            return value


def _lines(table: Table, path: tuple[str, ...]) -> Iterator[str]:
    below: list[tuple[str, Table | Sequence[Table]]] = []
    for name, value in table.items():
        if value is None:
            continue
        if _is_tables(value):
            below.append((name, cast("Table | Sequence[Table]", value)))
        else:
            yield f"{_key(name)} = {_value(cast('Value', value))}"
    for name, inner in below:
        deeper = (*path, name)
        head = ".".join(map(_key, deeper))
        for one in (inner,) if isinstance(inner, Mapping) else inner:
            yield ""
            yield f"[{head}]" if isinstance(inner, Mapping) else f"[[{head}]]"
            yield from _lines(one, deeper)


def _is_tables(value: object) -> bool:
    """Whether it is a table, or a list of them; an empty list is one of values."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _text(name)


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case datetime():
            return value.isoformat()
        case Sequence():
            return f"[{', '.join(map(_value, value))}]"


def _text(text: str) -> str:
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\u{code:04x}"
    # A half of a surrogate pair is no character, and no TOML can hold it.
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else character
