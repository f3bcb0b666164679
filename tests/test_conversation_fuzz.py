"""Peers that talk rubbish: the tool never hangs, never breaks, and is never made to act."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wires import Peer, Wired
from worlds import pair

from upgrader.access.ssh.console import Login, Manners
from upgrader.access.ssh.line import Line, LineClosed
from upgrader.emulator import oracles
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import Timings
from upgrader.journal.memory import MemoryJournal
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import Plan
from upgrader.ports import Dropped, UpgraderError

SECRET = "squeamish ossifrage"
LINES = ("show version", "show failover", "write memory", "failover reload-standby")
KEYS = (b"y", b"A\n", b" ")
BRIEF = Manners(most_bytes=1_000_000)

Piece = bytes | float

SNIPPETS = (
    b"FW/pri/act# ",
    b"\rFW/pri/act# ",
    b"\r\n\rFW/pri/act# ",
    b"\r\n\rFW/pri/stby# ",
    b"\r\n\rFW> ",
    b"OTHER# ",
    b"\r\n",
    b"\r",
    b"\n",
    b"show version\r\n",
    b"write memory\r\n",
    b"failover reload-standby\r\n",
    b"FW/pri/act# show version\r\n",
    b"Password: ",
    b"Enter  Password: ",
    b"Username: ",
    b"Proceed with reload? [confirm] ",
    b"Save? [Y]es/[N]o: ",
    b"Destination filename [x]? ",
    b"<--- More --->",
    b"\x1b[2K\x1b[999C\x1b[31m",
    b"\x1b]0;title\x07",
    b"\b" * 40,
    b"\x1b[",
    b"\xff\xfe\x00",
    b"%ASA-5-111008: User 'x' executed 'y'.\r\n",
    b"***\r\n*** --- SHUTDOWN NOW ---\r\n",
    b"        Switching to Standby\r\n",
    b"x" * 5_000,
    b"# " * 3_000,
    b"show curpriv\r\n",
    b"FW/pri/act# show curpriv\r\n",
)
pieces = st.lists(
    st.one_of(
        st.sampled_from(SNIPPETS), st.binary(max_size=60), st.sampled_from([0.05, 0.7, 40.0])
    ),
    max_size=12,
)


@dataclass
class Rubbish:
    """What a peer says to each packet; with an echo and a prompt around it, or without."""

    scripts: Sequence[tuple[bool, bool, Sequence[Piece]]]
    closes_at: int
    sent: int = 0

    def __call__(self, data: bytes) -> Iterator[Piece]:
        echoes, prompts, said = self.scripts[self.sent % len(self.scripts)]
        self.sent += 1
        if self.sent == self.closes_at:
            yield from self._reset()
        if echoes:
            yield data.replace(b"\n", b"\r\n")
        yield from said
        if prompts:
            yield b"\r\n\rFW/pri/act# "

    def _reset(self) -> Iterator[Piece]:
        raise LineClosed("connection reset by peer")
        yield b""


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    greeting=pieces,
    scripts=st.lists(st.tuples(st.booleans(), st.booleans(), pieces), min_size=1, max_size=6),
    closes_at=st.integers(1, 30),
    privileged=st.booleans(),
)
def test_no_peer_makes_a_conversation_hang_break_or_act(
    greeting: list[Piece],
    scripts: list[tuple[bool, bool, list[Piece]]],
    closes_at: int,
    privileged: bool,
):
    peer = Peer(Rubbish(scripts, closes_at))
    peer._coming = iter([*greeting, b"\r\nFW/pri/act# " if privileged else b"\r\nFW/pri/act> "])
    asked: list[str] = []
    try:
        login = Login("ada", lambda: SECRET)
        console = peer.enter(enable=lambda: SECRET, login=login, manners=BRIEF)
        for line in LINES:
            asked.append(line)
            console.ask(line)
    except UpgraderError as fault:
        told = f"{fault}{fault!r}{vars(fault)}"
        given_up = peer.is_closed
    else:
        told, given_up = "", True
    assert SECRET not in told
    assert given_up
    assert peer.now < 600 + 8_000
    manners = ("show curpriv", "enable", "terminal pager 0", "no terminal pager")
    lawful = {f"{line}\n".encode() for line in (*manners, *asked)}
    for data in peer.sent:
        assert data in lawful or data in KEYS or data == f"{SECRET}\n".encode()
    for line in asked:
        assert peer.sent.count(f"{line}\n".encode()) <= 1
    assert peer.sent.count(f"{SECRET}\n".encode()) <= 1


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3_000), st.integers(1, 64))
def test_no_bytes_behind_an_echo_hurt_a_console(noise: bytes, cut: int):
    def says(data: bytes) -> Iterator[Piece]:
        yield data.replace(b"\n", b"\r\n")
        if data == b"show version\n":
            yield from (noise[at : at + cut] for at in range(0, len(noise), cut))
        yield b"\r\n\rFW# "

    peer = Peer(says, b"FW# ")
    try:
        assert isinstance(peer.enter().ask("show version"), str)
    except UpgraderError:
        assert peer.is_closed


# ── without an end ─────────────────────────────────────────────────────────────────────

ENDLESS: dict[str, Callable[[], Iterator[bytes]]] = {
    "rows": lambda: iter(lambda: b"a row of a listing\r\n" * 3_000, b""),
    "one line": lambda: iter(lambda: b"x" * 65_536, b""),
    "prompts": lambda: iter(lambda: b"\r\nFW# " * 10_000, b""),
    "prompts and a word": lambda: iter(lambda: b"\r\nFW# word " * 6_000, b""),
    "backspaces": lambda: iter(lambda: b"x\b" * 30_000, b""),
    "returns": lambda: iter(lambda: b"abc\r" * 16_000, b""),
    "sequences": lambda: iter(lambda: b"\x1b[K\x1b[1;1H" * 8_000, b""),
    "pages": lambda: iter(lambda: b"<--- More --->\r\n" * 4_000, b""),
    "questions": lambda: iter(lambda: b"Password: " * 6_000, b""),
    "unasked": lambda: iter(lambda: b"End Configuration Replication to mate\r\n" * 1_600, b""),
    "zeros": lambda: iter(lambda: bytes(65_536), b""),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_without_an_end_is_given_up_in_little_time(name: str):
    """At least 64 MB of it: longer than 10,000 sessions are."""

    def says(data: bytes) -> Iterator[Piece]:
        yield data.replace(b"\n", b"\r\n")
        if data == b"show version\n":
            yield from ENDLESS[name]()
        yield b"\r\n\rFW# "

    console = Peer(says, b"FW# ").enter()
    began = time.process_time()

    with pytest.raises(Dropped):
        console.ask("show version")
    assert time.process_time() - began < 10


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rows", "backspaces", "returns", "sequences", "zeros"])
def test_a_reply_of_sixty_megabytes_is_read_whatever_is_in_it(name: str):
    def says(data: bytes) -> Iterator[Piece]:
        yield data.replace(b"\n", b"\r\n")
        if data == b"show version\n":
            endless = ENDLESS[name]()
            yield from (next(endless) for _ in range(900))
        yield b"\r\n\rFW# "

    console = Peer(says, b"FW# ").enter()
    began = time.process_time()

    assert isinstance(console.ask("show version"), str)
    assert time.process_time() - began < 20


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("when", ["greeting", "between", "echo"])
def test_text_without_end_is_given_up_wherever_it_comes(name: str, when: str):
    def says(data: bytes) -> Iterator[Piece]:
        if when == "echo" and data == b"show version\n":
            yield from ENDLESS[name]()
        yield data.replace(b"\n", b"\r\n") + b"\r\n\rFW# "
        if when == "between" and data.startswith(b"terminal"):
            yield 0.1
            yield from ENDLESS[name]()

    peer = Peer(says, b"FW# ")
    if when == "greeting":
        peer._coming = ENDLESS[name]()
    began = time.process_time()

    def talk() -> None:
        console = peer.enter()
        peer.wait(1.0)
        console.ask("show version")

    with pytest.raises(UpgraderError):
        talk()
    assert peer.is_closed
    assert b"version" not in peer.typed or when == "echo"
    assert time.process_time() - began < 5


# ── a whole night ──────────────────────────────────────────────────────────────────────


@dataclass
class NoisyLine:
    """A line to a real pair on which rubbish comes as well, before some of what is received."""

    inner: Line
    noise: dict[int, bytes]
    count: list[int] = field(default_factory=lambda: [0])

    def send(self, data: bytes) -> None:
        self.inner.send(data)

    def receive(self, seconds: float) -> bytes:
        data = self.inner.receive(seconds)
        if data:
            self.count[0] += 1
            data = self.noise.pop(self.count[0], b"") + data
        return data

    def close(self) -> None:
        self.inner.close()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.integers(1, 900),
        st.one_of(st.sampled_from(SNIPPETS), st.binary(min_size=1, max_size=40)),
        max_size=12,
    )
)
def test_rubbish_in_the_middle_of_a_night_reloads_nobody_twice(noise: dict[int, bytes]):
    reloads_nobody_twice(noise)


@pytest.mark.slow
@pytest.mark.parametrize("at", [40, 240, 330])
def test_rubbish_at_an_act_reloads_nobody_twice(at: int):
    reloads_nobody_twice({at + n: SNIPPETS[n % len(SNIPPETS)] for n in range(0, 60, 9)})


@cache
def before_the_night() -> tuple[EmulatedPair, Plan]:
    """A pair that is left as it is, and a plan for it."""
    quiet = pair(sessions=2, timings=Timings(boot_ms=40_000)).pair
    return quiet, Wired(quiet.fork()).planned()


def reloads_nobody_twice(noise: dict[int, bytes]) -> None:
    count = [0]
    quiet, plan = before_the_night()
    night = Wired(quiet.fork())
    night.access.wrap = lambda line: NoisyLine(line, noise, count)
    journal = MemoryJournal()
    for _ in range(4):
        report = night.conducted(plan, journal=journal)
        if report.exit_code is not ExitCode.STOPPED:
            break
    assert night.heard("failover reload-standby") <= 2
    assert night.heard("no failover active") <= 1
    assert all(unit.reloads <= 1 for unit in report.units)
    assert oracles.check(night.pair) == ()
