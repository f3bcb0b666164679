"""Draws the files of an emulated pair from a portrait, and says of each part what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from upgrader.access.twin.clocks import clock_of, latest_time, seconds_ago
from upgrader.access.twin.disguise import Disguise
from upgrader.access.twin.flash import file_tables, flash_notes, loaded_tables, loads_of
from upgrader.access.twin.health import certificate_tables, health_notes, health_table
from upgrader.access.twin.needs import ON_THE_WAY, both_units
from upgrader.access.twin.people import People
from upgrader.dialect.commands import SHOW_CLIENT_SYSTEMS, SHOW_CLOCK, SHOW_RUNNING, SHOW_STARTUP
from upgrader.dialect.replies.reload import scheduled_in
from upgrader.dialect.replies.screen import screen_of
from upgrader.dialect.replies.systems import read_client_systems
from upgrader.dialect.toml import Table, dumps, every_text
from upgrader.emulator.config import ConfigFault, read_lines, read_settings
from upgrader.model.failover import DeviceTime, FailoverState, Role
from upgrader.model.portrait import Likeness, NoteKind, Portrait, TwinNote
from upgrader.model.unit import Unit
from upgrader.ports import NoTwin, Unparsed

HEAD = "# A twin of "
"""How the pair file of a twin begins: only such a folder is written over."""

PAIR_FILE = "pair.toml"

_NO_LINK = "No Link"
_WELL = ("Normal", "No Link", "Link Down")


def draw(portrait: Portrait, name: str, target: Mapping[str, str] | None = None) -> Likeness:
    """The files of a twin of that name; `target`: what its pair file says under `[target]`.

    Raises:
        NoTwin: something is missing without which there is no pair; the message says what, and
            which lines to type.
    """
    active, standby = both_units(portrait)
    return _Drawing(portrait, name, active, standby).likeness(target or {})


@dataclass(frozen=True, slots=True)
class _Configs:
    """A unit's configurations without secrets; `running` None: it is the saved one."""

    saved: str
    running: str | None


class _Drawing:
    """One twin in the making."""

    def __init__(self, portrait: Portrait, name: str, active: Unit, standby: Unit) -> None:
        self._portrait = portrait
        self._name = name
        self._active = active
        self._standby = standby
        self._disguise = Disguise()
        self._notes: list[TwinNote] = []
        self._standby_off = timedelta()
        """How far the standby's clock is before the active unit's."""

    def likeness(self, target: Mapping[str, str]) -> Likeness:
        """The files, and the notes."""
        configs = {unit.serial: self._configs(unit) for unit in self._portrait.seen.units}
        clock = self._clock()
        starts_at = self._starts_at(clock, configs[self._active.serial])
        loads, notes = loads_of(self._active, self._standby)
        self._notes += notes
        moved = seconds_ago(clock, self._active.failover.last_failover)
        people = People(self._active, self._standby, clock, self._systems(), loads, moved)
        files: dict[str, str] = {}
        tables: list[Table] = []
        for unit in self._portrait.seen.units:
            own = unit.role.value.lower()
            config = configs[unit.serial]
            now_there = self._own_clock(unit, clock)
            files[f"{own}.cfg"] = config.saved
            now: dict[str, str | float | tuple[str, ...] | list[Table] | None] = {
                "running": None if config.running is None else f"{own}.running.cfg",
                "version": str(unit.running),
                "image": unit.version.image,
                "state": self._state_of(unit),
                "sync": None if unit.states is None else unit.states.configuration,
                "moved_before": seconds_ago(now_there, unit.failover.last_failover),
                "active_for": _active_seconds(unit),
                "reload_in": self._reload_in(unit, now_there),
                "sessions": f"{own}.sessions.csv",
                "addresses": f"{own}.addresses.csv",
            }
            files[f"{own}.sessions.csv"] = people.sessions(unit)
            files[f"{own}.addresses.csv"] = people.addresses(unit)
            if config.running is not None:
                files[f"{own}.running.cfg"] = config.running
            loaded = loads[unit.serial]
            if loaded is not None:
                now["loaded"] = loaded_tables(unit, loaded)
            tables.append(self._unit_table(unit, f"{own}.cfg", now))
            self._notes += flash_notes(unit)
        self._notes += people.notes()
        self._notes += self._notes_on_the_pair()
        pair: Table = {
            "name": self._name,
            "target": dict(target) if target else None,
            "emulated": {
                "model": self._active.version.hardware,
                "ram_mb": self._active.version.ram_mb,
                "starts_at": starts_at,
                "active": self._active.role.value.lower(),
                "config": "primary.cfg",
                **self._links(),
                "clients": self._clients(),
                "unit": tables,
                "certificate": certificate_tables(self._portrait.seen.units),
            },
        }
        # A path may be a URL with a password in it.
        page = self._head() + dumps(every_text(pair, self._disguise.over))
        return Likeness({PAIR_FILE: page, **files}, self._ordered())

    def _ordered(self) -> tuple[TwinNote, ...]:
        kinds = list(NoteKind)
        return tuple(sorted(self._notes, key=lambda note: kinds.index(note.kind)))

    def _head(self) -> str:
        units = ", ".join(
            f"{u.name} ({u.state.value}, {u.running})" for u in self._portrait.seen.units
        )
        return (
            f"{HEAD}{self._portrait.origin}: {units}.\n"
            "# Written by `upgrader twin`. Secrets are replaced, equal ones by equal words.\n\n"
        )

    # ── a unit ────────────────────────────────────────────────────────────────────────

    def _unit_table(
        self,
        unit: Unit,
        config: str,
        now: dict[str, str | float | tuple[str, ...] | list[Table] | None],
    ) -> Table:
        full, host = unit.full, unit.failover.this_host
        assert full is not None, "looked at fully"
        assert full.flash is not None, "there is no twin without"
        up = unit.version.uptime_seconds
        if up is None:
            self._note(NoteKind.ASSUMED, unit, "uptime", "not told: taken for 30 days")
        interfaces = () if host is None else host.interfaces
        loose = [interface.name for interface in interfaces if interface.condition == _NO_LINK]
        odd = [i for i in interfaces if i.condition not in _WELL]
        for interface in odd:
            told = f"{interface.name} is {interface.condition}: it is Normal on the twin"
            self._note(NoteKind.LEFT, unit, "interfaces", told)
        health = health_table(unit, self._off(unit) // timedelta(seconds=1))
        self._notes += health_notes(unit, health)
        free, total = full.flash.free_bytes, full.flash.total_bytes
        return {
            "role": unit.role.value.lower(),
            "serial": unit.serial,
            "config": config,
            "up_days": None if up is None else min(up / 86_400, 36_500.0),
            "no_link": loose or None,
            "flash_bytes": total,
            "flash_free": None if total is None else free,
            "health": health,
            "now": now,
            "file": file_tables(unit),
            "module": self._modules(unit),
        }

    def _modules(self, unit: Unit) -> list[Table] | None:
        host = unit.failover.this_host
        tables: list[Table] = []
        for slot in () if host is None else host.slots:
            if not slot.services or not 1 <= slot.number <= 9:
                continue
            revision = (slot.revision or "").rpartition("/")[2]
            version = slot.services[0].split(",")[1:2]
            tables.append(
                {
                    "slot": slot.number,
                    "card": slot.card,
                    "version": revision or "".join(version).strip() or "unknown",
                    "service": slot.services[0].partition(",")[0].strip() or slot.card,
                    "responds": not (slot.status or "").startswith("Unresponsive"),
                }
            )
        return tables or None

    def _state_of(self, unit: Unit) -> str | None:
        if unit is self._active:
            return None
        return unit.state.value if unit.state in ON_THE_WAY else "Standby Ready"

    def _reload_in(self, unit: Unit, clock: DeviceTime) -> int | None:
        sentence = None if unit.full is None else unit.full.reload_scheduled
        if sentence is None:
            return None
        left = scheduled_in(sentence, clock)
        if left is None:
            told = f"a reload is scheduled, and when is not understood: {sentence}"
            self._note(NoteKind.LEFT, unit, "reload", told)
            return None
        self._note(NoteKind.TAKEN, unit, "reload", sentence)
        return left

    # ── configurations ────────────────────────────────────────────────────────────────

    def _configs(self, unit: Unit) -> _Configs:
        running = self._text(unit, SHOW_RUNNING)
        saved = self._text(unit, SHOW_STARTUP)
        if unit.full is None or unit.full.saved is None:
            saved = None
        if unit.full is None or unit.full.running is None:
            running = None
        if running is None:
            told = "not seen: taken for the other unit's, but for its role"
            self._note(NoteKind.ASSUMED, unit, "running-config", told, SHOW_RUNNING)
            running = _of_role(self._text(self._active, SHOW_RUNNING) or "", unit.role)
        else:
            lines = len(read_lines(running))
            self._note(NoteKind.TAKEN, unit, "running-config", f"{lines} lines")
        if saved is None:
            told = "not seen: taken for the running one; what would be booted is not certain"
            self._note(NoteKind.ASSUMED, unit, "startup-config", told, SHOW_STARTUP)
            return _Configs(self._disguise.over(running), None)
        hidden, shown = self._disguise.over(saved), self._disguise.over(running)
        same = read_lines(hidden) == read_lines(shown)
        told = "the same as it runs" if same else "another one than it runs"
        self._note(NoteKind.TAKEN, unit, "startup-config", told)
        return _Configs(hidden, None if same else shown)

    def _text(self, unit: Unit, line: str) -> str | None:
        """A configuration, without echo and prompt."""
        text = self._portrait.text(unit, line)
        return None if text is None else screen_of(line, text)

    # ── the pair ──────────────────────────────────────────────────────────────────────

    def _clock(self) -> DeviceTime:
        told = clock_of(self._portrait, self._active)
        if told is None:
            guessed = latest_time(self._active)
            self._note(
                NoteKind.ASSUMED,
                self._active,
                "clock",
                f"not seen: taken for {guessed}",
                SHOW_CLOCK,
            )
            return guessed
        self._note(NoteKind.TAKEN, self._active, "clock", str(told))
        other = clock_of(self._portrait, self._standby)
        apart = None if other is None else abs(other.at - told.at)
        if apart is not None and apart > timedelta(minutes=1):
            assert other is not None, "otherwise nothing is apart"
            self._standby_off = other.at - told.at
            sentence = f"its clock is {apart} off the other unit's"
            self._note(NoteKind.TAKEN, self._standby, "clock", sentence)
        return told

    def _off(self, unit: Unit) -> timedelta:
        return self._standby_off if unit is self._standby else timedelta()

    def _own_clock(self, unit: Unit, clock: DeviceTime) -> DeviceTime:
        """What that unit's own clock shows, by which it tells of what has been."""
        return replace(clock, at=clock.at + self._off(unit))

    def _starts_at(self, clock: DeviceTime, configs: _Configs) -> datetime:
        """The clock in UTC, by the zone that the configuration sets."""
        shown = configs.saved if configs.running is None else configs.running
        try:
            settings = read_settings(read_lines(shown))
        except ConfigFault as fault:
            name = self._active.name
            raise NoTwin(f"the configuration of {name} cannot be run: {fault}") from fault
        if settings.zone != clock.zone:
            told = f"the zone is {clock.zone}, and the twin prints {settings.zone}"
            self._note(NoteKind.LEFT, self._active, "clock", told)
        at = clock.at.replace(tzinfo=UTC)
        return at - timedelta(minutes=settings.zone_offset_min)

    def _systems(self) -> dict[int, str]:
        told = self._portrait.text(self._active, SHOW_CLIENT_SYSTEMS)
        if told is None:
            return {}
        try:
            return read_client_systems(told)
        except Unparsed:
            return {}

    def _links(self) -> dict[str, str]:
        """The cables between the units that either sees without link."""
        seen = [unit.failover for unit in self._portrait.seen.units]
        links = {
            "failover_link": [failover.lan_interface for failover in seen],
            "state_link": [failover.state_link for failover in seen],
        }
        return {
            key: "down"
            for key, ports in links.items()
            if any(port is not None and port.condition == "down" for port in ports)
        }

    def _clients(self) -> Table:
        """Nobody is invented; new people use the tunnel group that most use now."""
        full = self._active.full
        rows = () if full is None else full.sessions or ()
        groups = [row.tunnel_group for row in rows]
        common = max(sorted(set(groups)), key=groups.count, default=None)
        connections = None if full is None else full.connections
        table: dict[str, str | int | None] = {"count": 0, "tunnel_group": common}
        if connections is None:
            told = "how many there are is not known: taken for 700"
            self._note(NoteKind.ASSUMED, self._active, "connections", told, "show conn count")
            return table
        udp, http = connections * 2 // 7, connections // 7
        told = f"{connections:,} in use; of which kind is not told, and is assumed"
        self._note(NoteKind.TAKEN, self._active, "connections", told)
        return {**table, "tcp": connections - udp - http, "udp": udp, "http": http}

    def _notes_on_the_pair(self) -> Iterator[TwinNote]:
        pair = f"pair {self._name}"
        if self._disguise.count:
            told = f"{self._disguise.count} secrets replaced, equal ones by equal words"
            yield TwinNote(NoteKind.TAKEN, pair, told)
        if self._disguise.guessed_key:
            told = "the failover key is masked by the units: taken for the same on both"
            yield TwinNote(NoteKind.ASSUMED, pair, told)
        if self._standby.state is FailoverState.FAILED and not _explained(self._standby):
            told = "it is Failed, for a reason that the twin has not: it is Standby Ready there"
            yield TwinNote(NoteKind.LEFT, self._standby.name, told)
        told = (
            "what has gone before (failover history, log, counters, who is logged in to "
            "administer), folders on flash, and people who have no session now"
        )
        yield TwinNote(NoteKind.LEFT, pair, told)

    def _note(self, kind: NoteKind, unit: Unit, what: str, told: str, line: str = "") -> None:
        self._notes.append(TwinNote(kind, f"{what} of {unit.name}", told, line))


def _explained(unit: Unit) -> bool:
    """Whether the twin fails for the same reason: an interface without link, a card that is off."""
    host = unit.failover.this_host
    if host is None:
        return False
    loose = any(interface.condition == _NO_LINK for interface in host.interfaces)
    return loose or any((slot.status or "").startswith("Unresponsive") for slot in host.slots)


def _of_role(config: str, role: Role) -> str:
    """The other unit's configuration, as this one has it."""
    start = "failover lan unit "
    return "\n".join(
        f"{start}{role.value.lower()}" if line.strip().startswith(start) else line
        for line in config.split("\n")
    )


def _active_seconds(unit: Unit) -> int | None:
    host = unit.failover.this_host
    return None if host is None else host.active_seconds
