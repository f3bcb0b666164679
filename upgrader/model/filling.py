"""Frozen classes of which thousands are made a night: filled in first, and frozen when complete.

A frozen dataclass writes each of its own fields around its own refusal, which takes several times
as long as writing it. Here an instance is of an open class of the same slots while it is filled
in, and of its frozen class from then on: nobody gets hold of it before that.
"""

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def filled_then_frozen(whole: type[T]) -> type[T]:
    """A frozen dataclass with slots, with a constructor of the same arguments that is quicker.

    Worth it where instances are many; every other class is better off with what it has.

    Raises:
        TypeError: a field is made by a factory or set by a keyword only, or there is more to be
            done after the fields; no such class is written that way.
    """
    told: Any = fields(whole)  # type: ignore[arg-type]
    names = [field.name for field in told]
    odd = [f for f in told if f.default_factory is not MISSING or f.kw_only or not f.init]
    if odd or hasattr(whole, "__post_init__"):
        raise TypeError(f"{whole.__name__} is filled in by more than its arguments")
    given: dict[str, object] = {
        "_become": object.__setattr__,
        "_Open": type(whole.__name__, (), {"__slots__": tuple(names)}),
        "_Whole": whole,
        **{f"_of_{f.name}": f.default for f in told if f.default is not MISSING},
    }
    arguments = [f.name if f.default is MISSING else f"{f.name}=_of_{f.name}" for f in told]
    lines = [
        f"def __init__({', '.join(['self', *arguments])}):",
        " _become(self, '__class__', _Open)",
        *(f" self.{name} = {name}" for name in names),
        " self.__class__ = _Whole",
    ]
    exec("\n".join(lines), given)  # noqa: S102  as `dataclass` itself does; names of fields only
    made: Any = given["__init__"]
    before: Any = whole.__init__
    made.__annotations__ = before.__annotations__
    made.__qualname__ = before.__qualname__
    made.__module__ = whole.__module__
    whole.__init__ = made  # type: ignore[method-assign]
    return whole
