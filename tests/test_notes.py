"""Messages about sessions read the same, whether somebody looks at each moment or at the end."""

from dataclasses import replace
from itertools import pairwise

import pytest
from worlds import HOUR, MINUTE, PRIMARY, SECONDARY, World, config, mismatched, pair

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sessions.clients import code
from upgrader.emulator.state import LogLine, Note, Unit
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import notes
from upgrader.emulator.syslog.catalogue import message_of
from upgrader.emulator.syslog.notes import fields_of, lines_of, plan_of

SMALL = "logging buffer-size 4096"


def with_line(line: str) -> tuple[str, ...]:
    """The configuration of `worlds`, with that line behind `logging enable`."""
    whole = [one for one in config() if not one.startswith(" ".join(line.split()[:2]))]
    at = whole.index("logging enable") + 1
    return (*whole[:at], line, *whole[at:])


def buffers(world: World) -> list[list[LogLine]]:
    return [list(lines_of(unit)) for unit in world.pair.units]


def waiting(unit: Unit) -> int:
    return 0 if unit.sheet is None else len(unit.sheet.notes)


def some_people_come_and_go(world: World, looks: bool) -> None:
    """A quarter of an hour of logins, sleep, logoffs and a switchover; somebody looks or not."""
    for n in range(1, 16):
        faults.connect_clients(world.pair, 2)
        faults.sleep(world.pair, n)
        if n == 4:
            world.type(world.active, "logging device-id hostname")
        if n == 6:
            world.type(world.active, "hostname another-name")
        if n == 8:
            world.switch_over(settle_ms=1_000)
        if n == 10:
            faults.disconnect(world.pair, 3)
        if n == 12:
            faults.wake(world.pair, 12)
        world.pair.advance(world.pair.now + MINUTE)
        if looks:
            buffers(world)


@pytest.mark.parametrize("line", [SMALL, "logging buffered notifications", "logging standby"])
def test_who_looks_late_reads_what_was_written_at_once(line: str) -> None:
    late, often = (pair(sessions=20, lines=with_line(line)) for _ in range(2))
    some_people_come_and_go(late, looks=False)
    some_people_come_and_go(often, looks=True)
    assert buffers(late) == buffers(often)
    assert late.pair.save() == often.pair.save()


@pytest.mark.parametrize("allocator", ["shared", "per-unit"])
def test_a_unit_writes_the_same_in_the_same_order_whether_somebody_reads_along(
    allocator: str,
) -> None:
    read, unread = (pair(sessions=20, index_allocator=allocator) for _ in range(2))
    for world in (read, unread):
        console = world.pair.open("active")
        assert console is not None
        world.pair.receive(console.number, "terminal monitor")
        if world is unread:
            world.pair.hang_up(console.number)
        some_people_come_and_go(world, looks=False)
        world.pair.advance(world.pair.now + 12 * HOUR)
    assert buffers(read) == buffers(unread)
    assert {737_026, 737_029, 722_051} <= {line.number for log in buffers(read) for line in log}


def test_nothing_is_written_before_somebody_looks() -> None:
    world = pair(sessions=3)
    faults.connect_clients(world.pair, 5)
    written = world.primary.log.copy()
    assert waiting(world.primary) > 0
    assert len(world.log(world.primary)) > len(written)
    assert waiting(world.primary) == 0


def test_a_saved_pair_has_its_log_written_up() -> None:
    world = pair(sessions=3)
    faults.connect_clients(world.pair, 5)
    twin = EmulatedPair.load(world.pair.save())
    assert [unit.sheet for unit in twin.units] == [None, None]
    assert buffers(World(twin)) == buffers(world)


def test_a_fork_writes_on_a_sheet_of_its_own() -> None:
    world = pair(sessions=3)
    faults.connect_clients(world.pair, 1)
    twin = World(world.pair.fork())
    faults.connect_clients(twin.pair, 4)
    assert waiting(twin.primary) > waiting(world.primary)
    assert len(buffers(twin)[PRIMARY]) > len(buffers(world)[PRIMARY])


def test_what_no_buffer_can_hold_is_not_kept() -> None:
    world = pair(sessions=1, lines=with_line(SMALL))
    most = 0
    for _ in range(600):
        faults.sleep(world.pair, 1)
        faults.wake(world.pair, 1)
        most = max(most, waiting(world.active))
    assert 1_000 < most < 1_200
    assert 0 < sum(len(line.text) for line in world.log(world.active)) < 4_096


def test_a_reload_takes_what_was_only_noted() -> None:
    world = pair(sessions=3)
    faults.connect_clients(world.pair, 5)
    faults.pull_power(world.pair, PRIMARY)
    assert buffers(world)[PRIMARY] == []


def test_every_note_has_the_fields_of_its_message() -> None:
    row = next(iter(pair(sessions=1).active.rows.values()))
    for number in sorted(notes.NOTED):
        note = Note(0, (number, number), row, "Idle Timeout", "VPN")
        for nth in (0, 1):
            fields = fields_of(note, number, nth)
            assert fields.keys() == message_of(number).fields, number
            assert message_of(number).written((9, 8), "Primary", fields)


def test_an_id_that_stands_twice_is_said_of_tcp_and_then_of_udp() -> None:
    world = pair(sessions=0)
    plan = plan_of(world.primary.settings.logging, (722_033, 722_022, 722_033, 722_022))
    assert [(number, nth) for number, _, nth in plan.kept] == [
        (722_033, 0),
        (722_022, 0),
        (722_033, 1),
        (722_022, 1),
    ]


def test_lines_stand_in_the_order_of_time() -> None:
    world = mismatched(sessions=12)
    world.night()
    for lines in buffers(world):
        assert all(one.at <= other.at for one, other in pairwise(lines))


def test_who_does_what_is_known_of_everybody() -> None:
    scenario = pair(sessions=30).pair.scenario
    rates = {"wakes_per_hour": 60.0, "sleeps_per_hour": 90.0}
    people = replace(
        scenario.clients, sleeping=5, **rates, logins_per_hour=40.0, logoffs_per_hour=30.0
    )
    world = World(EmulatedPair.from_scenario(replace(scenario, clients=people)))
    for hour in range(1, 7):
        world.pair.advance(hour * HOUR)
        if hour == 3:
            faults.pull_power(world.pair, SECONDARY)
        told = bytes((0, *(code(client.mind) for client in world.pair.clients.values())))
        assert world.pair.minds == told
