"""The states of a pair in which its screens are read: a night, and what can go wrong in one."""

from functools import cache

from nights import Firewall
from worlds import mismatched, pair

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.state import Power, Unit

SEATS = ("primary", "secondary")


@cache
def instants() -> dict[str, EmulatedPair]:
    """The pair at rest, in every phase of a bad night, in every step of a sync, and in trouble.

    They are everybody's: whoever lets something happen to one forks it first.
    """
    firewall = Firewall.of(mismatched(sessions=6))
    found = {"at rest": firewall.pair.fork()}
    firewall.upgraded(in_spite_of="anyconnect-images-match")
    found |= {phase.value: pair for phase, pair in firewall.watch.forks.items()}
    world = pair(sessions=4, sleeping=2)
    world.reload_standby()
    for state in ("Failed", "Cold Standby", "Sync Config", "Bulk Sync", "Standby Ready"):
        world.until(lambda state=state: world.primary.peer.state.value == state)
        found[f"the mate is {state}"] = world.pair.fork()
    world.cut(lan=True, state=True)
    world.wait(60_000)
    found["the link is cut"] = world.pair.fork()
    return found | troubles()


def troubles() -> dict[str, EmulatedPair]:
    """Failover off, a dead mate, split brain."""
    found = {}
    off = pair(sessions=3)
    off.type(off.primary, "no failover")
    off.wait(5_000)
    found["failover is off"] = off.pair
    dead = pair(sessions=3)
    dead.pull_power(dead.secondary)
    dead.wait(60_000)
    found["the mate is dead"] = dead.pair
    split = pair(sessions=3)
    split.cut(lan=True)
    split.pull_power(split.secondary)
    split.wait(30_000)
    split.give_power(split.secondary)
    split.until(lambda: split.secondary.active_since is not None)
    found["both are active"] = split.pair
    return found


def units_that_answer(pair: EmulatedPair) -> list[tuple[int, Unit]]:
    """Those with power, whatever they think they are."""
    return [(u, unit) for u, unit in enumerate(pair.units) if unit.power is Power.UP]


class Desk:
    """Somebody at a unit's own keyboard."""

    def __init__(self, pair: EmulatedPair, u: int) -> None:
        self.pair = pair.fork()
        talk = self.pair.open(SEATS[u])
        assert talk is not None
        self.talk = talk

    def ask(self, line: str) -> str:
        """What is printed for that line."""
        return self.pair.receive(self.talk.number, line).text
