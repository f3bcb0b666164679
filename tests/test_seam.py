"""The text seam: one contract for every Access. Emulated and recorded now; SSH joins them later.

Whatever stands behind the ports, a console answers text for a line, without echo and prompt, says
its prompt, and tells the line's faults apart. The rest of the tool relies on nothing else.
"""

from dataclasses import dataclass

import pytest
from nights import Listening
from worlds import pair

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.tape.recorded import RecordedWorld
from upgrader.access.tape.redaction import Redactor
from upgrader.access.tape.taped import TapedWorld
from upgrader.conduct.eyes import Eyes
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.version import read_show_version
from upgrader.journal.entry import Started
from upgrader.journal.memory import MemoryJournal
from upgrader.model.failover import FailoverState
from upgrader.model.names import Digest, Seat
from upgrader.model.unit import Dark, Depth, Snapshot
from upgrader.ports import Dropped, NoAnswer, ReplayDiverged, TapeEnded, World

NOWHERE = Seat("192.0.2.99")


@dataclass
class Script:
    """What is done at the seam, on whichever world: the same lines for all of them."""

    world: World

    def look(self) -> Snapshot:
        eyes = Eyes(self.world.access, self.world.seats, self.world.clock)
        seen = eyes.look(Depth.FULL)
        eyes.close()
        return seen

    def everything(self) -> list[object]:
        seen: list[object] = [self.look()]
        console = self.world.access.open(self.world.seats.active)
        seen += [console.prompt, console.ask("show version"), console.prompt]
        console.close()
        try:
            self.world.access.open(NOWHERE)
        except NoAnswer as fault:
            seen.append(("no answer", fault.seat, fault.line))
        seen.append(self.world.clock.now())
        return seen


def emulated() -> World:
    return EmulatedWorld(pair(sessions=4).pair)


def taped() -> tuple[World, MemoryJournal]:
    journal = MemoryJournal()
    world = TapedWorld(emulated(), journal, Redactor(b"k" * 32))
    journal.append(Started("r", "p", Digest("sha256:0"), world.clock.origin), at=world.clock.now())
    return world, journal


def recorded() -> World:
    world, journal = taped()
    Script(world).everything()
    return RecordedWorld(journal, world.seats)


WORLDS = {"emulated": emulated, "taped": lambda: taped()[0], "recorded": recorded}


@pytest.fixture(params=WORLDS)
def world(request) -> World:
    return WORLDS[request.param]()


def test_a_full_look_reads_everything(world: World):
    seen = Script(world).look()
    assert [unit.unread for unit in seen.units] == [(), ()]
    assert seen.active is not None
    assert seen.active.full is not None
    assert len(seen.active.full.sessions) == 4
    assert seen.dark == ()


def test_a_reply_has_neither_echo_nor_prompt(world: World):
    Script(world).look()
    console = world.access.open(world.seats.active)
    reply = console.ask("show version")
    assert "show version" not in reply
    assert console.prompt
    assert console.prompt not in reply
    assert read_show_version(reply).serial == "JAD11111111"


def test_a_seat_where_nobody_is_gives_no_answer(world: World):
    script = Script(world)
    script.look()
    console = world.access.open(world.seats.active)
    console.ask("show version")
    with pytest.raises(NoAnswer) as fault:
        world.access.open(NOWHERE)
    assert fault.value.seat == NOWHERE


def test_every_world_says_the_same():
    told = {name: Script(make()).everything() for name, make in WORLDS.items()}
    assert told["taped"] == told["recorded"]
    # The emulated world counts from its own start; the tape from the run's first entry.
    assert told["emulated"] == told["taped"]


def test_the_clock_moves_only_by_sleep_and_by_slow_answers():
    world = emulated()
    before = world.clock.now()
    console = world.access.open(world.seats.active)
    console.ask("show version")
    assert world.clock.now() == before
    console.ask("verify /sha-512 disk0:/asa9-16-4-lfbff-k8.SPA")
    assert world.clock.now() > before


def test_a_conversation_ends_when_its_seat_changes_hands():
    """To-the-box connections are not replicated: whoever stays connected talks to nobody."""
    truth = pair()
    world = EmulatedWorld(truth.pair)
    console = world.access.open(world.seats.active)
    console.ask("show version")
    truth.switch_over()
    with pytest.raises(Dropped):
        console.ask("show version")
    after = world.access.open(world.seats.active)
    assert read_show_version(after.ask("show version")).serial == "JAD22222222"


def test_a_dark_unit_is_dark_and_its_mate_tells_the_serial():
    truth = pair()
    world = EmulatedWorld(truth.pair)
    truth.pull_power(truth.secondary)
    truth.wait(30_000)
    seen = Script(world).look()
    assert isinstance(seen.secondary, Dark)
    assert seen.secondary.serial == "JAD22222222"
    assert seen.active is not None
    assert seen.active.peer_state is FailoverState.FAILED


def test_a_tape_that_is_asked_something_else_says_where_it_parts():
    world = recorded()
    with pytest.raises(ReplayDiverged) as difference:
        world.access.open(world.seats.standby)
    assert world.seats.active in str(difference.value)


def test_an_unfinished_tape_ends():
    world = recorded()
    Script(world).everything()
    with pytest.raises(TapeEnded):
        world.access.open(world.seats.active)


def test_looking_changes_nothing():
    """Over every line of a full look, the emulator's change counter stays where it was."""
    truth = pair(sessions=5)
    world = Listening(EmulatedWorld(truth.pair))
    before = truth.pair.changes
    seen = Script(world).look()
    assert truth.pair.changes == before
    assert world.changing == []
    for line in {line for _, line in world.typed}:
        assert line.split()[0] in {"show", "dir", "verify"}
    screen = world.access.open(world.seats.active).ask("show failover")
    assert read_show_failover(screen).this_host.state is FailoverState.ACTIVE
    assert seen.depth is Depth.FULL
