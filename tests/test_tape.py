"""The tape: a night is written down as it was judged, and asked again it answers the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from upgrader.access.tape.recorded import RecordedWorld
from upgrader.access.tape.redaction import Redactor, same_but_for_secrets
from upgrader.access.tape.taped import TapedWorld
from upgrader.access.tape.transcript import LINES_SHOWN, Transcripts
from upgrader.journal.entry import (
    Asked,
    Body,
    Entry,
    Finished,
    LineTrouble,
    NotAnswered,
    Opened,
    Recollection,
    Resumed,
    Slept,
    Started,
)
from upgrader.journal.memory import MemoryJournal
from upgrader.journal.signing import Signer
from upgrader.journal.store import RunFolder
from upgrader.journal.tape import sittings, tape_of
from upgrader.model.names import Digest, Instant, Seat
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.ports import (
    Access,
    Clock,
    Console,
    Dropped,
    LineFault,
    NoAnswer,
    ReplayDiverged,
    Seats,
    TapeEnded,
    World,
)

ACTIVE, STANDBY = Seat("10.0.0.1"), Seat("10.0.0.2")
SEATS = Seats(ACTIVE, STANDBY)
DIGEST = Digest("sha256:" + "ab" * 32)
KEY = Signer(Ed25519PrivateKey.generate())
SECRET = "Tr0ub4dor"

# Synthetic: the lines of `show version` that our reader wants.
VERSION = """
Cisco Adaptive Security Appliance Software Version 9.12(4)
Hardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)
asa up 3 days 2 hours
Serial Number: JAD1
"""


@dataclass
class Pair:
    """A world that answers by rote: a line, its reply. It knows one dark seat and one cut."""

    replies: dict[str, str]
    dark: Seat | None = None
    cut_by: str | None = None
    ms: int = 1_700_000_000_000
    seats: Seats = SEATS
    asked: list[str] = field(default_factory=list)

    @property
    def access(self) -> Access:
        return self

    @property
    def clock(self) -> Clock:
        return self

    def now(self) -> Instant:
        return Instant(self.ms)

    def sleep(self, duration: timedelta) -> None:
        self.ms += duration // timedelta(milliseconds=1)

    def open(self, seat: Seat) -> Console:
        if seat == self.dark:
            raise NoAnswer(seat, None, "nobody answers")
        return ByRote(self, seat)

    def fork(self) -> World:
        return Pair(dict(self.replies))

    def close(self) -> None:
        self.asked.append("closed")


@dataclass
class ByRote:
    """A console of such a world; each answer takes 7 ms."""

    pair: Pair
    seat: Seat
    prompt: str = "fw/pri/act#"

    def ask(self, line: str) -> str:
        self.pair.asked.append(line)
        self.pair.ms += 7
        if line == self.pair.cut_by:
            raise Dropped(self.seat, line, f"gone after {line}")
        self.prompt = "fw/pri/act(config)#" if line == "configure terminal" else self.prompt
        return self.pair.replies.get(line, "")

    def close(self) -> None:
        self.pair.asked.append("hung up")


def a_pair(**more: object) -> Pair:
    replies = {
        "show version": VERSION,
        "show failover": "Failover On",
        "show running-config failover": f"failover\nfailover key {SECRET}\n",
        "show vpn-sessiondb anyconnect": "".join(f"row {n}\n" for n in range(5000)),
    }
    return Pair(replies, **more)  # type: ignore[arg-type]


def a_night(world: World) -> list[object]:
    """What somebody asks of a pair, and everything that they can see of it."""
    seen: list[object] = [world.clock.now()]
    console = world.access.open(ACTIVE)
    seen += [console.prompt, console.seat]
    for line in ("show version", "show running-config failover", "configure terminal"):
        seen += [console.ask(line), console.prompt, world.clock.now()]
    world.clock.sleep(timedelta(seconds=10))
    seen.append(world.clock.now())
    for seat, line in ((STANDBY, "show failover"), (ACTIVE, "no failover active")):
        try:
            seen.append(world.access.open(seat).ask(line))
        except LineFault as fault:
            seen += [type(fault), str(fault), fault.line, world.clock.now()]
    return seen


def taped(
    pair: World, journal: MemoryJournal, key: bytes = b"k", transcripts: Transcripts | None = None
) -> TapedWorld:
    world = TapedWorld(pair, journal, Redactor(key), transcripts)
    if not journal.entries():
        started = Started("night", "pair", DIGEST, world.clock.origin, Redactor(key).tag)
        journal.append(started, at=world.clock.now())
    return world


def sealed(journal: MemoryJournal) -> MemoryJournal:
    at = journal.entries()[-1].at
    journal.seal(Finished(Outcome.UPGRADED, ExitCode.DONE, DIGEST), at=at)
    return journal


# ── the night and its replay ───────────────────────────────────────────────────────────


def test_asked_the_same_the_tape_answers_the_same_at_the_same_instants() -> None:
    journal = MemoryJournal()
    night = a_night(taped(a_pair(dark=STANDBY, cut_by="no failover active"), journal))

    again = RecordedWorld(sealed(journal), SEATS)

    assert a_night(again) == night
    assert again.is_over


def test_a_dead_line_and_a_dark_seat_are_part_of_the_night() -> None:
    journal = MemoryJournal()
    a_night(taped(a_pair(dark=STANDBY, cut_by="no failover active"), journal))

    troubles = [e.body for e in journal.entries() if isinstance(e.body, NotAnswered)]

    assert troubles == [
        NotAnswered(STANDBY, None, LineTrouble.NO_ANSWER, "nobody answers"),
        NotAnswered(
            ACTIVE, "no failover active", LineTrouble.DROPPED, "gone after no failover active"
        ),
    ]


def _another_seat(world: World) -> None:
    world.access.open(STANDBY)


def _another_line(world: World) -> None:
    world.access.open(ACTIVE).ask("reload noconfirm")


def _another_sleep(world: World) -> None:
    world.access.open(ACTIVE).ask("show version")
    world.clock.sleep(timedelta(seconds=9))


def _no_sleep(world: World) -> None:
    world.access.open(ACTIVE).ask("show version")
    world.access.open(ACTIVE)


def _sleep_first(world: World) -> None:
    world.clock.sleep(timedelta(seconds=10))


def _one_more(world: World) -> None:
    world.access.open(ACTIVE).ask("show version")
    world.clock.sleep(timedelta(seconds=10))
    world.access.open(ACTIVE)


@pytest.mark.parametrize(
    ("differently", "says"),
    [
        (_another_seat, "entry 2: on the night: opening a console at 10.0.0.1; today: .*10.0.0.2"),
        (_another_line, "entry 3: on the night: 'show version' .*; today: 'reload noconfirm'"),
        (_another_sleep, "entry 4: on the night: sleeping 10000 ms; today: sleeping 9000 ms"),
        (_no_sleep, "entry 4: on the night: sleeping 10000 ms; today: opening a console"),
        (_sleep_first, "entry 2: .*; today: sleeping 10000 ms"),
        (_one_more, "after the last entry: .* today: opening a console at 10.0.0.1"),
    ],
)
def test_asked_differently_the_first_difference_is_named(
    differently: Callable[[World], None], says: str
) -> None:
    journal = MemoryJournal()
    world = taped(a_pair(), journal)
    world.access.open(ACTIVE).ask("show version")
    world.clock.sleep(timedelta(seconds=10))

    with pytest.raises(ReplayDiverged, match=says):
        differently(RecordedWorld(sealed(journal), SEATS))


def test_where_a_process_died_its_tape_ends() -> None:
    journal = MemoryJournal()
    taped(a_pair(), journal).access.open(ACTIVE)

    console = RecordedWorld(journal, SEATS).access.open(ACTIVE)

    with pytest.raises(TapeEnded, match="'show version'"):
        console.ask("show version")


def test_a_tape_has_no_twin() -> None:
    journal = MemoryJournal()
    taped(a_pair(), journal)

    with pytest.raises(ReplayDiverged, match="twin"):
        RecordedWorld(journal, SEATS).fork()


def test_each_process_that_conducted_the_run_is_replayed_by_itself() -> None:
    pair, journal = a_pair(), MemoryJournal()
    taped(pair, journal).access.open(ACTIVE).ask("show failover")
    pair.ms += 60_000
    second = taped(pair, journal)
    at_resume = second.clock.now()
    second.access.open(STANDBY).ask("show version")
    sealed(journal)

    first, last = (RecordedWorld(journal, SEATS, sitting=n) for n in (0, 1))

    assert first.access.open(ACTIVE).ask("show failover") == "Failover On"
    with pytest.raises(TapeEnded):
        first.clock.sleep(timedelta(seconds=1))
    assert last.clock.now() == at_resume == 60_007
    assert last.access.open(STANDBY).ask("show version") == VERSION
    assert last.is_over


def test_the_tape_is_cut_where_another_process_took_over() -> None:
    bodies: list[Body] = [
        Started("night", "pair", DIGEST, 0),
        Slept(1),
        Resumed(),
        Opened(ACTIVE, "fw#"),
        Resumed(),
    ]
    entries = [Entry(n, Instant(n), DIGEST, body) for n, body in enumerate(bodies, start=1)]

    parts = sittings(entries)

    assert [(p.begins, p.starts_at, len(p.frames), p.complete) for p in parts] == [
        (1, 1, 1, False),
        (3, 3, 1, False),
        (5, 5, 0, False),
    ]
    assert [frame.number for frame in tape_of(entries)] == [2, 4]
    assert sittings([]) == ()


# ── the run's axis ─────────────────────────────────────────────────────────────────────


def test_a_run_begins_at_zero_whatever_the_worlds_clock_says() -> None:
    journal = MemoryJournal()
    world = taped(a_pair(), journal)
    world.clock.sleep(timedelta(seconds=2))

    assert [e.at for e in journal.entries()] == [0, 2000]
    assert journal.entries()[0].body == Started(
        "night", "pair", DIGEST, 1_700_000_000_000, Redactor(b"k").tag
    )


def test_a_resumed_run_stays_on_its_axis_even_if_the_clock_was_set_back() -> None:
    pair, journal = a_pair(), MemoryJournal()
    taped(pair, journal).clock.sleep(timedelta(seconds=100))
    pair.ms -= 50_000

    world = taped(pair, journal)
    world.clock.sleep(timedelta(seconds=20))
    world.clock.sleep(timedelta(seconds=40))

    assert [e.at for e in journal.entries()] == [0, 100_000, 100_000, 100_000, 110_000]


def test_time_moves_only_with_the_tape() -> None:
    """Otherwise the night would see instants that its replay cannot give back."""
    pair, journal = a_pair(), MemoryJournal()
    world = taped(pair, journal)
    pair.ms += 5000

    assert world.clock.now() == 0
    world.access.open(ACTIVE)
    assert world.clock.now() == 5000


def test_the_world_beneath_is_closed_and_forked_without_a_tape() -> None:
    pair, journal = a_pair(), MemoryJournal()
    world = taped(pair, journal)
    world.access.open(ACTIVE).close()

    world.fork().access.open(ACTIVE).ask("show version")
    world.close()

    assert world.seats == SEATS
    assert pair.asked == ["hung up", "closed"]
    assert len(journal.entries()) == 2


# ── secrets ────────────────────────────────────────────────────────────────────────────


def test_what_is_handed_upward_is_redacted_already() -> None:
    console = taped(a_pair(), MemoryJournal()).access.open(ACTIVE)

    reply = console.ask("show running-config failover")

    assert SECRET not in reply
    assert reply.startswith("failover\nfailover key <secret:")


def test_equal_secrets_have_equal_tags_within_a_run_and_no_others() -> None:
    one, other = Redactor(b"one run"), Redactor(b"another")
    line = f"failover key {SECRET}"

    assert one.redact(line) == one.redact(line)
    assert one.redact(line) != one.redact("failover key Other9")
    assert one.redact(line) != other.redact(line)
    assert one.redact(one.redact(line)) == one.redact(line)
    assert one.tag != other.tag


def test_a_typed_secret_is_recognised_in_replay_though_its_key_is_gone() -> None:
    journal = MemoryJournal()
    taped(a_pair(), journal).access.open(ACTIVE).ask(f"failover key {SECRET}")
    assert all(SECRET not in str(e.body) for e in journal.entries())

    RecordedWorld(journal, SEATS).access.open(ACTIVE).ask(f"failover key {SECRET}")

    with pytest.raises(ReplayDiverged) as caught:
        RecordedWorld(journal, SEATS).access.open(ACTIVE).ask(f"passwd {SECRET}")
    assert SECRET not in str(caught.value)
    assert not same_but_for_secrets(f"failover key {SECRET}", "no failover key")


def test_a_fault_does_not_carry_the_secret_upward() -> None:
    typed = f"failover key {SECRET}"
    console = taped(a_pair(cut_by=typed), MemoryJournal()).access.open(ACTIVE)

    with pytest.raises(Dropped) as caught:
        console.ask(typed)

    assert SECRET not in f"{caught.value} {caught.value.line} {caught.value.why}"
    assert caught.value.__suppress_context__


def _unpacked(folder: RunFolder, journal: Recollection) -> list[bytes]:
    blobs = [journal.blob(e.body.blob) for e in journal.entries() if isinstance(e.body, Asked)]
    return blobs + [p.read_bytes() for p in folder.path.rglob("*") if p.is_file()]


def test_no_secret_is_in_any_file_of_the_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    journal = folder.begin(KEY)
    key = folder.redaction_key()
    transcripts = Transcripts(folder.transcripts, folder.disk)
    world = TapedWorld(a_pair(dark=STANDBY), journal, Redactor(key), transcripts)
    journal.append(Started("n", "p", DIGEST, world.clock.origin), at=Instant(0), durable=True)
    a_night(world)
    console = world.access.open(ACTIVE)
    console.ask("show running-config failover")
    console.ask(f"failover key {SECRET}")
    journal.seal(Finished(Outcome.UPGRADED, ExitCode.DONE, DIGEST), at=world.clock.now())

    texts = _unpacked(folder, folder.read())

    assert len(texts) > 10
    assert all(SECRET.encode() not in text for text in texts)
    assert any(b"<secret:" in text for text in texts)
    assert all(key not in text for text in texts)
    assert not folder.redaction.exists()


# ── transcripts ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def transcript(tmp_path: Path) -> Callable[[str], str]:
    folder = RunFolder(tmp_path / "run")
    journal = folder.begin(KEY)
    world = TapedWorld(
        a_pair(dark=STANDBY),
        journal,
        Redactor(folder.redaction_key()),
        Transcripts(folder.transcripts, folder.disk),
    )
    console = world.access.open(ACTIVE)
    for line in ("show failover", "show version", "show vpn-sessiondb anyconnect"):
        console.ask(line)
    with pytest.raises(NoAnswer):
        world.access.open(STANDBY)
    return lambda name: (folder.transcripts / name).read_text()


def test_a_transcript_goes_by_the_serial_once_the_unit_has_said_it(
    transcript: Callable[[str], str],
) -> None:
    """A seat is no identity: after the switchover the other chassis answers there."""
    assert transcript("10.0.0.1.txt") == (
        "── 0:00:00.000 · opened at 10.0.0.1: fw/pri/act#\n"
        "── 0:00:00.007\nfw/pri/act# show failover\nFailover On\n"
    )
    assert transcript("JAD1.txt").startswith("── 0:00:00.014\nfw/pri/act# show version\n")
    assert "nobody answers" in transcript("10.0.0.2.txt")


def test_a_long_reply_is_cut_with_a_note_where_the_rest_is(
    transcript: Callable[[str], str],
) -> None:
    text = transcript("JAD1.txt")

    assert f"row {LINES_SHOWN - 1}\n… 4,800 more lines: tape/" in text
    assert f"row {LINES_SHOWN}\n" not in text
