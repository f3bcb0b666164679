"""A live pair, put together: secrets, client, conversations, ways, clock."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from upgrader.access.clock import LiveClock
from upgrader.access.live import LiveWorld, SshCarrier
from upgrader.access.ssh.client import AsyncsshDialler
from upgrader.access.ssh.console import Login, Manners, TerminalConsole, enter
from upgrader.access.ssh.faults import Limits
from upgrader.access.ssh.line import Line
from upgrader.access.ssh.secrets import Ask, NoSecret, Secrets, of_this_process
from upgrader.access.ssh.ways import SshAccess
from upgrader.model.names import Seat
from upgrader.model.reach import Reach
from upgrader.ports import LineFault, NoEntry, World

LEAST_S = 2.0
"""The least that we wait for anything, however fast a served pair's time goes by: this machine and
the network are as slow as ever. Our guess."""
LEAST_LOGIN_S = 5.0
"""Likewise for a login, which costs both ends some arithmetic."""


def live_world(
    reach: Reach,
    name: str,
    learnt: Path,
    ask: Ask | None,
    twin: Callable[[], World],
    let_go: Callable[[], None],
) -> LiveWorld:
    """The world of a live pair; nothing is connected yet.

    `learnt`: where host keys of first use are kept. `ask`: a person at the terminal; None: there is
    none. `let_go` is called when the world is closed, after everything was hung up.
    """
    secrets = Secrets(reach, name, of_this_process(ask))
    dialler = AsyncsshDialler(reach, secrets, learnt, _limits(reach.rate))
    manners = _manners(reach)

    def converse(line: Line, seat: Seat) -> TerminalConsole:
        def told(secret: Callable[[], str]) -> Callable[[], str]:
            def fetched() -> str:
                try:
                    return secret()
                except NoSecret as fault:
                    raise NoEntry(seat, None, str(fault)) from fault

            return fetched

        login = Login(reach.user, told(secrets.password))
        try:
            return enter(
                line,
                seat,
                enable=told(secrets.enable),
                login=login,
                manners=manners,
                hides=secrets.hidden,
            )
        except LineFault as fault:
            raise type(fault)(seat, fault.line, secrets.masked(fault.why)) from None

    clock = LiveClock(reach.rate)
    access = SshAccess(dialler, reach, converse, clock)

    def close() -> None:
        access.close()
        dialler.close()
        let_go()

    carrier = SshCarrier(dialler, reach, access, access.seats)
    return LiveWorld(access, clock, access.seats, carrier, twin, close, lambda: access.missed)


def _limits(rate: float) -> Limits:
    """How long a unit may take to let us in, in our seconds: its own time goes by at that rate."""
    usual = Limits()
    return replace(
        usual,
        connect_s=max(LEAST_LOGIN_S, usual.connect_s / rate),
        login_s=max(LEAST_LOGIN_S, usual.login_s / rate),
    )


def _manners(reach: Reach) -> Manners:
    """How long we listen, in our seconds; what is waited for is the unit, in its own time."""
    usual = replace(Manners(), silence=reach.silence_seconds)

    def ours(seconds: float) -> float:
        return seconds if reach.rate == 1 else max(LEAST_S, seconds / reach.rate)

    return replace(
        usual,
        greeting=ours(usual.greeting),
        echo=ours(usual.echo),
        silence=ours(usual.silence),
        long_silence=ours(usual.long_silence),
    )
