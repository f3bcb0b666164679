"""Who is called what: asked by name, people are found however many came since."""

from upgrader.emulator.called import Called
from upgrader.emulator.state import Client, Mind


def person(number: int, user: str) -> Client:
    return Client(number, user, "198.18.0.1", "win", Mind.AWAY, None, None, None)


def test_whoever_came_since_the_last_question_is_found_too() -> None:
    clients = {1: person(1, "ann"), 2: person(2, "bob")}
    called = Called()
    assert list(called.numbers("ann", clients)) == [1]
    assert list(called.numbers("eve", clients)) == []
    clients |= {3: person(3, "eve"), 4: person(4, "ann")}
    assert list(called.numbers("ann", clients)) == [1, 4]
    assert list(called.numbers("eve", clients)) == [3]
