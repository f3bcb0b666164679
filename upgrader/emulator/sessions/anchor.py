"""The incident: tickets that lean on the other unit, and what is left when it goes.

A ticket stands on its own where the unit has loaded the package under which the session was
admitted; otherwise it leans on the unit that admitted it. When that one departs (R6; `kill_at`:
when it returns) the ticket is dropped and its tunnels are closed, but the ordinary end of a
session is reached through the ticket and so does not run: the row stays, and its address stays
In Use. The effects are documented (ASA 5500 ASDM guide, p. 66-7); the mechanism is inferred.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from upgrader.emulator.sessions import books, pools
from upgrader.emulator.sessions.clients import closed_notice_ms, loses_ticket
from upgrader.emulator.sessions.packages import serving, stamp, stamps
from upgrader.emulator.sessions.policies import idle_ms
from upgrader.emulator.sessions.vpn import CLOSING
from upgrader.emulator.state import Home, Row, Ticket
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule


def breaks_at_departure(pair: Pair, active: int) -> None:
    """The mate is not present any more."""
    rules = pair.scenario.incident
    if rules.mechanism == "anchor" and rules.kill_at == "peer-departure":
        drop(pair, active, leaning(pair, active))


def breaks_at_rejoin(pair: Pair, active: int, joiner: int) -> None:
    """The mate is back and bulk sync begins."""
    rules = pair.scenario.incident
    if rules.mechanism == "anchor":
        if rules.kill_at == "peer-rejoin":
            drop(pair, active, leaning(pair, active))
        return
    refused = refused_at_join(pair, active, joiner)
    for token in refused:
        row = pair.units[active].rows[pair.units[active].tickets[token].index]
        log.tell(pair, joiner, 721_017, user=row.user, public=row.public)
    drop(pair, active, _widened(pair, active, refused))


def leaning(pair: Pair, active: int) -> list[int]:
    """The tokens that R6 takes: those that lean on the mate.

    With `all-ssl`, every one as soon as any leans.
    """
    tickets = pair.units[active].tickets
    return _widened(pair, active, [t for t, k in tickets.items() if k.home is Home.PEER])


def refused_at_join(pair: Pair, active: int, joiner: int) -> list[int]:
    """The tokens that a joiner of the same version would not take (`verify-at-join`).

    A ticket is offered under the package with which the active unit serves the session now: the
    one it was admitted under, or its own for that platform where it lacks that one.
    """
    ours, theirs = pair.units[active], pair.units[joiner]
    if ours.version != theirs.version:
        return []
    rules = pair.scenario.incident
    held, known = stamps(rules, ours.loaded), stamps(rules, theirs.loaded)

    def offered(ticket: Ticket) -> str:
        package = serving(ours.loaded, ticket.platform)
        if ticket.admitted in held or package is None:
            return ticket.admitted
        return stamp(rules, ours.loaded, package)

    return [t for t, ticket in ours.tickets.items() if offered(ticket) not in known]


def drop(pair: Pair, active: int, tokens: Iterable[int]) -> None:
    """Take the tickets, close the tunnels, and leave the rows as orphans."""
    unit = pair.units[active]
    closed: list[Row] = []
    for token in tokens:
        row = unit.rows[unit.tickets.pop(token).index]
        if row.carries(pair.now):
            closed.append(row)
        books.ends(pair, token, books.ORPHANED, orphaned=True)
        _leave(pair, active, row)
        if pair.clients[row.client].token == token:
            loses_ticket(pair, row.client, closed_notice_ms(pair))
    log.note_each(pair, active, CLOSING, closed)


def _leave(pair: Pair, active: int, row: Row) -> None:
    """What remains of a row without its ticket, on the unit that `orphan_unit` says."""
    unit, rules = pair.units[active], pair.scenario.incident
    since = pair.now if row.carries(pair.now) else row.inactive_from
    orphan = replace(row, token=None, up_from=None, inactive_from=since)
    if rules.orphan_unit == "rejoined":
        assert row.token is not None  # only rows with tickets are dropped
        pair.ghosts[row.token] = orphan
        del unit.rows[row.index]
        pools.release(pair, active, row.address, row.index)
        return
    unit.rows[row.index] = orphan
    limit = idle_ms(unit, row.group_policy)
    if rules.orphan_timer == "idle" and limit is not None:
        schedule(pair, since + limit, "idle", argument=-row.index)


def _widened(pair: Pair, active: int, tokens: list[int]) -> list[int]:
    every = pair.scenario.incident.scope == "all-ssl"
    return list(pair.units[active].tickets) if every and tokens else tokens
