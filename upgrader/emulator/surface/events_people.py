"""Events of the people behind the pair, whose computers it sees only as sessions."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from upgrader.emulator.called import Called
from upgrader.emulator.sessions.ground import ground_of
from upgrader.emulator.sessions.habits import arrives
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.state import Client, Mind
from upgrader.emulator.surface import faults
from upgrader.emulator.surface.event_words import (
    Event,
    Told,
    Value,
    WrongEvent,
    choice,
    may_lack,
    text,
    whole,
)
from upgrader.emulator.tables import Pair

MOST_AT_ONCE = 10_000
"""How many people one event connects at most: a moment's work, and more than a pool has room."""

_MODEL = "our model of people (`[emulated.clients]`)"
_WHO = text("user", "whose computer", allowed="a user's name, or a client's number")


def _connect(pair: Pair, values: Mapping[str, Value]) -> Told:
    """So many people come; in the end each is on the pair or was refused."""
    count, user, platform = values["count"], values.get("user"), values.get("platform")
    assert isinstance(count, int)  # read so
    if user is not None and count != 1:
        raise WrongEvent("one name for several people", "connect-clients user", "count=1 with it")
    minds: dict[Mind, int] = {}
    numbers = []
    ground = ground_of(pair)
    for _ in range(count):
        number = arrives(pair)
        client = pair.clients[number]
        if isinstance(user, str):
            client = replace(client, user=user)
        if isinstance(platform, str):
            client = replace(client, platform=platform)
        pair.clients[number] = client
        logs_in(pair, number, ground)
        numbers.append(number)
        mind = pair.clients[number].mind
        minds[mind] = minds.get(mind, 0) + 1
    told = {mind.value: n for mind, n in sorted(minds.items(), key=lambda item: item[0].value)}
    return {"first": numbers[0], "last": numbers[-1], **told}


def _stop_aaa(pair: Pair, values: Mapping[str, Value]) -> Told:
    pair.aaa_down = str(values["server"])
    return {}


def _start_aaa(pair: Pair, values: Mapping[str, Value]) -> Told:
    del values
    pair.aaa_down = ""
    return {}


def _does(name: str, meaning: str, act: Callable[[Pair, int], None], allowed: set[Mind]) -> Event:
    """An event that one person can bring about, who is in one of these states."""

    def happens(pair: Pair, values: Mapping[str, Value]) -> Told:
        client = _found(pair, name, values, allowed)
        act(pair, client.number)
        return {"client": client.number, "is": pair.clients[client.number].mind.value}

    return Event(name, meaning, (_WHO,), _MODEL, happens)


def _found(pair: Pair, event: str, values: Mapping[str, Value], allowed: set[Mind]) -> Client:
    """The client that is meant, if it is in a state in which this can happen to it."""
    who, where = str(values["user"]), f"{event} user"
    expected = f"a client that is {' or '.join(sorted(mind.value for mind in allowed))}"
    number = int(who) if who.isdecimal() and str(int(who)) == who else 0
    called = pair.called = pair.called or Called()
    named = [pair.clients[n] for n in called.numbers(who, pair.clients)]
    if number in pair.clients and pair.clients[number] not in named:
        named.append(pair.clients[number])
    if not named:
        raise WrongEvent(f"nobody is called {who!r}", where, expected)
    able = [client for client in named if client.mind in allowed]
    if not able:
        raise WrongEvent(f"{who} is {named[0].mind.value}", where, expected)
    return min(able, key=lambda client: client.number)


PEOPLE = (
    Event(
        "connect-clients",
        "So many people whom the pair has not seen yet arrive and log in now.",
        (
            whole("count", 1, MOST_AT_ONCE, "how many", default=1),
            may_lack(choice("platform", ("win", "macos", "linux64"), "whose package they ask for")),
            may_lack(text("user", "the user's name, of one person")),
        ),
        _MODEL,
        _connect,
    ),
    Event(
        "stop-aaa",
        "The AAA server does not answer: nobody can log in, and who has a ticket goes on.",
        (text("server", "its address", allowed="an IPv4 address", default="10.20.0.60"),),
        "ASA syslog guide, 113014",
        _stop_aaa,
    ),
    Event("start-aaa", "It answers again.", (), "ASA syslog guide, 113014", _start_aaa),
    _does(
        "log-in",
        "A person who is known and has no session logs in now.",
        logs_in,
        {Mind.AWAY, Mind.REFUSED, Mind.RETURNING},
    ),
    _does(
        "log-off",
        "A person logs off: the session ends.",
        faults.disconnect,
        {Mind.CONNECTED, Mind.ASLEEP},
    ),
    _does(
        "sleep",
        "A person closes the lid, or is cut off: the tunnels go, ticket and address stay.",
        faults.sleep,
        {Mind.CONNECTED},
    ),
    _does(
        "wake",
        "A person opens the lid: the session resumes with its ticket, or logs in anew.",
        faults.wake,
        {Mind.ASLEEP},
    ),
)
"""In the order of the reference page."""
