"""Values to canonical JSON and back: what plans, snapshots, reports and entries are written with.

One value has one spelling: keys and sets are sorted, nothing depends on the hash seed. Enums are
written by value, addresses and naive times as text. A member of a union carries `kind`, its
class's name in kebab-case (`"kind": "set-boot-order"`), wherever it stands.

cattrs reads and writes the dataclasses; msgspec is the JSON beneath. Nothing is coerced: a number
is not a string, and an unknown key is refused rather than passed over: a plan is a contract.
"""

from functools import lru_cache
from typing import TypeVar

import msgspec
from cattrs import Converter, transform_error
from cattrs.v import format_exception

from upgrader.journal.shapes import converter
from upgrader.ports import UpgraderError

T = TypeVar("T")


class Undecodable(UpgraderError):
    """Bytes that are not such a value; `problems` says where and why, one sentence each."""

    def __init__(self, wanted: str, problems: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.problems = problems
        super().__init__(f"not a valid {wanted}: {'; '.join(problems)}")


def encode(value: object) -> bytes:
    """Spell a value of the model or of the journal as canonical JSON, without a newline.

    Raises:
        ValueError: a number in it is not finite.
    """
    return msgspec.json.encode(_converter().unstructure(value), order="sorted")


def decode(wanted: type[T], data: bytes) -> T:
    """Read what `encode` wrote.

    Raises:
        Undecodable: not JSON, or not such a value; each problem names its path (`@ $.steps[2]`).
    """
    name = getattr(wanted, "__name__", "value")
    try:
        parsed = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Undecodable(name, (f"not JSON: {fault}",)) from fault
    return from_builtins(wanted, parsed)


def from_builtins(wanted: type[T], parsed: object) -> T:
    """Read a value from JSON that is parsed already.

    Raises:
        Undecodable: as `decode`.
    """
    name = getattr(wanted, "__name__", "value")
    try:
        return _converter().structure(parsed, wanted)
    except Exception:  # noqa: BLE001, S110  whatever a hook raised: read again, to name the place
        pass
    try:
        return _explaining().structure(parsed, wanted)
    except Exception as fault:  # cattrs groups whatever the hooks raised; each part is named
        problems = transform_error(fault, format_exception=_sentence)
        raise Undecodable(name, tuple(problems)) from fault


def _sentence(fault: BaseException, wanted: type | None) -> str:
    if fault.__class__ in {TypeError, ValueError}:  # ours: they say already what was wanted
        return str(fault)
    return format_exception(fault, wanted)


@lru_cache(maxsize=1)
def _converter() -> Converter:
    return converter(explains=False)


@lru_cache(maxsize=1)
def _explaining() -> Converter:
    """Make the one that reads the same, slower, and knows where it failed."""
    return converter(explains=True)
