"""All that an emulated pair is at one instant, and the questions that any part may ask of it."""

from dataclasses import dataclass, field

from upgrader.emulator.called import Called
from upgrader.emulator.machine.repository import Repository
from upgrader.emulator.scenario import Scenario
from upgrader.emulator.state import (
    Client,
    Ending,
    File,
    LinkState,
    Login,
    Power,
    Row,
    State,
    Timer,
    Unit,
)
from upgrader.emulator.talk import Conversation, Datagram

REPLICATOR = "enable_1"
"""As whom a standby's configuration is changed by its mate. Inferred."""

JOINING = frozenset(
    {State.COLD_STANDBY, State.SYNC_CONFIG, State.SYNC_FILE_SYSTEM, State.BULK_SYNC}
)
"""The states between detecting an active mate and Standby Ready."""

FOLLOWING = (State.BULK_SYNC, State.STANDBY_READY, State.FAILED)
"""The states in which a mate that is heard takes configuration lines and VPN state.

That one with a failed interface goes on taking them is inferred: real history shows it back at
Standby Ready without a sync.
"""

_CHASSIS = {"primary": 0, "secondary": 1}
_RUNNING = (Power.UP, Power.STOPPING)


@dataclass(slots=True)
class Pair:
    """Two units, the cables between them, the people behind them, and what will happen."""

    scenario: Scenario
    now: int
    """Milliseconds since the scenario's start."""
    units: list[Unit]
    """[0] the Primary, [1] the Secondary."""
    link: LinkState = field(default_factory=LinkState)
    clients: dict[int, Client] = field(default_factory=dict)
    """By number: 1, 2, 3, … in the order in which they came."""
    minds: bytearray = field(default_factory=bytearray)
    """By number, a letter for what each client is doing; empty: nobody has asked by that."""
    called: Called | None = None
    """Clients' numbers by their users; None: nobody has asked by that. It is not saved."""
    timers: list[Timer] = field(default_factory=list)
    """A heap: all that is set for before `near`."""
    later: dict[int, list[Timer]] = field(default_factory=dict)
    """By minute since the scenario's start: what else is set."""
    near: int = 0
    """The instant from which on timers stand in `later`."""
    sequence: int = 0
    """How many timers were ever set."""
    draws: int = 0
    """How many times chance was asked."""
    conversations: dict[int, Conversation] = field(default_factory=dict)
    opened: int = 0
    """How many conversations were ever opened."""
    typing: int | None = None
    """The conversation whose line is being carried out; None: none is."""
    next_token: int = 1
    changes: int = 0
    """How many lines of a console, and files that came by SCP, have changed something."""
    resumes: list[tuple[int, int, int]] = field(default_factory=list)
    """Who comes back after the last switchover, as (instant, unit, index) in order; the part
    whose instant has passed and which is not yet in the log."""
    resumed: int = 0
    """How many of `resumes` stand in the log."""
    in_step: bool = False
    """Whether the standby has had every VPN change since its last bulk sync."""
    ghosts: dict[int, Row] = field(default_factory=dict)
    """Rows by token that will appear on the rejoining unit without their ticket
    (`orphan_unit`)."""
    logins: dict[int, Login] = field(default_factory=dict)
    """The books: every login that there ever was, by its token."""
    endings: dict[int, Ending] = field(default_factory=dict)
    """The books: how the sessions ended that have, by token."""
    returns: list[tuple[int, int]] = field(default_factory=list)
    """The books: who has had a tunnel again without a login, as (instant, token) in order."""
    aaa_down: str = ""
    """The AAA server that does not answer; empty: all do, or none is asked."""
    uploads: dict[str, File] = field(default_factory=dict)
    """By URL: what `copy` has sent to the repository."""
    outside: Repository | None = None
    """Where `copy` finds files by URL; beside the state: it is not saved with the pair."""
    outbox: list[Datagram] = field(default_factory=list)
    """Syslog on its way to collectors; whoever has a socket sends it and empties the list."""

    @property
    def active(self) -> int | None:
        """The unit that serves: with two actives, the one that has been active for longer."""
        longest: tuple[int, int] | None = None
        for u, unit in enumerate(self.units):
            since = unit.active_since
            if since is None or not self.answers(u):
                continue
            if longest is None or since < longest[0]:
                longest = (since, u)
        return None if longest is None else longest[1]

    def answers(self, u: int) -> bool:
        """Whether that unit has power and runs; one that was told to reload still does."""
        return self.units[u].power in _RUNNING

    def active_unit(self) -> Unit | None:
        """The unit that serves; None: nobody does."""
        u = self.active
        return None if u is None else self.units[u]

    def owner_of(self, seat: str) -> int | None:
        """Who answers at the seat `active` or `standby` now; None: nobody.

        A unit that has no role yet (Negotiation) holds neither address. Inferred. `primary` and
        `secondary` are a chassis' own addresses, whatever its role.
        """
        own = _CHASSIS.get(seat)
        if own is not None:
            return own if self.answers(own) else None
        if seat == "active":
            return self.active
        for u, unit in enumerate(self.units):
            nameless = unit.state in (State.NOT_DETECTED, State.NEGOTIATION)
            if self.answers(u) and unit.active_since is None and not nameless:
                return u
        return None
