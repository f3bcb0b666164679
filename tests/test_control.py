"""The control surface: JSON in, JSON out; what is refused has changed nothing."""

import asyncio
import json
import socket
import stat
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import config, scenario

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sshd.control import ControlFault, ControlSocket, LiveHost
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.surface import inputs
from upgrader.emulator.surface.control import LONGEST_LINE, VERBS, Control
from upgrader.emulator.surface.events import EVENTS
from upgrader.emulator.surface.truth import PARTS

SECRETS = ("between-us-two", "a-written-secret", "b-typed-secret")


@cache
def _first() -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario(sessions=3))


def start() -> EmulatedPair:
    return _first().fork()


@pytest.fixture
def pair() -> EmulatedPair:
    return start()


@pytest.fixture
def control(pair: EmulatedPair) -> Control:
    return Control(EmulatedWorld(pair))


def ask(control: Control, **request: object) -> dict:
    return json.loads(control.line(json.dumps(request)))


# ── what may be asked for ──────────────────────────────────────────────────────────────


def test_an_event_is_let_happen(control: Control, pair: EmulatedPair) -> None:
    assert ask(control, do="cut-link", link="state") == {"ok": True}
    assert not pair.link.state_up
    assert ask(control, do="connect-clients", count=2)["connected"] == 2


def test_time_is_let_pass(control: Control, pair: EmulatedPair) -> None:
    assert ask(control, do="advance", seconds=60) == {"ok": True, "now_ms": 60_000}
    assert ask(control, do="advance", ms=5) == {"ok": True, "now_ms": 60_005}
    assert ask(control, do="advance")["now_ms"] == 60_005
    assert pair.now == 60_005


def test_the_truth_is_told_in_parts_or_whole(control: Control) -> None:
    assert set(ask(control, do="truth")["truth"]) == {part.name for part in PARTS}
    told = ask(control, do="truth", of=["links", "time"])["truth"]
    assert list(told) == ["links", "time"]
    assert told["links"]["units_hear_each_other"] is True
    assert list(ask(control, do="truth", of="links,time")["truth"]) == ["links", "time"]


def test_the_truth_tells_an_orphan_and_who_has_no_address_any_more(
    control: Control, pair: EmulatedPair
) -> None:
    units = ask(control, do="truth", of=["units", "sessions", "pools"])["truth"]
    assert units["units"]["primary"]["state"] == "Active"
    assert units["units"]["secondary"]["serves"] is False
    rows = units["sessions"]["primary"]
    assert [row["user"] for row in rows] == [row.user for row in pair.units[0].rows.values()]
    assert {row["orphan"] for row in rows} == {False}
    assert units["pools"]["primary"]["VPN"] == {
        "first": "10.1.8.1",
        "last": "10.1.8.200",
        "free": 197,
        "in_use": 3,
        "held": 0,
        "nobody's": 0,
    }


def test_all_that_may_be_done_is_listed(control: Control) -> None:
    told = ask(control, do="events")
    names = [one["do"] for one in told["events"]]
    assert names == [verb.name for verb in VERBS] + [event.name for event in EVENTS]
    assert set(told["truth"]) == {part.name for part in PARTS}


def test_no_secret_is_told() -> None:
    """A configuration holds keys, and so may a file that was copied from it."""
    lines = config()
    pair = EmulatedPair.from_scenario(
        scenario(lines=(*lines, "enable password a-written-secret", "snmp-server community pub"))
    )
    control = Control(EmulatedWorld(pair))
    inputs.apply(pair, inputs.Opened(0, "active"))
    for line in (
        "configure terminal",
        "failover key b-typed-secret",
        "end",
        "copy /noconfirm running-config disk0:/kept.cfg",
        "copy /noconfirm startup-config disk0:/more.cfg",
        "configure terminal",
        "aaa-server RAD host 10.0.0.1 b-typed-secret",
    ):
        inputs.apply(pair, inputs.Received(pair.now, 1, line))
    told = json.dumps(ask(control, do="truth"))
    assert "disk0:/kept.cfg" in told
    assert [secret for secret in SECRETS if secret in told] == []


# ── what is refused ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("request_", "where", "expected"),
    [
        ({}, "do", "cut-link"),
        ({"do": 1}, "do", "cut-link"),
        ({"do": "cutlink"}, "do", "cut-link"),
        ({"do": "cut-link", "link": "front"}, "cut-link link", "failover | state | both"),
        ({"do": "cut-link", "link": ["state"]}, "cut-link link", "a text or a whole number"),
        ({"do": "advance", "seconds": 0.5}, "advance seconds", "a whole number"),
        ({"do": "advance", "seconds": -1}, "advance seconds", "from 0 to"),
        ({"do": "advance", "second": 1}, "advance", "seconds, ms"),
        ({"do": "truth", "of": ["gossip"]}, "truth", "sessions"),
        ({"do": "truth", "of": 1}, "truth of", "sessions"),
        ({"do": "truth", "off": []}, "truth", "no such arguments"),
        ({"do": "save", "now": True}, "save", "no such arguments"),
        ({"do": "wake", "user": "user01"}, "wake user", "asleep"),
    ],
)
def test_a_wrong_request_says_what_where_what_was_expected_and_what_to_ask(
    control: Control, pair: EmulatedPair, request_: dict, where: str, expected: str
) -> None:
    before = pair.save()
    told = ask(control, **request_)
    assert told["ok"] is False
    error = told["error"]
    assert set(error) == {"what", "where", "expected", "next"}
    assert error["where"] == where
    assert expected in error["expected"]
    assert pair.save() == before


@pytest.mark.parametrize("text", ["", "x", "[]", "1", "null", '"do"', "{", "[" * 9_000, b"\xff"])
def test_what_is_no_request_is_said_to_be_none(control: Control, text: str) -> None:
    assert json.loads(control.line(text))["error"]["where"] == "request"


def test_a_request_that_never_ends_is_not_read(control: Control) -> None:
    told = json.loads(control.line('{"do": "' + "x" * LONGEST_LINE + '"}'))
    assert told["error"]["expected"] == f"at most {LONGEST_LINE} bytes"


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
names = st.sampled_from([verb.name for verb in VERBS] + [event.name for event in EVENTS])
keys = st.sampled_from(["unit", "user", "link", "count", "of", "path", "bytes", "seconds"])


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=99)
    | scraps.map(json.dumps)
    | st.tuples(names, st.dictionaries(keys, scraps, max_size=3)).map(
        lambda made: json.dumps({"do": made[0], **made[1]})
    )
)
def test_whatever_is_sent_one_line_of_json_comes_back(text: str | bytes) -> None:
    control = Control(EmulatedWorld(start()))
    line = control.line(text)
    assert "\n" not in line
    assert isinstance(json.loads(line)["ok"], bool)


# ── the socket ─────────────────────────────────────────────────────────────────────────

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter, "Served"], Awaitable[None]]


class Served:
    """A pair in real time with a control socket, and what was kept of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pair = start()
        self.kept: list[inputs.Input] = []
        self.saved: list[tuple[int, bytes]] = []
        """How much was kept before the pair was saved, and the pair."""

    async def during(self, talk: Talk) -> None:
        live = LivePair(self.pair, self.kept.append, rate=1.0)
        host = LiveHost(live, lambda pair: self.saved.append((len(self.kept), pair.save())))
        served = ControlSocket(self.path, Control(host))
        await served.open()
        try:
            reader, writer = await asyncio.open_unix_connection(self.path)
            await talk(reader, writer, self)
            writer.close()
        finally:
            await served.close()
            live.close()


async def say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes
) -> dict[str, object]:
    writer.write(line + b"\n")
    return json.loads(await reader.readline())


def test_a_socket_serves_the_pair_that_lives_and_keeps_what_happened(tmp_path: Path) -> None:
    served = Served(tmp_path / "control")

    async def talk(reader, writer, served) -> None:
        assert stat.S_IMODE(served.path.stat().st_mode) == 0o600
        assert (await say(reader, writer, b'{"do":"cut-link"}'))["ok"] is True
        assert (await say(reader, writer, b'\n{"do":"advance","seconds":600}'))["ok"] is True
        assert (await say(reader, writer, b'{"do":"nothing"}'))["ok"] is False
        assert (await say(reader, writer, b'{"do":"save"}'))["ok"] is True

    asyncio.run(served.during(talk))
    assert not served.path.exists()
    assert not served.pair.link.lan_up
    assert served.pair.now >= 600_000
    assert [type(given) for given in served.kept if isinstance(given, inputs.Happened)]
    [(before, saved)] = served.saved
    again = start()
    for kept in served.kept[:before]:
        inputs.apply(again, kept)
    assert again.save() == saved


def test_a_client_that_goes_in_the_middle_of_a_line_disturbs_nobody(tmp_path: Path) -> None:
    served = Served(tmp_path / "control")

    async def talk(reader, writer, served) -> None:
        _, rude = await asyncio.open_unix_connection(served.path)
        rude.write(b'{"do":"cut-l')
        await rude.drain()
        rude.close()
        assert (await say(reader, writer, b'{"do":"truth","of":["links"]}'))["ok"] is True
        assert served.pair.link.lan_up

    asyncio.run(served.during(talk))


def test_a_line_without_end_is_refused_and_its_client_is_let_go(tmp_path: Path) -> None:
    served = Served(tmp_path / "control")

    async def talk(reader, writer, served) -> None:
        writer.write(b"x" * (3 * LONGEST_LINE))
        assert json.loads(await reader.readline())["ok"] is False
        with suppress(ConnectionError):
            assert await reader.read() == b""
        reader, writer = await asyncio.open_unix_connection(served.path)
        assert (await say(reader, writer, b'{"do":"events"}'))["ok"] is True
        writer.close()

    asyncio.run(served.during(talk))


def test_a_socket_left_by_a_killed_process_is_replaced_and_a_living_one_is_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "control"

    async def talk(reader, writer, served) -> None:
        with pytest.raises(ControlFault, match="another process serves"):
            await ControlSocket(path, Control(EmulatedWorld(start()))).open()
        assert (await say(reader, writer, b'{"do":"events"}'))["ok"] is True

    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    assert path.is_socket(), "whoever served it is gone"
    asyncio.run(Served(path).during(talk))


@pytest.mark.parametrize("name", ["file", "missing/control", "c" * 120])
def test_where_no_socket_can_be_it_is_said_and_nothing_is_overwritten(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("a plan")
    path = tmp_path / name
    with pytest.raises(ControlFault, match=str(tmp_path)):
        asyncio.run(ControlSocket(path, Control(EmulatedWorld(start()))).open())
    assert (tmp_path / "file").read_text() == "a plan"
