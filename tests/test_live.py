"""A live pair behind the ports: the same face, and files to the right chassis."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from doors import served_pair

from upgrader.access.live import LiveWorld
from upgrader.access.ssh.pair import live_world
from upgrader.conduct.eyes import Eyes
from upgrader.model.reach import Address, FromCommand, HostKeys, Reach
from upgrader.model.unit import Depth
from upgrader.ports import NoAnswer, World

RATE = 600.0


@dataclass
class Reached:
    """A world over SSH, and what it let go of."""

    folder: Path
    let_go: list[str] = field(default_factory=list)

    def world(self, where: dict[str, tuple[str, int]], *addresses: str) -> LiveWorld:
        reach = Reach(
            active=Address(*where["active"]),
            user="admin",
            password=FromCommand(("echo", "cisco")),
            host_keys=HostKeys.FIRST_USE,
            config=Path("/dev/null"),
            rate=RATE,
        )
        reach = replace(reach, **{name: Address(*where[name]) for name in addresses})
        return live_world(
            reach, "lab", self.folder / "lab", None, self.no_twin, lambda: self.let_go.append("x")
        )

    def no_twin(self) -> World:
        raise AssertionError("nobody asked for a twin")


@pytest.fixture
def reached(tmp_path: Path) -> Reached:
    return Reached(tmp_path)


@pytest.mark.parametrize("addresses", [("standby",), (), ("primary", "secondary")])
def test_a_full_look_reads_both_units_by_whatever_addresses_there_are(
    reached: Reached, addresses: tuple[str, ...]
):
    with served_pair(rate=RATE) as site:
        world = reached.world(dict(site.where), *addresses)
        eyes = Eyes(world.access, world.seats, world.clock)
        seen = eyes.look(Depth.FULL)
        eyes.close()
        assert [unit.unread for unit in seen.units] == [(), ()]
        assert seen.dark == ()
        world.close()
        assert reached.let_go == ["x"]
        assert repr(world) == f"<LiveWorld {world.seats.active} and {world.seats.standby}>"


@pytest.mark.parametrize("addresses", [("standby",), ("primary", "secondary")])
def test_a_file_goes_to_the_chassis_that_is_at_the_seat(
    reached: Reached, tmp_path: Path, addresses: tuple[str, ...]
):
    source = tmp_path / "profile.xml"
    source.write_bytes(b"<profile/>")
    with served_pair(rate=RATE) as site:
        world = reached.world(dict(site.where), *addresses)
        for seat, unit in ((world.seats.active, 0), (world.seats.standby, 1)):
            path = f"disk0:/for-unit-{unit}.xml"
            world.carrier.put(seat, source, path, lambda _: None)
            assert path in site.pair.units[unit].flash
            assert path not in site.pair.units[1 - unit].flash
        world.close()


def test_a_unit_without_an_address_gets_no_file_and_it_is_said_why(
    reached: Reached, tmp_path: Path
):
    source = tmp_path / "f"
    source.write_bytes(b"x")
    with served_pair(rate=RATE) as site:
        world = reached.world(dict(site.where))
        with pytest.raises(NoAnswer, match="no address to copy a file to: say `standby`"):
            world.carrier.put(world.seats.standby, source, "disk0:/f", lambda _: None)
        world.close()
