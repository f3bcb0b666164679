"""Frozen classes of which thousands are made a night: filled in first, and frozen when complete.

A frozen dataclass writes each of its own fields around its own refusal, which takes several times
as long as writing it. Here an instance is of an open class of the same slots while it is filled
in, and of its frozen class from then on. The first is its constructor's first step and the last
its last: nobody gets hold of an open one.

What a value is stays what `dataclass` made it: its fields are read from the same slots, it is
compared, hashed, printed, matched, copied, pickled and replaced by the methods that it has, and
whoever writes to one is refused.
"""

from dataclasses import MISSING, Field, fields
from typing import Any, Final, Never, TypeVar

T = TypeVar("T")


class _Factory:
    """Stands where an argument is left out and a factory makes it."""

    def __repr__(self) -> str:
        return "<factory>"


_LEFT_OUT: Final = _Factory()

_BECOME: Final = object.__dict__["__class__"].__set__
"""`object.__setattr__(value, "__class__", …)` without looking the name up."""


def filled_then_frozen(whole: type[T]) -> type[T]:
    """A frozen dataclass with slots, with a constructor of the same arguments that is quicker.

    Worth it where instances are many; every other class is better off with what it has. No class
    can be derived from it: what its constructor makes is of this class and no other.

    Raises:
        TypeError: a field is set by a keyword only or not by an argument, there is more to be done
            after the fields, or they are not all slots of this very class; or it is not frozen.
            No class is written that way. Also where a class is derived from it.
    """
    told: tuple[Field[Any], ...] = fields(whole)  # type: ignore[arg-type]
    name, slots = whole.__name__, tuple(field.name for field in told)
    if any(f.kw_only or not f.init for f in told) or hasattr(whole, "__post_init__"):
        raise TypeError(f"{name} is filled in by more than its arguments")
    made_as: Any = vars(whole)["__dataclass_params__"]
    if vars(whole).get("__slots__") != slots or not made_as.frozen:
        raise TypeError(f"{name} is not frozen, or has other slots than its fields")
    given: dict[str, object] = {
        "_become": _BECOME,
        "_left_out": _LEFT_OUT,
        "_Open": type(name, (), {"__slots__": slots}),
        "_Whole": whole,
    }
    arguments, lines = ["self"], [" _become(self, _Open)"]
    for field in told:
        argument = value = field.name
        if field.default is not MISSING:
            given[f"_of_{field.name}"] = field.default
            argument = f"{field.name}=_of_{field.name}"
        elif field.default_factory is not MISSING:
            given[f"_of_{field.name}"] = field.default_factory
            argument = f"{field.name}=_left_out"
            value = f"_of_{field.name}() if {field.name} is _left_out else {field.name}"
        arguments.append(argument)
        lines.append(f" self.{field.name} = {value}")
    lines = [f"def __init__({', '.join(arguments)}):", *lines, " self.__class__ = _Whole"]
    exec("\n".join(lines), given)  # noqa: S102  as `dataclass` itself does; names of fields only
    made: Any = given["__init__"]
    before: Any = whole.__init__
    made.__annotations__ = before.__annotations__
    made.__qualname__ = before.__qualname__
    made.__module__ = whole.__module__
    whole.__init__ = made  # type: ignore[method-assign]
    whole.__init_subclass__ = classmethod(_refuse)  # type: ignore[assignment]
    return whole


def _refuse(derived: type) -> Never:
    """A class is being derived: its instances would turn into those of the class above."""
    raise TypeError(f"{derived.__name__} is derived from a class that is filled in as itself")
