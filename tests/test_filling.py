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


def test_a_class_that_is_filled_in_by_more_than_its_arguments_is_refused():
    @dataclass(frozen=True, slots=True)
    class Made:
        parts: list[str] = field(default_factory=list)

    with pytest.raises(TypeError, match="more than its arguments"):
        filled_then_frozen(Made)
