"""Values of which a night makes thousands are as frozen as any other."""

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.model.failover import FailoverState, Host, Role
from upgrader.model.filling import filled_then_frozen
from upgrader.model.picture import Item, Whose


@dataclass(frozen=True, slots=True)
class Plain:
    """What a value is without."""

    name: str
    size: int
    why: str | None = None
    parts: tuple[str, ...] = ()


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Filled:
    """The same, filled in first."""

    name: str
    size: int
    why: str | None = None
    parts: tuple[str, ...] = ()


def test_nobody_alters_what_was_seen():
    item = Item("in use", Whose.ACTIVE, 5_213)
    with pytest.raises(FrozenInstanceError):
        item.value = 0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del item.key  # type: ignore[misc]
    assert item.value == 5_213


def test_it_is_of_its_own_class():
    host = Host(Role.PRIMARY, FailoverState.ACTIVE, 12, (), ())
    assert type(host) is Host
    assert replace(host, active_seconds=13) == Host(Role.PRIMARY, FailoverState.ACTIVE, 13, (), ())


@given(st.text(), st.integers(), st.none() | st.text(), st.lists(st.text()).map(tuple))
def test_it_holds_prints_and_compares_what_a_plain_one_does(name, size, why, parts):
    plain, filled = Plain(name, size, why, parts), Filled(name, size, parts=parts, why=why)
    assert repr(filled) == repr(plain).replace("Plain", "Filled", 1)
    assert hash(filled) == hash(plain)
    assert filled == Filled(name, size, why, parts)
    assert copy.copy(filled) == copy.deepcopy(filled) == filled
    assert pickle.loads(pickle.dumps(filled)) == filled


def test_what_is_left_out_is_as_declared():
    assert Filled("a", 1) == Filled("a", 1, None, ())
    assert str(signature(Filled)) == str(signature(Plain))


@pytest.mark.parametrize("given", [("a",), ("a", 1, None, (), 2)])
def test_an_argument_too_few_or_too_many_is_refused(given):
    with pytest.raises(TypeError):
        Filled(*given)


@filled_then_frozen
@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """One with a part that is made anew for each, and an order."""

    place: int
    parts: list[str] = field(default_factory=list)


def test_a_part_that_is_left_out_is_made_anew_for_each():
    one, other = Listed(1), Listed(1)
    assert one == other
    assert one.parts is not other.parts
    assert str(signature(Listed).parameters["parts"]) == "parts: list[str] = <factory>"


def test_values_are_told_apart_by_match_and_stand_in_order():
    match Filled("a", 1, "because"):
        case Filled(name, 1, why=why):
            assert (name, why) == ("a", "because")
        case _:
            pytest.fail("it is a Filled")
    assert sorted([Listed(2), Listed(1, ["b"]), Listed(1)]) == [
        Listed(1),
        Listed(1, ["b"]),
        Listed(2),
    ]


def test_no_class_is_derived_from_one_as_its_values_would_turn_into_the_others():
    with pytest.raises(TypeError, match="derived from a class that is filled in as itself"):

        class Derived(Filled):
            """Would be a Filled as soon as it is made."""


@pytest.mark.parametrize(
    "odd", [field(kw_only=True), field(init=False, default=0)], ids=["by keyword", "by nobody"]
)
def test_a_class_that_is_filled_in_by_more_than_its_arguments_is_refused(odd):
    @dataclass(frozen=True, slots=True)
    class Made:
        part: int = odd

    with pytest.raises(TypeError, match="more than its arguments"):
        filled_then_frozen(Made)


def test_a_class_that_does_more_after_its_fields_is_refused():
    @dataclass(frozen=True, slots=True)
    class Checked:
        size: int

        def __post_init__(self) -> None:
            assert self.size >= 0, "nothing is smaller than nothing"

    with pytest.raises(TypeError, match="more than its arguments"):
        filled_then_frozen(Checked)


def test_a_class_that_is_open_or_keeps_its_fields_elsewhere_is_refused():
    @dataclass(slots=True)
    class Open:
        size: int

    @dataclass(frozen=True)
    class Slotless:
        size: int

    @dataclass(frozen=True, slots=True)
    class More(Plain):
        else_: int = 0

    for odd in (Open, Slotless, More):
        with pytest.raises(TypeError, match="not frozen, or has other slots"):
            filled_then_frozen(odd)
