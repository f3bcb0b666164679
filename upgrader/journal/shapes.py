"""How each shape of the model is written and read: the hooks beneath `codec`.

Nothing is coerced. cattrs compiles a class's reader and writer when it first meets the class, so
importing this costs nothing for the classes that a command does not touch.
"""

import math
import typing
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum, IntEnum
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from types import NoneType, UnionType
from typing import Any, cast

from cattrs import Converter, IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from upgrader.journal.entry import Body
from upgrader.model.aftermath import Residue
from upgrader.model.plan import Step
from upgrader.model.unit import Dark, Unit

UNIONS: tuple[UnionType, ...] = tuple(
    cast("UnionType", union) for union in (Step, Residue, Unit | Dark, Body)
)
"""The unions whose members carry `kind`."""


def kind_of(cls: type) -> str:
    """Spell a class as it is called in `kind`: `SetBootOrder` is `set-boot-order`."""
    spelled = "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__)
    return spelled.removeprefix("-")


_KINDS: dict[Any, str] = {cls: kind_of(cls) for union in UNIONS for cls in union.__args__}


def converter(*, explains: bool) -> Converter:
    """Make a converter for the whole model. One that explains is slower, and names each place."""
    made = Converter(forbid_extra_keys=True, detailed_validation=explains)
    made.register_structure_hook_factory(is_dataclass, lambda cls: _read_object(cls, made))
    made.register_unstructure_hook_factory(
        _KINDS.__contains__, lambda cls: _write_with_kind(cls, made)
    )
    for union in UNIONS:
        made.register_structure_hook(union, _read_union(union, made))
    for primitive in (str, int, bool):
        made.register_structure_hook(primitive, _exactly(primitive))
    made.register_structure_hook(int | str, _int_or_str)
    made.register_structure_hook(int | str | None, _int_or_str_or_none)
    made.register_structure_hook(IntEnum, _int_enum)  # else an exit code would be read as an int
    made.register_structure_hook(float, _number)
    made.register_unstructure_hook(float, _finite)
    made.register_structure_hook(IPv4Address, _read_address)
    made.register_unstructure_hook(IPv4Address, str)
    made.register_structure_hook(datetime, _read_time)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_structure_hook_factory(_is_frozenset, _read_frozenset)
    made.register_unstructure_hook_factory(_is_frozenset, _write_frozenset)
    made.register_structure_hook_factory(_is_tuple, lambda cls: _read_tuple(cls, made))
    made.register_structure_hook_factory(_is_optional, lambda cls: _read_optional(cls, made))
    return made


# ── primitives: taken as they are, or refused ──────────────────────────────────────────


def _exactly(wanted: type) -> Callable[[Any, Any], Any]:
    """Make a hook that takes only what JSON gave as that very type; True is not 1."""

    def take(value: object, _: object) -> object:
        if value.__class__ is wanted:
            return value
        raise TypeError(f"{value!r} is not {wanted.__name__}")

    return take


def _int_or_str(value: object, _: object) -> object:
    if value.__class__ in {int, str}:
        return value
    raise TypeError(f"{value!r} is neither int nor str")


def _int_or_str_or_none(value: object, wanted: object) -> object:
    return None if value is None else _int_or_str(value, wanted)


def _int_enum(value: object, wanted: Any) -> object:
    if value.__class__ is int:
        return wanted(value)
    raise TypeError(f"{value!r} is not int")


def _number(value: object, _: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"{value!r} is not a number")


def _finite(value: float) -> float:
    # JSON has neither infinity nor NaN, and msgspec writes null: "not known" is another claim.
    if math.isfinite(value):
        return value
    raise ValueError(f"{value} cannot be written")


@lru_cache(maxsize=1 << 16)
def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError as fault:
        raise ValueError(f"{text!r} is not an IPv4 address") from fault


def _read_address(value: object, _: object) -> IPv4Address:
    if isinstance(value, str):
        return _address(value)
    raise TypeError(f"{value!r} is not an IPv4 address")


def _read_time(value: object, _: object) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    raise TypeError(f"{value!r} is not a time")


# ── hooks by shape ─────────────────────────────────────────────────────────────────────


def _is_frozenset(cls: Any) -> bool:
    return typing.get_origin(cls) is frozenset


def _write_frozenset(_: Any) -> Callable[[Any], object]:
    """Write a set of enums sorted by value. Few distinct sets occur in many rows: remembered."""

    @lru_cache(maxsize=1024)
    def write(values: frozenset[Enum]) -> list[Any]:
        return sorted(value.value for value in values)

    return write


def _read_frozenset(cls: Any) -> Callable[[Any, Any], object]:
    (member,) = typing.get_args(cls)

    @lru_cache(maxsize=1024)
    def read(values: tuple[object, ...]) -> frozenset[Enum]:
        return frozenset(member(value) for value in values)

    def take(values: object, _: object) -> frozenset[Enum]:
        if isinstance(values, list):
            return read(tuple(values))
        raise TypeError(f"{values!r} is not a list")

    return take


def _is_optional(cls: Any) -> bool:
    members = typing.get_args(cls)
    return isinstance(cls, UnionType) and len(members) == 2 and NoneType in members


def _read_optional(cls: Any, made: Converter) -> Callable[[Any, Any], object]:
    """Read null or the one other member, whose hook is looked up once and not for each value."""
    (member,) = (each for each in typing.get_args(cls) if each is not NoneType)

    @lru_cache(maxsize=1)
    def hook() -> Callable[[Any, Any], Any]:
        """Made when the first value is read: a type may hold itself."""
        return made.get_structure_hook(member)

    def take(value: object, _: object) -> object:
        return None if value is None else hook()(value, member)

    return take


def _is_tuple(cls: Any) -> bool:
    return typing.get_origin(cls) is tuple


def _read_tuple(cls: Any, made: Converter) -> Callable[[Any, Any], object]:
    """Read a list, and only a list: cattrs' own reader takes a string for its letters."""
    members = typing.get_args(cls)
    endless = members[-1] is Ellipsis

    @lru_cache(maxsize=1)
    def hooks() -> dict[Any, Callable[[Any, Any], Any]]:
        """Made when the first value is read: a type may hold itself."""
        return {m: made.get_structure_hook(m) for m in members if m is not Ellipsis}

    def take(values: object, _: object) -> object:
        if not isinstance(values, list):
            raise TypeError(f"{values!r} is not a list")
        if not endless and len(values) != len(members):
            raise ValueError(f"{len(values)} values where {len(members)} are wanted")
        if not values:
            return ()
        reads = hooks()
        if endless and not made.detailed_validation:
            only = members[0]
            read_one = reads[only]
            return tuple([read_one(value, only) for value in values])
        wanted = (members[0],) * len(values) if endless else members
        if not made.detailed_validation:
            return tuple([reads[m](value, m) for m, value in zip(wanted, values, strict=True)])
        read, faults = [], []
        for at, (member, value) in enumerate(zip(wanted, values, strict=True)):
            try:
                read.append(reads[member](value, member))
            except Exception as fault:  # noqa: BLE001  regrouped and raised below, with its place
                fault.add_note(IterableValidationNote(f"@ index {at}", at, member))
                faults.append(fault)
        if faults:
            raise IterableValidationError(f"in {cls}", faults, cls)
        return tuple(read)

    return take


# ── objects: `kind` on every member of a union, wherever it stands ─────────────────────


def _write_with_kind(cls: Any, made: Converter) -> Callable[[Any], object]:
    kind = _KINDS[cls]
    write = make_dict_unstructure_fn(cls, made)

    def give(value: Any) -> dict[str, Any]:
        return {"kind": kind, **write(value)}

    return give


def _read_object(cls: Any, made: Converter) -> Callable[[Any, Any], object]:
    """Read a dataclass from an object with exactly its keys, and with its `kind` if it has one."""
    kind = _KINDS.get(cls)
    read = make_dict_structure_fn(
        cls,
        made,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=made.detailed_validation,
    )

    def take(value: object, wanted: object) -> object:
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is not an object")
        if kind is None:
            return read(value, wanted)
        if value.get("kind") != kind:
            raise ValueError(f"kind {value.get('kind')!r} where {kind!r} is wanted")
        rest = value.copy()
        del rest["kind"]
        return read(rest, wanted)

    return take


def _read_union(union: UnionType, made: Converter) -> Callable[[Any, Any], object]:
    members = {_KINDS[cls]: cls for cls in union.__args__}

    @lru_cache(maxsize=len(members))
    def hook_of(kind: str) -> Callable[[Any, Any], Any]:
        return made.get_structure_hook(members[kind])

    def take(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is not an object")
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in members:
            raise ValueError(f"kind {kind!r} is none of {', '.join(sorted(members))}")
        return hook_of(kind)(value, members[kind])

    return take
