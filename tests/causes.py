"""Nights told by hand, for tests of what is concluded from them.

    night = Told().loses("alice", "bob", when=minutes(20)).night()

The plain night is the procedure as it should be: the standby reloaded from 5 to 10, the roles moved
at 15, the former active reloaded from 20 to 25, and two people who came back each time.
"""

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from upgrader.model.cause import Cause, CauseName
from upgrader.model.evidence import (
    Coverage,
    Minute,
    Place,
    Screen,
    SourceKind,
    SourceRead,
    What,
)
from upgrader.model.failover import Role
from upgrader.model.night import (
    Absence,
    Band,
    Ending,
    Event,
    Kind,
    Leaving,
    Life,
    Night,
    Switchover,
    UnitKnown,
)
from upgrader.model.vpn import AddressPool, LoadedPackage, Session, Tunnel

ONE, TWO = Role.PRIMARY, Role.SECONDARY
OLD, NEW = "9.12(4)", "9.16(4)"
CAME_BACK = 15.1
LASTS = 40


def minutes(count: float) -> int:
    return round(count * 60_000)


class Told:
    """A night as it is told, step by step."""

    def __init__(self, *, plain: bool = True) -> None:
        self._line = 0
        self._events: list[Event] = []
        self._lives: list[Life] = []
        self._screens: list[Screen] = []
        self._switchovers: list[Switchover] = []
        self._absences: list[Absence] = []
        self._bands: list[Band] = []
        self._dark: set[int] = set()
        self._ids = {113_019: 1, 716_002: 1, 737_016: 1, 111_008: 4, 722_023: 4}
        self._kinds = [SourceKind.SYSLOG]
        if plain:
            self.reloads(TWO, 5, 10, version=(OLD, NEW))
            self.switches(TWO, 15)
            self.reloads(ONE, 20, 25, version=(OLD, NEW))
            self.serves(ONE, None, 15).serves(TWO, 15, None)

    # ── the pair ───────────────────────────────────────────────────────────────────────

    def serves(self, unit: Role, began: float | None, ended: float | None) -> "Told":
        since = None if began is None else minutes(began)
        until = None if ended is None else minutes(ended)
        self._bands.append(Band(unit, "Active", since, until, (self._place(),)))
        return self

    def reloads(
        self,
        unit: Role,
        left: float,
        back: float | None,
        *,
        why: Leaving = Leaving.ORDERED,
        active: bool = False,
        synced: float | None = None,
        version: tuple[str | None, str | None] = (None, None),
    ) -> "Told":
        order = None
        if why is Leaving.ORDERED:
            order = self.types("reload" if active else "failover reload-standby", left)
        end = None if back is None else minutes(back)
        done = end if synced is None else minutes(synced)
        place = (self._place(),)
        self._absences.append(
            Absence(unit, minutes(left), end, done, why, order, place, active, *version)
        )
        return self

    def switches(
        self, to: Role, at: float, *, ready: bool | None = True, reason: str = ""
    ) -> "Told":
        typed = None if reason else self.types("no failover active", at)
        self._switchovers.append(
            Switchover(minutes(at), to, typed, reason, (self._place(),), ready, gave_way=not reason)
        )
        return self

    def types(self, line: str, at: float | None, **fields: str) -> Event:
        self.sees(What.COMMAND, at, kind=Kind.COMMAND, command=line, **fields)
        return self._events[-1]

    def sees(
        self,
        what: What,
        at: float | None,
        *,
        unit: Role | None = None,
        number: int | None = None,
        kind: Kind = Kind.OTHER,
        **fields: str,
    ) -> "Told":
        when = None if at is None else minutes(at)
        text = fields.get("command", what.value)
        self._events.append(Event(when, unit, kind, what, text, (self._place(),), fields, number))
        return self

    # ── people ─────────────────────────────────────────────────────────────────────────

    def keeps(self, *users: str, came_back: float = CAME_BACK) -> "Told":
        """They lived through the night, and resumed after the switchover."""
        for user in users:
            self._lives.append(self._life(user, Ending.OPEN, resumed=(minutes(came_back),)))
        return self

    def loses(
        self, *users: str, when: float, again: float | None = None, reason: str = ""
    ) -> "Told":
        """Their tunnels were closed on the unit that stayed, and nothing of an end is written."""
        for number, user in enumerate(users):
            cut = minutes(when) + 1_000 * number
            self.sees(What.CLOSING, when, number=722_037, user=user)
            life = self._life(user, Ending.CUT, resumed=(minutes(CAME_BACK),))
            back = None if again is None else minutes(again)
            self._lives.append(
                replace(
                    life, ended=cut, cut_at=cut, again=back, freed=False, reason=reason, unit=TWO
                )
            )
            if again is not None:
                self._lives.append(replace(self._life(user, Ending.OPEN), began=back))
        return self

    def ends(self, *users: str, when: float, reason: str) -> "Told":
        """Their sessions ended by the routine."""
        for user in users:
            life = self._life(user, Ending.CLEAN)
            self._lives.append(replace(life, ended=minutes(when), reason=reason, freed=True))
        return self

    def moves(self, *users: str, when: float = 15) -> "Told":
        """They had to log in anew after the switchover."""
        for user in users:
            life = self._life(user, Ending.MOVED)
            later = minutes(when) + 30_000
            self._lives.append(replace(life, ended=minutes(when), again=later))
            self._lives.append(replace(self._life(user, Ending.OPEN), began=later))
        return self

    def sleeps(self, user: str, when: float, *, ended: float | None) -> "Told":
        """A laptop that fell asleep; it ends by its idle time, or wakes."""
        life = replace(self._life(user, Ending.OPEN), suspended=(minutes(when),))
        if ended is not None:
            end = minutes(ended)
            life = replace(life, ending=Ending.CLEAN, ended=end, reason="Idle Timeout", freed=True)
        self._lives.append(life)
        return self

    def _life(self, user: str, ending: Ending, resumed: tuple[int, ...] = ()) -> Life:
        number = 1 + len({life.user for life in self._lives})
        return Life(
            user=user,
            public=f"198.18.0.{number}",
            address=f"10.1.8.{number}",
            began=None,
            ended=None,
            ending=ending,
            reason="",
            places=(self._place(),),
            resumed=resumed,
            unit=TWO,
        )

    # ── screens ────────────────────────────────────────────────────────────────────────

    def shows(self, command: str, value: object, unit: Role, at: float | None) -> "Told":
        place = self._place()
        when = None if at is None else minutes(at)
        self._screens.append(Screen(command, value, "", place, "c", when, unit))
        if SourceKind.TRANSCRIPT not in self._kinds:
            self._kinds.append(SourceKind.TRANSCRIPT)
        return self

    def lists(self, unit: Role, at: float | None, *rows: Session) -> "Told":
        return self.shows("show vpn-sessiondb anyconnect", rows, unit, at)

    def loaded(self, unit: Role, at: float | None, *versions: str) -> "Told":
        packages = tuple(
            LoadedPackage(f"disk0:/ac{n}.pkg", n, None, "CISCO STC win2k+", version, "Mon")
            for n, version in enumerate(versions, 1)
        )
        return self.shows("show webvpn anyconnect", packages, unit, at)

    def pool(self, unit: Role, at: float | None, free: int, *used: int) -> "Told":
        addresses = tuple(IPv4Address(f"10.1.8.{n}") for n in used)
        last = IPv4Address(int(IPv4Address("10.1.8.1")) + free + len(used) - 1)
        mask, first = "255.255.255.0", IPv4Address("10.1.8.1")
        pool = AddressPool("VPN", first, last, mask, free, 0, addresses)
        return self.shows("show ip local pool VPN", pool, unit, at)

    # ── what the files hold ────────────────────────────────────────────────────────────

    def without_level_six(self, began: float = 0, ended: float = LASTS) -> "Told":
        self._dark |= set(range(int(began), int(ended) + 1))
        return self

    def from_screens_alone(self) -> "Told":
        self._kinds = [SourceKind.TRANSCRIPT]
        return self

    def night(self) -> Night:
        """The night."""
        told = {minute: Minute(5, 0 if minute in self._dark else 4) for minute in range(LASTS + 1)}
        coverage = Coverage("fw.log", "fw", "c", told, self._ids, 5 * LASTS)
        events = sorted(self._events, key=lambda e: -1 if e.at is None else e.at)
        has_log = SourceKind.SYSLOG in self._kinds
        return Night(
            began=0,
            ended=minutes(LASTS),
            has_date=True,
            zone="UTC",
            units=(UnitKnown(ONE), UnitKnown(TWO)),
            events=tuple(events),
            bands=tuple(self._bands),
            switchovers=tuple(self._switchovers),
            absences=tuple(self._absences),
            lives=tuple(self._lives),
            silences=(),
            clocks=(),
            screens=tuple(self._screens),
            coverage=(coverage,) if has_log else (),
            sources=tuple(SourceRead(kind.value, kind, 1, 1) for kind in self._kinds),
            unread=(),
        )

    def _place(self) -> Place:
        self._line += 1
        return Place("fw.log", self._line)


def row(
    user: str, number: int, *, idle: int = 0, index: int | None = None, age: int = 3_600
) -> Session:
    """A row of the session table; with idle seconds it has no tunnel."""
    carries = {Tunnel.PARENT} if idle else {Tunnel.PARENT, Tunnel.SSL, Tunnel.DTLS}
    place = number if index is None else index
    return Session(
        index=place,
        user=user,
        address=IPv4Address(f"10.1.8.{number}"),
        public=f"198.18.0.{ord(user[0])}",
        tunnels=frozenset(carries),
        group_policy="GP",
        tunnel_group="TG",
        login_time=f"10:00:{place:02d} UTC Sat Mar 14 2026",
        duration_seconds=age,
        inactivity_seconds=idle,
        bytes_tx=1,
        bytes_rx=1,
        audit_id=f"a{place}",
    )


def of(causes: Sequence[Cause], name: CauseName) -> Cause:
    """The cause of that name."""
    return next(cause for cause in causes if cause.name is name)
