"""A pair is a function of its scenario and its inputs: kept as records, they make it again."""

import json
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import NEW_IMAGE, config, scenario

from upgrader.emulator.machine.repository import Repository, Supplied
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.state import File
from upgrader.emulator.surface import inputs
from upgrader.emulator.surface.events import EVENTS, WrongEvent
from upgrader.emulator.talk import Answer, Conversation

ats = st.integers(0, 10**12)
texts = st.text(max_size=30)
values = st.one_of(texts, st.integers(-(2**62), 2**62), st.booleans())
files = st.builds(
    File,
    bytes=st.integers(0, 2**40),
    content=texts,
    version=st.none() | texts,
    written_ms=st.integers(-(10**12), 10**12),
    md5=st.none() | texts,
    sha512=st.none() | texts,
    text=st.none() | texts,
)
supplied = st.builds(
    Supplied,
    bytes=st.integers(0, 2**40),
    content=texts,
    version=st.none() | texts,
    md5=st.none() | texts,
    sha512=st.none() | texts,
    text=st.none() | texts,
)
KINDS = {
    inputs.Opened: st.builds(inputs.Opened, ats, texts),
    inputs.LoggedIn: st.builds(inputs.LoggedIn, ats, texts, texts, texts),
    inputs.TurnedAway: st.builds(inputs.TurnedAway, ats, texts, texts, texts),
    inputs.Received: st.builds(
        inputs.Received,
        ats,
        ats,
        texts,
        st.booleans(),
        st.dictionaries(texts, st.none() | supplied, max_size=2),
    ),
    inputs.HungUp: st.builds(inputs.HungUp, ats, ats),
    inputs.Advanced: st.builds(inputs.Advanced, ats, ats),
    inputs.FileArrived: st.builds(inputs.FileArrived, ats, st.integers(0, 1), texts, files),
    inputs.Happened: st.builds(
        inputs.Happened, ats, texts, st.dictionaries(texts, values, max_size=4)
    ),
}
LINES = (
    "show version",
    "show failover",
    "show running-config",
    "show logging",
    "dir disk0:/",
    "configure terminal",
    "hostname other",
    "end",
    "write memory",
    "failover reload-standby",
    "no failover active",
    "show",
    "",
    "dir",
    "terminal pager 0",
    "copy /noconfirm running-config disk0:/kept.cfg",
    "delete disk0:/kept.cfg",
    "y",
    "exit",
)
steps = st.one_of(
    st.tuples(st.just("type"), st.integers(1, 3), st.sampled_from(LINES)),
    st.tuples(st.just("open"), st.sampled_from(["active", "standby"])),
    st.tuples(st.just("log in"), st.sampled_from(["active", "standby", "primary", "secondary"])),
    st.tuples(st.just("turn away"), st.sampled_from(["active", "secondary"])),
    st.tuples(st.just("hang up"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 900, 15_000, 400_000])),
    st.tuples(st.just("happen"), st.sampled_from(["cut-link", "join-link", "connect-clients"])),
)


def start() -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario(sessions=3))


def made(step: tuple, at: int) -> inputs.Input:
    match step:
        case ("type", number, line):
            return inputs.Received(at, number, line)
        case ("open", seat):
            return inputs.Opened(at, seat)
        case ("log in", seat):
            return inputs.LoggedIn(at, seat, "admin", "192.0.2.7")
        case ("turn away", seat):
            return inputs.TurnedAway(at, seat, "admin", "192.0.2.7")
        case ("hang up", number):
            return inputs.HungUp(at, number)
        case ("wait", ms):
            return inputs.Advanced(at, at + ms)
        case (_, name):
            return inputs.Happened(at, name)


# ── records ────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@given(st.one_of(*KINDS.values()))
def test_an_input_is_the_same_after_it_was_written_down_and_read(given_: inputs.Input) -> None:
    record = json.loads(json.dumps(inputs.to_record(given_)))
    assert inputs.from_record(record) == given_


def test_every_kind_of_input_has_been_thought_of_here() -> None:
    assert set(KINDS) == set(get_args(inputs.Input))


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({}, "no kind"),
        ({"kind": "danced", "at": 0}, "danced"),
        ({"kind": ["advanced"], "at": 0, "to": 1}, "no kind"),
        ({"kind": "advanced", "at": 0}, "to"),
        ({"kind": "advanced", "at": "0", "to": 1}, "int"),
        ({"kind": "advanced", "at": 0, "to": 1, "how": "fast"}, "how"),
        ({"kind": "happened", "at": 0, "name": "cut-link", "arguments": {"link": [1]}}, "array"),
        ({"kind": "filearrived", "at": 0, "unit": 0, "path": "x", "file": {}}, "bytes"),
    ],
)
def test_a_record_that_is_not_known_is_refused_and_says_which_part(record: dict, why: str) -> None:
    with pytest.raises(inputs.NotAnInput, match=why):
        inputs.from_record(record)


# ── what comes out ─────────────────────────────────────────────────────────────────────


def test_a_conversation_and_its_answers_come_out() -> None:
    pair = start()
    talk = inputs.apply(pair, inputs.Opened(0, "active"))
    assert isinstance(talk, Conversation)
    answer = inputs.apply(pair, inputs.Received(0, talk.number, "show version"))
    assert isinstance(answer, Answer)
    assert "9.12(4)" in answer.text
    assert inputs.apply(pair, inputs.HungUp(0, talk.number)) is None
    assert pair.conversations == {}


def test_nobody_to_talk_to_comes_out_as_nothing() -> None:
    pair = start()
    inputs.apply(pair, inputs.Happened(0, "pull-power", {"unit": "secondary"}))
    assert inputs.apply(pair, inputs.Opened(0, "standby")) is None


def test_an_input_of_another_instant_is_refused_and_changes_nothing() -> None:
    pair = start()
    before = pair.save()
    with pytest.raises(inputs.OutOfStep, match=r"77 ms.*0 ms"):
        inputs.apply(pair, inputs.Advanced(77, 99))
    assert pair.save() == before


def test_a_wrong_password_is_never_kept() -> None:
    assert set(inputs.TurnedAway.__dataclass_fields__) == {"at", "seat", "user", "source"}


# ── purity and replay ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "pure"),
    [
        ("show version", True),
        ("show failover", True),
        ("dir disk0:/", True),
        ("write memory", False),
        ("configure terminal", False),
        (f"verify /md5 {NEW_IMAGE}", False),
        ("", False),
    ],
)
def test_only_a_line_that_showed_something_and_no_more_is_marked_so(line: str, pure: bool) -> None:
    lines = (*config(), "logging buffered informational")
    pair = EmulatedPair.from_scenario(scenario(sessions=3, lines=lines))
    inputs.apply(pair, inputs.Opened(0, "active"))
    kept, _ = inputs.take(pair, inputs.Received(0, 1, line))
    assert isinstance(kept, inputs.Received)
    assert kept.pure is pure


def test_a_show_that_the_log_tells_of_is_not_pure() -> None:
    """111009 is of level 7: with `logging buffered debugging` every show leaves a line."""
    pair = start()
    inputs.apply(pair, inputs.Opened(0, "active"))
    kept, _ = inputs.take(pair, inputs.Received(0, 1, "show version"))
    assert kept == inputs.Received(0, 1, "show version")


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(steps, min_size=3, max_size=25))
def test_whatever_went_in_makes_the_same_pair_again_and_pure_lines_need_not(
    evening: list[tuple],
) -> None:
    pair = start()
    records = []
    for step in evening:
        kept, _ = inputs.take(pair, made(step, pair.now))
        records.append(json.loads(json.dumps(inputs.to_record(kept))))
    again = start()
    for record in records:
        kept = inputs.from_record(record)
        if not (isinstance(kept, inputs.Received) and kept.pure):
            inputs.apply(again, kept)
    assert again.save() == pair.save()


class Server(Repository):
    """One file, whatever is asked for; counts who asks."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, url: str) -> Supplied | None:
        self.asked += 1
        return Supplied(1_000, "an image", "9.18(3)") if url.endswith("new.bin") else None


def test_what_a_server_gave_is_kept_so_that_nobody_need_ask_it_again() -> None:
    pair, server = start(), Server()
    pair.outside = server
    kept = [inputs.Opened(0, "active")]
    inputs.apply(pair, kept[0])
    for name in ("new.bin", "none.bin"):
        line = f"copy /noconfirm tftp://192.0.2.9/{name} disk0:/{name}"
        kept.append(inputs.take(pair, inputs.Received(pair.now, 1, line))[0])
    asked = server.asked
    assert asked >= 2
    assert kept[2].supplies == {"tftp://192.0.2.9/none.bin": None}
    again = start()
    for one in kept:
        inputs.apply(again, inputs.from_record(json.loads(json.dumps(inputs.to_record(one)))))
    for twin in (pair, again):
        twin.advance(600_000)
    assert again.save() == pair.save()
    assert "disk0:/new.bin" in again.units[0].flash
    assert server.asked == asked


@pytest.mark.parametrize("event", [event.name for event in EVENTS])
def test_an_event_that_is_refused_has_changed_nothing(event: str) -> None:
    pair = start()
    before = pair.save()
    with pytest.raises(WrongEvent):
        inputs.take(pair, inputs.Happened(0, event, {"no such argument": 1}))
    assert pair.save() == before


def test_a_password_that_somebody_types_is_not_kept_but_only_whether_it_was_right():
    pair = EmulatedPair.from_scenario(scenario())
    conversation = pair.log_in("active", "admin", "10.0.0.9")
    assert conversation is not None

    def types(line: str) -> inputs.Received:
        kept, _ = inputs.take(pair, inputs.Received(pair.now, conversation.number, line))
        return kept

    twin = pair.fork()
    kept = [types("enable"), types("my bank's password"), types("\0right"), types("cisco")]
    assert conversation.mode == "enable", "the third password was the right one"
    assert not any("bank" in str(inputs.to_record(one)) for one in kept)
    assert not any("cisco" in str(inputs.to_record(one)) for one in kept)
    for one in kept:
        inputs.apply(twin, one)
    assert twin.save() == pair.save()
