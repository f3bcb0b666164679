"""Values of a pair file: each checked against its key, and every fault named."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from string import hexdigits
from typing import Any

from upgrader.emulator.scenario.key import Key, Kind, Table

_ABSENT = object()


class ScenarioFault(Exception):
    """A key or a value that cannot be: which, what was found, what is allowed.

    `key` is a dotted path: `emulated.unit[1].file[0].bytes`; lists count from 0.
    """

    def __init__(
        self, key: str, problem: str, *, allowed: str = "", value: object = _ABSENT
    ) -> None:
        self.key = key
        self.problem = problem
        self.allowed = allowed
        self.value = None if value is _ABSENT else value
        found = "" if value is _ABSENT else f" = {shown(value)}"
        wanted = f"; allowed: {allowed}" if allowed else ""
        super().__init__(f"`{key}{found}`: {problem}{wanted}")


def shown(value: object) -> str:
    """A value as TOML would write it, shortened."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = f'"{value}"'
        case datetime() | date() | time():
            text = value.isoformat()
        case _:
            text = repr(value)
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:77]}..."


def read_table(found: object, path: str, table: Table) -> dict[str, Any]:
    """The values of a table's keys, by the field that each sets; absent ones are left out.

    Raises:
        ScenarioFault: it is no table, a key is unknown or missing, or a value is wrong.
    """
    if not isinstance(found, Mapping):
        raise ScenarioFault(path, "must be a table", value=found, allowed=f"[{table.path}]")
    known = [key.name for key in table.keys] + list(table.tables)
    for name in found:
        if name not in known:
            raise unknown_key(f"{path}.{name}", str(name), found[name], known)
    for key in table.keys:
        if key.required and key.name not in found:
            raise ScenarioFault(f"{path}.{key.name}", "is missing", allowed=key.allowed)
    return {
        key.target: read_value(found[key.name], f"{path}.{key.name}", key)
        for key in table.keys
        if key.name in found
    }


def unknown_key(path: str, name: str, value: object, known: Sequence[str]) -> ScenarioFault:
    """The fault of a key that does not exist, with the likeliest one that does."""
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    allowed = ", ".join(known)
    return ScenarioFault(path, f"there is no such key{hint}", value=value, allowed=allowed)


def read_tables(found: object, path: str) -> tuple[object, ...]:
    """The members of `[[path]]`.

    Raises:
        ScenarioFault: it is no list.
    """
    if not isinstance(found, list):
        problem = "must be a list of tables"
        raise ScenarioFault(path, problem, value=found, allowed=f"[[{path}]]")
    return tuple(found)


def read_value(value: object, path: str, key: Key) -> Any:
    """A value as its key wants it; times become milliseconds.

    Raises:
        ScenarioFault: it is of another type, or out of range.
    """
    match key.kind:
        case Kind.TEXT | Kind.DIGEST:
            return _text(value, path, key)
        case Kind.TEXTS:
            if not isinstance(value, list):
                raise _refused(value, path, key, "must be a list")
            return tuple(_text(member, path, key) for member in value)
        case Kind.WHOLE:
            return _whole(value, path, key)
        case Kind.NUMBER:
            return _number(value, path, key)
        case Kind.FLAG:
            return _flag(value, path, key)
        case Kind.SECONDS:
            return round(_number(value, path, key) * 1_000)
        case Kind.SPAN:
            return _span(value, path, key)
        case Kind.DELAYS:
            return _delays(value, path, key)
        case Kind.CHOICE:
            if not isinstance(value, str) or value not in key.choices:
                raise _refused(value, path, key, "is not allowed")
            return value
        case Kind.SHARES:
            return _shares(value, path, key)
        case Kind.INSTANT:
            return _instant(value, path, key)


def _refused(value: object, path: str, key: Key, problem: str) -> ScenarioFault:
    return ScenarioFault(path, problem, value=value, allowed=key.allowed)


def _text(value: object, path: str, key: Key) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refused(value, path, key, "must be a text that is not empty")
    if key.kind is Kind.DIGEST:
        if len(value) != 128 or not set(value) <= set(hexdigits):
            raise _refused(value, path, key, "is no SHA-512")
        return value.lower()
    return value


def _whole(value: object, path: str, key: Key) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refused(value, path, key, "must be a whole number")
    if not key.least <= value <= key.most:
        raise _refused(value, path, key, "is out of range")
    return value


def _number(value: object, path: str, key: Key) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(value, path, key, "must be a number")
    # Written this way round, it refuses `nan` too.
    if not key.least <= value <= key.most:
        raise _refused(value, path, key, "is out of range")
    return float(value)


def _flag(value: object, path: str, key: Key) -> bool:
    if not isinstance(value, bool):
        raise _refused(value, path, key, "must be true or false, without quotes")
    return value


def _span(value: object, path: str, key: Key) -> tuple[int, int]:
    match value:
        case [first, last]:
            span = (
                round(_number(first, path, key) * 1_000),
                round(_number(last, path, key) * 1_000),
            )
            if span[0] > span[1]:
                raise _refused(value, path, key, "runs backwards")
            return span
        case _:
            raise _refused(value, path, key, "must be two numbers")


def _delays(value: object, path: str, key: Key) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """After a reset, and otherwise; the second None: not given."""
    match value:
        case [list() as fast, list() as slow]:
            return _span(fast, path, key), _span(slow, path, key)
        case _:
            return _span(value, path, key), None


def _shares(value: object, path: str, key: Key) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, Mapping) or not value:
        raise _refused(value, path, key, "must be a table of shares")
    for name in value:
        if name not in key.choices:
            raise unknown_key(f"{path}.{name}", str(name), value[name], key.choices)
    shares = {name: _number(value[name], f"{path}.{name}", key) for name in value}
    if not any(shares.values()):
        raise _refused(value, path, key, "adds up to nothing")
    return tuple((name, shares[name]) for name in key.choices if shares.get(name))


def _instant(value: object, path: str, key: Key) -> int:
    """Seconds since 1970, UTC; a time without a zone is meant in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _refused(value, path, key, "is no date and time") from None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise _refused(value, path, key, "is no date and time")
    if not 1990 <= value.year <= 2100:
        raise _refused(value, path, key, "lies outside 1990 to 2100")
    at = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return int(at.timestamp())
