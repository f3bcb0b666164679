"""The truth about a pair, as JSON would have it: what no unit could tell, and no secret.

Instants are milliseconds since the scenario's start. Of files only digests are told, of
configurations only their length, of messages only their number: their texts may hold keys and
passwords, and `show` prints them as a device does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upgrader.emulator.machine.files import digest_of, free_bytes, sha512_of, total_bytes
from upgrader.emulator.pairing.link import hear
from upgrader.emulator.sessions.books import booked
from upgrader.emulator.sessions.ground import taker
from upgrader.emulator.state import Row, Unit
from upgrader.emulator.surface.event_words import WrongEvent, nearest
from upgrader.emulator.syslog.notes import dotted, lines_of
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import next_at, waiting
from upgrader.emulator.wall import wall_of

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the truth that may be asked for by itself."""

    name: str
    meaning: str
    tell: Callable[[Pair], object]


def truth(pair: Pair, names: Sequence[str] = ()) -> Json:
    """The parts of these names; all where none is named.

    Raises:
        WrongEvent: there is no such part.
    """
    for name in names:
        if name not in _NAMED:
            what = f"there is no part {name!r}{nearest(name, list(_NAMED))}"
            raise WrongEvent(what, "truth", ", ".join(_NAMED))
    return {name: _NAMED[name].tell(pair) for name in names or _NAMED}


def _name(unit: Unit) -> str:
    return unit.role.value.lower()


def _by_unit(pair: Pair, tell: Callable[[int, Unit], object]) -> Json:
    return {_name(unit): tell(u, unit) for u, unit in enumerate(pair.units)}


# ── the parts ──────────────────────────────────────────────────────────────────────────


def _changes(pair: Pair) -> int:
    return pair.changes


def _time(pair: Pair) -> Json:
    return {
        "now_ms": pair.now,
        "device": wall_of(pair, 0).stamp(pair.now),
        "next_timer_ms": next_at(pair),
    }


def _units(pair: Pair) -> Json:
    def tell(u: int, unit: Unit) -> Json:
        return {
            "serial": unit.serial,
            "power": unit.power.value,
            "answers": pair.answers(u),
            "state": unit.state.value,
            "serves": unit.active_since is not None,
            "version": unit.version,
            "image": unit.image,
            "booted_ms": unit.booted_ms,
            "reload_at_ms": unit.reload_at,
            "running_lines": len(unit.running),
            "startup_lines": len(unit.startup),
            "modified": unit.modified,
            "startup_errors": len(unit.startup_errors),
            "last_failure": None if unit.last_failure is None else unit.last_failure[0],
            "failed_modules": list(unit.failed_modules),
            "config_locked_by": unit.config_lock,
            "boots_get_stuck": unit.stuck,
            "hears_mate": unit.peer.heard,
            "mate_as_known": unit.peer.state.value,
            "history": [
                {"at_ms": h.at, "from": h.before.value, "to": h.after.value, "reason": h.reason}
                for h in unit.history
            ],
        }

    return _by_unit(pair, tell)


def _flash(pair: Pair) -> Json:
    def tell(u: int, unit: Unit) -> Json:
        files = {
            unit.paths[key]: {
                "bytes": file.bytes,
                "sha512": sha512_of(file),
                "boots": file.version,
                "written_ms": file.written_ms,
            }
            for key, file in sorted(unit.flash.items())
        }
        return {"bytes": total_bytes(pair, u), "free": free_bytes(pair, u), "files": files}

    return _by_unit(pair, tell)


def _loaded(pair: Pair) -> Json:
    def tell(_: int, unit: Unit) -> list[Json]:
        return [
            {
                "order": package.order,
                "path": package.path,
                "platform": package.platform,
                "sha512": digest_of(package.content),
            }
            for package in unit.loaded
        ]

    return _by_unit(pair, tell)


def _sessions(pair: Pair) -> Json:
    return _by_unit(pair, lambda _, unit: [_row(pair, unit, row) for row in _sorted_rows(unit)])


def _sorted_rows(unit: Unit) -> list[Row]:
    return [row for _, row in sorted(unit.rows.items())]


def _row(pair: Pair, unit: Unit, row: Row) -> Json:
    ticket = None if row.token is None else unit.tickets.get(row.token)
    return {
        "index": row.index,
        "user": row.user,
        "client": row.client,
        "address": dotted(row.address),
        "public": row.public,
        "group_policy": row.group_policy,
        "tunnel_group": row.tunnel_group,
        "login_ms": row.login_ms,
        "token": row.token,
        "orphan": row.token is None,
        "tunnel_up": row.carries(pair.now),
        "leans_on": None if ticket is None else ticket.home.value,
        "inactive_from_ms": row.inactive_from,
    }


def _tickets(pair: Pair) -> Json:
    def tell(_: int, unit: Unit) -> list[Json]:
        return [
            {
                "token": token,
                "index": ticket.index,
                "platform": ticket.platform,
                "admitted_sha512": digest_of(ticket.admitted),
                "home": ticket.home.value,
            }
            for token, ticket in sorted(unit.tickets.items())
        ]

    return _by_unit(pair, tell)


def _pools(pair: Pair) -> Json:
    def tell(_: int, unit: Unit) -> Json:
        return {
            pool.name: {
                "first": dotted(pool.first),
                "last": dotted(pool.last),
                "free": pool.last - pool.first + 1 - len(leases),
                "in_use": sum(lease.held_until is None for lease in leases.values()),
                "held": sum(lease.held_until is not None for lease in leases.values()),
                "nobody's": sum(
                    lease.held_until is None
                    and (lease.index is None or lease.index not in unit.rows)
                    for lease in leases.values()
                ),
            }
            for pool in unit.settings.pools
            for leases in (unit.leases.get(pool.name, {}),)
        }

    return _by_unit(pair, tell)


def _leases(pair: Pair) -> Json:
    def tell(_: int, unit: Unit) -> list[Json]:
        return [
            {
                "pool": pool,
                "address": dotted(address),
                "index": lease.index,
                "held_until_ms": lease.held_until,
            }
            for pool, leases in sorted(unit.leases.items())
            for address, lease in sorted(leases.items())
        ]

    return _by_unit(pair, tell)


def _connections(pair: Pair) -> Json:
    return _by_unit(pair, lambda _, unit: dict(sorted(unit.connections.items())))


def _clients(pair: Pair) -> list[Json]:
    return [
        {
            "number": client.number,
            "user": client.user,
            "public": client.public,
            "platform": client.platform,
            "is": client.mind.value,
            "index": client.index,
            "wants": None if client.wanted is None else dotted(client.wanted),
        }
        for _, client in sorted(pair.clients.items())
    ]


def _logins(pair: Pair) -> list[Json]:
    return [
        {
            "token": one.token,
            "client": one.login.client,
            "index": one.login.index,
            "audit_id": one.login.audit,
            "began_ms": one.login.began_ms,
            "came_back_ms": list(one.returns),
            "ended_ms": None if one.ending is None else one.ending.at_ms,
            "why": None if one.ending is None else one.ending.why,
            "orphaned": one.ending is not None and one.ending.orphaned,
        }
        for one in booked(pair)
    ]


def _links(pair: Pair) -> Json:
    standby = taker(pair)
    return {
        "failover_whole": pair.link.lan_up,
        "state_whole": pair.link.state_up,
        "cables_out": [[_name(pair.units[u]), port] for u, port in pair.link.unplugged],
        "ports_silenced": [[_name(pair.units[u]), port] for u, port in pair.link.silenced],
        "segments_split": list(pair.link.split),
        "syncs_stall": pair.link.stalls,
        "units_hear_each_other": hear(pair),
        "takes_session_changes": None if standby is None else _name(pair.units[standby]),
        "messages_sealed": pair.link.sealed,
    }


def _timers(pair: Pair) -> list[Json]:
    return [
        {
            "at_ms": timer.at,
            "event": timer.event,
            "unit": None if timer.unit < 0 else _name(pair.units[timer.unit]),
            "argument": timer.argument,
        }
        for timer in sorted(waiting(pair))
    ]


def _conversations(pair: Pair) -> list[Json]:
    return [
        {
            "number": talk.number,
            "unit": _name(pair.units[talk.unit]),
            "seat": talk.seat,
            "mode": talk.mode,
            "user": talk.user,
            "source": talk.source,
            "is_asked": talk.dialogue is not None,
        }
        for _, talk in sorted(pair.conversations.items())
    ]


def _logs(pair: Pair) -> Json:
    def tell(_: int, unit: Unit) -> Json:
        lines, counts = lines_of(unit), dict[str, int]()
        for line in lines:
            counts[str(line.number)] = counts.get(str(line.number), 0) + 1
        written = dict(sorted(unit.logged.items()))
        by_id = dict(sorted(counts.items()))
        return {"messages": len(lines), "by_id": by_id, "written": written}

    return _by_unit(pair, tell)


PARTS = (
    Part("time", "the instant, the devices' clock, and when something happens next", _time),
    Part(
        "changes",
        "how many lines that were typed at consoles, and files that came by SCP, have changed "
        "anything: not log-ins, `enable`, `terminal pager`",
        _changes,
    ),
    Part("units", "power, state, version, image and failover history of each unit", _units),
    Part("flash", "the files on each unit, with size and digest", _flash),
    Part("loaded", "the AnyConnect packages that each unit has in memory", _loaded),
    Part("sessions", "the rows of each unit's session database", _sessions),
    Part("tickets", "with what a client resumes: on each unit, and where it stands", _tickets),
    Part("pools", "how many addresses are free, in use, held, and nobody's", _pools),
    Part("leases", "each address that is not free", _leases),
    Part("connections", "the connections through each unit, by kind", _connections),
    Part("clients", "the people's computers, and what they are doing", _clients),
    Part("logins", "the books: what became of every login, and when", _logins),
    Part("links", "the cables between the units, and who hears whom", _links),
    Part("timers", "what will happen by itself", _timers),
    Part("conversations", "the open consoles", _conversations),
    Part(
        "logs",
        "messages in each unit's buffer by id, and all since its boot by where they went",
        _logs,
    ),
)
"""In the order of the reference page."""

_NAMED = {part.name: part for part in PARTS}
