"""Sessions and addresses of a pair, as tables of a pair file.

What is seen is rows. Which of them nobody stands behind is inferred as the prediction does it: a
row without a tunnel that the standby, which has all that the active can vouch for, does not have;
and one that is silent beyond its own timer.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from upgrader.access.twin.flash import Load
from upgrader.dialect.dotted import dotted, number_of
from upgrader.dialect.replies.screen import device_time
from upgrader.dialect.rows import rows_text
from upgrader.emulator.scenario.rows import ADDRESSES, SESSIONS
from upgrader.judgement.people.logins import idle_limit_seconds, login_key
from upgrader.model.failover import DeviceTime, FailoverState
from upgrader.model.portrait import NoteKind, TwinNote
from upgrader.model.unit import Unit
from upgrader.model.vpn import Session, Tunnel
from upgrader.model.words import many

_CARRIED = frozenset({Tunnel.PARENT, Tunnel.SSL, Tunnel.DTLS})
_OVERDUE_SECONDS = 60
"""How long past its idle timeout a row is taken for one that nothing ends. Our guess."""
_CUT_OFF_SECONDS = 60
"""Who was cut off by a switchover less than so long ago is on the way back; dead-peer detection
takes that long at most."""
_ABOUT_SECONDS = 3
_SECOND = timedelta(seconds=1)


class People:
    """The sessions of a pair, and what is known and inferred of who stands behind them."""

    def __init__(
        self,
        active: Unit,
        standby: Unit,
        clock: DeviceTime,
        systems: Mapping[int, str],
        loads: Mapping[str, tuple[Load, ...] | None],
        moved_seconds: int | None,
    ) -> None:
        """Take what was seen.

        `clock` is the active unit's; `systems` by index there; `loads` by serial;
        `moved_seconds`: how long ago the roles moved, None: not known.
        """
        self.active = active
        self.standby = standby
        self.clock = clock
        self._systems = systems
        self._moved = moved_seconds
        self._loads = {
            unit.serial: sorted(loads.get(unit.serial) or (), key=lambda one: one.package.order)
            for unit in (active, standby)
        }
        self._vouched = _vouched_for(standby)
        self._rows = {unit.serial: _carried(unit) for unit in (active, standby)}
        served = (load.platform for load in self._loads[active.serial])
        self._usual = next((platform for platform in served if platform is not None), "win")

    def notes(self) -> Iterator[TwinNote]:
        """What was taken over and what not."""
        for unit in (self.active, self.standby):
            yield from self._notes_of(unit)
        rows = self._carried(self.active)
        platforms = {load.platform for load in self._loads[self.active.serial]}
        unsaid = [row for row in rows if row.index not in self._systems]
        if unsaid and len(platforms) > 1:
            told = (
                f"{many(len(unsaid), 'client')} do not say what they run: taken for "
                f"{self._platform(unsaid[0])}, and for admitted under that package"
            )
            yield TwinNote(NoteKind.ASSUMED, f"clients of {self.active.name}", told)
        left = sum(map(self._is_orphan, rows))
        if left:
            told = (
                f"{many(left, 'row')} have nobody behind them: silent beyond their timer, or "
                "not on the standby"
            )
            yield TwinNote(NoteKind.ASSUMED, f"sessions of {self.active.name}", told)

    def _notes_of(self, unit: Unit) -> Iterator[TwinNote]:
        what = f"sessions of {unit.name}"
        full = unit.full
        if full is None or full.sessions is None:
            told = "not seen: nobody is logged in on the twin, and no fate of sessions is rehearsed"
            yield TwinNote(NoteKind.MISSING, what, told, "show vpn-sessiondb anyconnect")
            return
        carried = self._carried(unit)
        told = f"{many(len(carried), 'row')}, with user, addresses, login, tunnels and idle time"
        yield TwinNote(NoteKind.TAKEN, what, told)
        left = len(full.sessions) - len(carried)
        if left:
            told = (
                f"{many(left, 'row')} that are no AnyConnect over SSL with an IPv4 address, or "
                "whose login time cannot be read, and their addresses"
            )
            yield TwinNote(NoteKind.LEFT, what, told)
        if full.pools is None:
            told = "which addresses are in use is taken from the sessions; stuck ones are not seen"
            line = "show ip local pool NAME"
            yield TwinNote(NoteKind.ASSUMED, f"pools of {unit.name}", told, line)
            return
        held = sum(pool.held for pool in full.pools)
        used = sum(len(pool.in_use) for pool in full.pools)
        told = f"{many(len(full.pools), 'pool')}: {used:,} addresses in use"
        yield TwinNote(NoteKind.TAKEN, f"pools of {unit.name}", told)
        if held:
            told = (
                f"which {held:,} addresses are held, and until when, is not told: the last free "
                "ones, for the whole reuse delay"
            )
            yield TwinNote(NoteKind.ASSUMED, f"pools of {unit.name}", told)

    # ── rows ──────────────────────────────────────────────────────────────────────────

    def sessions(self, unit: Unit) -> str:
        """The unit's sessions as a table."""
        rows = self._rows[unit.serial]
        return rows_text(SESSIONS, (self._row(unit, row, login) for row, login in rows))

    def _carried(self, unit: Unit) -> tuple[Session, ...]:
        return tuple(row for row, _ in self._rows[unit.serial])

    def _row(self, unit: Unit, row: Session, at: DeviceTime) -> tuple[object, ...]:
        is_active = unit is self.active
        login = max(0, (self.clock.at - at.at) // _SECOND)
        tunnel = "down"
        if is_active and row.has_tunnel:
            tunnel = "up"
        elif is_active and self._is_coming_back(row):
            tunnel = "soon"
        platform = self._platform(row)
        return (
            row.index,
            row.user,
            row.address,
            row.public,
            row.group_policy,
            row.tunnel_group,
            login,
            tunnel,
            min(row.inactivity_seconds, login),
            row.audit_id,
            row.bytes_tx,
            platform,
            self._admitted(login, platform) if is_active else "",
            "yes" if is_active and self._is_orphan(row) else "no",
        )

    def _platform(self, row: Session) -> str:
        return self._systems.get(row.index) or self._usual

    def _admitted(self, login: int, platform: str) -> str:
        """The package under which the other unit admitted it; empty: this unit did.

        A session that is older than the last switchover came in on the other unit. If that one
        has rebooted since, the session has outlived it and leans on nobody.
        """
        moved = self._moved
        up = self.standby.version.uptime_seconds
        if moved is None or up is None or login <= moved or up < moved:
            return ""
        loads = self._loads[self.standby.serial]
        return next((load.content for load in loads if load.platform == platform), "")

    def _is_coming_back(self, row: Session) -> bool:
        moved = self._moved
        if moved is None or moved > _CUT_OFF_SECONDS or row.has_tunnel:
            return False
        return abs(row.inactivity_seconds - moved) <= _ABOUT_SECONDS

    def _is_orphan(self, row: Session) -> bool:
        if row.has_tunnel or self._is_coming_back(row):
            return False
        full = self.active.full
        running = None if full is None else full.running
        limit = idle_limit_seconds(running, row.group_policy)
        if limit is not None and row.inactivity_seconds > limit + _OVERDUE_SECONDS:
            return True
        return bool(self._vouched) and login_key(row) not in self._vouched

    # ── addresses ─────────────────────────────────────────────────────────────────────

    def addresses(self, unit: Unit) -> str:
        """The unit's addresses that are not free, as a table."""
        return rows_text(ADDRESSES, self._leases(unit))

    def _leases(self, unit: Unit) -> Iterator[tuple[object, ...]]:
        full = unit.full
        if full is None or full.running is None:
            return
        carried = self._carried(unit)
        rows = {int(row.address or 0): row.index for row in sorted(carried, key=_without_tunnel)}
        kept = set(map(id, carried))
        left = {
            int(row.address)
            for row in full.sessions or ()
            if id(row) not in kept and row.address is not None
        }
        if full.pools is None:
            for line in full.running.pools:
                for address in sorted(rows):
                    if number_of(line.first) <= address <= number_of(line.last):
                        yield (line.name, dotted(address), rows[address], "")
            return
        for pool in full.pools:
            used = {int(address) for address in pool.in_use}
            for number in sorted(used - left):
                yield (pool.name, dotted(number), rows.get(number, ""), "")
            held, number = pool.held, int(pool.last)
            while held and number >= int(pool.first):
                if number not in used:
                    held -= 1
                    delay = max(1, full.running.reuse_delay_minutes) * 60
                    yield (pool.name, dotted(number), "", delay)
                number -= 1


def _carried(unit: Unit) -> tuple[tuple[Session, DeviceTime], ...]:
    """The rows that an emulated unit can have, each with its login."""
    rows = () if unit.full is None else unit.full.sessions or ()
    found = []
    for row in rows:
        at = device_time(row.login_time)
        texts = f"{row.user}{row.public}{row.group_policy}{row.tunnel_group}{row.audit_id}"
        if at is None or row.address is None or not row.tunnels <= _CARRIED:
            continue
        if texts.isprintable():
            found.append((row, at))
    return tuple(found)


def _vouched_for(standby: Unit) -> frozenset[str]:
    """The logins that the standby has copies of; none while it is still being filled."""
    if standby.state is not FailoverState.STANDBY_READY or standby.full is None:
        return frozenset()
    return frozenset(login_key(row) for row in standby.full.sessions or ())


def _without_tunnel(row: Session) -> bool:
    """Of two rows with one address, the one with a tunnel has it: it is entered last."""
    return row.has_tunnel
