"""What may befall a pair, and what people may do: for tests, and for campaigns of faults."""

from upgrader.emulator import chassis, failover, vpn
from upgrader.emulator.habits import arrives
from upgrader.emulator.logins import logs_in
from upgrader.emulator.tables import Pair


def cut_link(pair: Pair, *, lan: bool = True, state: bool = False) -> None:
    """Pull the cable of the failover link, of the state link, or both."""
    pair.link.lan_up &= not lan
    pair.link.state_up &= not state
    failover.listen(pair)


def join_link(pair: Pair, *, lan: bool = True, state: bool = True) -> None:
    """Plug the cables in again. A gap shorter than the hold time is caught up silently."""
    pair.link.lan_up |= lan
    pair.link.state_up |= state
    failover.listen(pair)


def pull_power(pair: Pair, u: int) -> None:
    """A unit loses power at once."""
    chassis.loses_power(pair, u)


def give_power(pair: Pair, u: int) -> None:
    """A unit without power gets it back, and boots."""
    chassis.gets_power(pair, u)


def connect_clients(pair: Pair, n: int) -> None:
    """So many people arrive and log in now."""
    for _ in range(n):
        logs_in(pair, arrives(pair))


def disconnect(pair: Pair, client: int) -> None:
    """A person logs off."""
    vpn.leaves(pair, client)


def sleep(pair: Pair, client: int) -> None:
    """A person closes the lid."""
    vpn.sleeps(pair, client)


def wake(pair: Pair, client: int) -> None:
    """A person opens the lid."""
    vpn.wakes(pair, client)
