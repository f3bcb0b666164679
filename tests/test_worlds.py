"""An emulated pair persists between commands, and outlives a tool that is killed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from failing_disk import FailingDisk, Killed
from worlds import NEW_IMAGE, OLD_IMAGE, scenario

from upgrader.access.emulated.store import WorldKey, WorldStore
from upgrader.access.emulated.world import EmulatedWorld, Pace
from upgrader.access.holding import hold, is_held
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface.inputs import Happened
from upgrader.model.names import Digest, Seat
from upgrader.ports import Dropped, NoAnswer, UsageFault, WorldHeld

KEY = WorldKey("edge", Digest("sha256:" + "a" * 64), "edge.toml")
CHANGED = WorldKey("edge", Digest("sha256:" + "b" * 64), "edge.toml")


def start() -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario(sessions=3))


def enter(folder: Path, key: WorldKey = KEY, *, fresh: bool = False) -> EmulatedWorld:
    return WorldStore(folder).enter(key, start, command="upgrader run", fresh=fresh)


def stored(folder: Path, key: WorldKey = KEY) -> bytes:
    """The pair as it lies on disk."""
    found = WorldStore(folder)._read(key)
    assert found is not None
    return found.pair.save()


class WatchingDisk(FailingDisk):
    """Remembers the pair as it was at each input that was written whole."""

    def watch(self, pair: EmulatedPair) -> None:
        self.pair = pair
        self.states = [pair.save()]

    def append(self, path: Path, data: bytes) -> None:
        super().append(path, data)
        self.states.append(self.pair.save())


def an_evening(world: EmulatedWorld) -> None:
    """Looks, changes, a reload, and time that passes; every kind of input."""
    console = world.access.open(world.seats.active)
    console.ask("show version")
    console.ask("configure terminal")
    console.ask(f"no boot system {OLD_IMAGE}")
    console.ask(f"boot system {NEW_IMAGE}")
    console.ask("end")
    console.ask("write memory")
    console.ask(f"verify /sha-512 {NEW_IMAGE}")
    other = world.access.open(world.seats.standby)
    other.ask("show vpn-sessiondb anyconnect")
    other.close()
    world.clock.sleep(timedelta(seconds=30))
    world.give(lambda at: Happened(at, "connect-clients", {"count": 2}))
    world.save()
    world.give(lambda at: Happened(at, "cut-link", {"link": "state"}))
    console.ask("failover reload-standby")
    world.clock.sleep(timedelta(seconds=10))
    with pytest.raises(NoAnswer):
        world.access.open(world.seats.standby)
    world.clock.sleep(timedelta(minutes=8))
    console.ask("show logging")
    console.close()
    world.close()


def test_what_a_command_did_is_still_so_for_the_next_command(tmp_path: Path) -> None:
    world = enter(tmp_path)
    console = world.access.open(world.seats.active)
    console.ask("write memory")
    before = world.clock.now()
    world.close()

    again = enter(tmp_path)
    assert again.clock.now() == before  # between commands no device time passes
    assert "asa9-12-4" in again.access.open(again.seats.active).ask("show version")
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True])
def test_a_kill_at_any_write_leaves_the_pair_as_the_last_whole_input_left_it(
    tmp_path: Path, torn: bool
) -> None:
    whole = WatchingDisk()
    world = WorldStore(tmp_path / "whole", whole).enter(KEY, start, command="upgrader run")
    whole.watch(world.pair)
    begun = len(whole.done)
    an_evening(world)
    assert len(whole.states) > 20
    for changes in range(begun, len(whole.done)):
        folder = tmp_path / str(changes)
        disk = WatchingDisk(changes=changes, torn=torn)
        world = WorldStore(folder, disk).enter(KEY, start, command="upgrader run")
        disk.watch(world.pair)
        with pytest.raises(Killed):
            an_evening(world)
        assert stored(folder) == disk.states[-1], whole.done[changes]
        assert disk.states == whole.states[: len(disk.states)]
        world.keeper._held.release()  # as the kernel does for a killed process


@pytest.mark.parametrize("changes", range(14))
def test_a_kill_while_the_world_is_made_leaves_a_new_world_or_none(
    tmp_path: Path, changes: int
) -> None:
    disk = FailingDisk(changes=changes)
    with suppress(Killed):
        WorldStore(tmp_path, disk).enter(KEY, start, command="upgrader run").close()
    world = enter(tmp_path)
    assert world.pair.now == 0
    world.close()
    assert stored(tmp_path) == start().save()


def test_after_a_kill_the_next_command_goes_on_and_the_cut_line_is_forgotten(
    tmp_path: Path,
) -> None:
    world = enter(tmp_path)
    console = world.access.open(world.seats.active)
    console.ask("write memory")
    at = world.clock.now()
    world.keeper._held.release()
    inputs = next(tmp_path.glob("edge-*/inputs.jsonl"))
    with inputs.open("ab") as file:
        file.write(b'{"at": 12, "kind": "received", "line": "failover rel')

    again = enter(tmp_path)
    assert again.clock.now() == at
    again.clock.sleep(timedelta(seconds=5))
    assert json.loads(inputs.read_bytes().splitlines()[-1]) == {
        "at": at,
        "kind": "advanced",
        "to": at + 5_000,
    }
    again.close()
    assert enter(tmp_path).clock.now() == at + 5_000


def test_a_second_holder_is_refused_and_the_first_is_named(tmp_path: Path) -> None:
    world = enter(tmp_path)
    with pytest.raises(WorldHeld, match=rf"`upgrader run` \(process {os.getpid()}\) since \d\d:"):
        enter(tmp_path)
    with pytest.raises(WorldHeld):
        enter(tmp_path, fresh=True)
    world.close()
    enter(tmp_path).close()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "edge.lock"
    program = (
        "import sys; from pathlib import Path; from upgrader.access.holding import hold;"
        "held = hold(Path(sys.argv[1]), 'edge', 'upgrader run'); print('held', flush=True);"
        "sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    assert is_held(lock)
    with pytest.raises(WorldHeld, match=f"process {other.pid}"):
        hold(lock, "edge", "upgrader cleanup")
    other.kill()
    other.communicate()
    assert not is_held(lock)
    hold(lock, "edge", "upgrader cleanup").release()


def test_while_one_runs_others_may_look(tmp_path: Path) -> None:
    world = enter(tmp_path)
    world.clock.sleep(timedelta(seconds=70))
    seen = WorldStore(tmp_path).look(KEY, start)
    assert seen.clock.now() == 70_000
    assert "Standby Ready" in seen.access.open(seen.seats.active).ask("show failover")
    world.close()


def test_looking_at_a_pair_without_a_world_makes_none(tmp_path: Path) -> None:
    seen = WorldStore(tmp_path / "worlds").look(KEY, start)
    seen.clock.sleep(timedelta(hours=1))
    seen.close()
    assert not (tmp_path / "worlds").exists()


def test_what_happens_to_a_fork_happens_to_nobody(tmp_path: Path) -> None:
    world = enter(tmp_path)
    before = world.pair.save()
    twin = world.fork()
    twin.access.open(twin.seats.active).ask("failover reload-standby")
    twin.clock.sleep(timedelta(minutes=20))
    twin.close()
    assert world.pair.save() == before
    world.close()
    assert stored(tmp_path) == before


def test_a_changed_pair_file_asks_for_fresh_and_names_both(tmp_path: Path) -> None:
    enter(tmp_path).close()
    for ask in (
        lambda: enter(tmp_path, CHANGED),
        lambda: WorldStore(tmp_path).look(CHANGED, start),
    ):
        with pytest.raises(UsageFault, match=r"edge.*aaaa.*bbbb.*--fresh"):
            ask()
    enter(tmp_path, CHANGED, fresh=True).close()
    with pytest.raises(UsageFault, match="--fresh"):
        enter(tmp_path)


def test_fresh_forgets_what_happened(tmp_path: Path) -> None:
    world = enter(tmp_path)
    world.clock.sleep(timedelta(hours=3))
    world.close()
    world = enter(tmp_path, fresh=True)
    assert world.clock.now() == 0
    world.close()


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        ("checkpoint", lambda _: b"no checkpoint"),
        ("checkpoint", lambda old: old[:-40]),
        ("checkpoint", lambda old: old.replace(b'"schema": 2', b'"schema": 9')),
        ("inputs.jsonl", lambda old: old + b'{"at": 0, "kind": "danced"}\n'),
        ("inputs.jsonl", lambda old: old + b'{"at": 77, "kind": "advanced", "to": 99}\n'),
        ("inputs.jsonl", lambda old: old + b"garbage\n"),
        ("inputs.jsonl", lambda old: old.replace(b'"generation": ', b'"generation": 9')),
    ],
)
def test_a_spoilt_world_is_said_to_be_so_and_never_guessed(
    tmp_path: Path, file: str, spoil: Callable[[bytes], bytes]
) -> None:
    enter(tmp_path).close()
    path = next(tmp_path.glob(f"edge-*/{file}"))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(UsageFault, match=r"cannot be read .*--fresh"):
        enter(tmp_path)
    enter(tmp_path, fresh=True).close()


def test_a_world_of_an_older_release_is_refused_and_fresh_starts_anew(tmp_path: Path) -> None:
    """Its inputs had another form: to guess at them would be another night."""
    enter(tmp_path).close()
    path = next(tmp_path.glob("edge-*/checkpoint"))
    path.write_bytes(path.read_bytes().replace(b'"schema": 2', b'"schema": 1'))
    with pytest.raises(UsageFault, match=r"another release \(its form is 1, .* 2\).*--fresh"):
        enter(tmp_path)
    with pytest.raises(UsageFault, match="--fresh"):
        WorldStore(tmp_path).look(KEY, start)
    enter(tmp_path, fresh=True).close()


def test_what_befell_a_pair_is_on_the_disk_before_anybody_is_told(tmp_path: Path) -> None:
    disk = FailingDisk()
    world = WorldStore(tmp_path, disk).enter(KEY, start, command="upgrader world")
    world.give(lambda at: Happened(at, "pull-power", {"unit": "secondary"}))
    assert disk.done[-2:] == ["append inputs.jsonl", "fsync inputs.jsonl"]
    world.keeper._held.release()
    again = enter(tmp_path)
    assert again.pair.units[1].power.value == "off"
    again.close()


def test_a_slow_line_takes_device_time_and_nothing_else_does(tmp_path: Path) -> None:
    world = EmulatedWorld(start())
    console = world.access.open(world.seats.active)
    console.ask("show failover")
    assert world.clock.now() == 0
    console.ask(f"verify /sha-512 {NEW_IMAGE}")
    assert world.clock.now() > 1_000


def test_nobody_answers_at_an_address_that_is_no_seat() -> None:
    world = EmulatedWorld(start())
    with pytest.raises(NoAnswer):
        world.access.open(Seat("192.0.2.1"))
    assert world.clock.now() == 5_000


def test_a_console_that_was_closed_takes_no_line() -> None:
    world = EmulatedWorld(start())
    console = world.access.open(world.seats.active)
    console.close()
    console.close()
    with pytest.raises(Dropped):
        console.ask("show version")


def test_pace_really_waits_its_part_of_every_sleep() -> None:
    waited: list[float] = []
    world = EmulatedWorld(start()).paced(Pace(60, waited.append))
    world.clock.sleep(timedelta(minutes=2))
    world.fork().clock.sleep(timedelta(seconds=30))
    assert waited == [2.0, 0.5]
    assert world.clock.now() == 120_000
