"""Interface monitoring: links, the mate's hellos on data interfaces, and the tests.

A lost link is found at the next interface poll. Where the link is up and no hello comes for half
the hold time, both units test the interface: traffic first, then ARP and a broadcast ping; what
has passed nothing when the hold time is over has failed (ASA configuration guide, interface
monitoring; default times 5 s and 25 s in its table of failure detection). The words on the
screen and their order on the way back: real ASAv 9.23(1) pair. A quiet interface is no state
and costs nothing; only one on which something is wrong has a phase, and a timer for its end.
"""

from upgrader.emulator.pairing.link import hear
from upgrader.emulator.settings import FailoverSettings, Interface, Settings
from upgrader.emulator.state import State, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule
from upgrader.emulator.watches import Condition, Phase, Watch

# The activity test counts packets "up to 5 seconds"; where there is traffic it is over at once,
# here after a second.
_ACTIVITY_MS, _ACTIVE_AT_ONCE_MS = 5_000, 1_000

POLLS_TO_SETTLE = 2
"""Two interface polls after the units hear each other, Waiting becomes Monitored. Inferred."""

# Polls until an interface that failed is trusted again. Our choice.
_POLLS_TO_RETURN = 2

_TESTED = (State.ACTIVE, State.STANDBY_READY, State.FAILED)

_BROKEN = (Phase.LINK_GONE, Phase.FAILED, Phase.RETURNING)

_WORDS = {
    Phase.LINK_GONE: Condition.NO_LINK,
    Phase.TESTING: Condition.TESTING,
    Phase.QUIET: Condition.NO_TRAFFIC,
    Phase.FAILED: Condition.FAILED,
    Phase.RETURNING: Condition.NO_TRAFFIC,
}


def is_monitored(failover: FailoverSettings, interface: Interface) -> bool:
    """Whether failover counts it: physical ones by default, subinterfaces when told to."""
    if interface.name in failover.not_monitored:
        return False
    return not interface.is_subinterface or interface.name in failover.monitored


def monitored(settings: Settings) -> list[Interface]:
    """The interfaces that failover counts, in the order of the configuration."""
    failover = settings.failover
    own = {failover.lan_port, failover.link_port}
    named = (i for i in settings.interfaces if i.name is not None and i.port not in own)
    return [interface for interface in named if is_monitored(failover, interface)]


# ── what is so, whoever has noticed ──────────


def has_link(pair: Pair, u: int, port: str) -> bool:
    """Whether the port has link: its cable is in, and neither it nor its parent is shut."""
    settings = pair.units[u].settings
    parent = port.partition(".")[0]
    if (u, parent) in pair.link.unplugged:
        return False
    return not (settings.is_shut(port) or (parent != port and settings.is_shut(parent)))


def receives(pair: Pair, u: int, port: str) -> bool:
    """Whether any traffic comes in there; other hosts are taken to talk on every segment."""
    parent = port.partition(".")[0]
    silenced = pair.link.silenced
    return has_link(pair, u, port) and (u, port) not in silenced and (u, parent) not in silenced


def hellos_pass(pair: Pair, interface: Interface) -> bool:
    """Whether the units hear each other on that interface; both need an address there."""
    port, split = interface.port, pair.link.split
    if interface.standby is None or port in split or port.partition(".")[0] in split:
        return False
    return receives(pair, 0, port) and receives(pair, 1, port)


def reach_each_other(pair: Pair, u: int) -> bool:
    """Whether hellos pass between the units on any data interface of unit u."""
    settings = pair.units[u].settings
    own = {settings.failover.lan_port, settings.failover.link_port}
    named = (i for i in settings.interfaces if i.name is not None and i.port not in own)
    return any(hellos_pass(pair, interface) for interface in named)


def is_watching(pair: Pair) -> bool:
    """Whether both units test their interfaces now: they hear each other and have their roles."""
    one, other = pair.units
    return (
        one.state in _TESTED
        and other.state in _TESTED
        and (one.active_since is None) is not (other.active_since is None)
        and hear(pair)
    )


# ── what the units have found out ──────────


def condition(pair: Pair, u: int, port: str) -> tuple[Condition, bool]:
    """What the screen says of an interface on which something is wrong, and whether Waiting."""
    unit = pair.units[u]
    watch = unit.watches[port]
    word = _WORDS.get(watch.phase, Condition.NORMAL)
    if watch.phase is Phase.FAILED and _has_failed(pair.units[1 - u], port):
        word = Condition.UNKNOWN
    elif watch.phase is Phase.LINK_GONE and unit.settings.is_shut(port):
        word = Condition.LINK_DOWN
    return word, watch.waiting or watch.phase not in (Phase.LINK_LOST, Phase.UNHEARD)


def broken(pair: Pair, u: int) -> list[Interface]:
    """Unit u's interfaces that count against it.

    What is broken on both does not count: both failing all tests is Unknown (ASA configuration
    guide), and a real pair without link on either unit's management interface stays a pair.
    """
    unit, mate = pair.units[u], pair.units[1 - u]
    if not unit.watches:
        return []
    return [
        interface
        for interface in monitored(unit.settings)
        if _has_failed(unit, interface.port) and not _has_failed(mate, interface.port)
    ]


def exceeds(unit: Unit, count: int) -> bool:
    """Whether so many broken interfaces are as many as `failover interface-policy` says."""
    policy = unit.settings.failover.interface_policy
    if policy.endswith("%"):
        of = len(monitored(unit.settings))
        return count > 0 and count * 100 >= int(policy[:-1]) * of
    return count >= int(policy)


def look(pair: Pair) -> None:
    """Cables, settings or states may have changed, or a phase is over: let each unit find out."""
    together = is_watching(pair)
    for u, unit in enumerate(pair.units):
        if not pair.answers(u):
            continue
        found: dict[str, Watch] = {}
        for interface in monitored(unit.settings):
            before = unit.watches.get(interface.port)
            after = _settled(pair, u, interface, before, together=together)
            if after is not None:
                found[interface.port] = after
            if after is not None and after != before and after.due is not None:
                schedule(pair, after.due, "interfaces")
        if found != unit.watches:
            unit.watches = found


def begin(pair: Pair, u: int) -> None:
    """The unit starts: it knows at once which of its interfaces have no link."""
    gone = [i.port for i in monitored(pair.units[u].settings) if not has_link(pair, u, i.port)]
    pair.units[u].watches = {port: Watch(Phase.LINK_GONE, pair.now) for port in gone}


def tests_again(pair: Pair, u: int) -> None:
    """`failover reset`: what has failed is no failure until it has been found so again."""
    unit = pair.units[u]
    hold = unit.settings.failover.interface_hold_ms
    found = pair.now + _poll_ms(unit)
    unlinked = Watch(Phase.LINK_LOST, pair.now, found, waiting=True)
    tested = Watch(Phase.TESTING, pair.now - hold // 2, pair.now + _ACTIVITY_MS)
    again = {Phase.LINK_GONE: unlinked, Phase.FAILED: tested, Phase.RETURNING: tested}
    unit.watches = {port: again.get(watch.phase, watch) for port, watch in unit.watches.items()}
    for watch in (unlinked, tested):
        if watch in unit.watches.values() and watch.due is not None:
            schedule(pair, watch.due, "interfaces")


def _has_failed(unit: Unit, port: str) -> bool:
    watch = unit.watches.get(port)
    return watch is not None and watch.phase in _BROKEN


def _poll_ms(unit: Unit) -> int:
    return unit.settings.failover.interface_poll_ms


def _settled(
    pair: Pair, u: int, interface: Interface, watch: Watch | None, *, together: bool
) -> Watch | None:
    """The phase after all that happens to the interface at this instant; None: it is well."""
    while True:
        after = _next(pair, u, interface, watch, together=together)
        if after == watch:
            return after
        watch = after


def _next(
    pair: Pair, u: int, interface: Interface, watch: Watch | None, *, together: bool
) -> Watch | None:
    if not has_link(pair, u, interface.port):
        return _without_link(pair, u, interface, watch)
    if watch is not None and watch.phase is Phase.LINK_LOST:
        return None
    if watch is not None and watch.phase is Phase.LINK_GONE:
        log.tell(pair, u, 105_006, interface=interface.name)
        return Watch(Phase.WAITING, pair.now, pair.now + _poll_ms(pair.units[u]))
    if not together:
        has_failed = watch is not None and watch.phase is Phase.FAILED
        return watch if has_failed and not receives(pair, u, interface.port) else None
    if interface.standby is None:
        return None
    if hellos_pass(pair, interface):
        return _heard(pair, u, interface, watch)
    return _unheard(pair, u, interface, watch, got=receives(pair, u, interface.port))


def _without_link(pair: Pair, u: int, interface: Interface, watch: Watch | None) -> Watch:
    match watch:
        case Watch(Phase.LINK_GONE):
            return watch
        case Watch(Phase.FAILED):
            return Watch(Phase.LINK_GONE, pair.now)
        case Watch(Phase.LINK_LOST):
            if not _is_due(pair, watch):
                return watch
            log.tell(pair, u, 105_007, interface=interface.name)
            return Watch(Phase.LINK_GONE, pair.now)
        case _:
            waiting = watch is not None and watch.phase is not Phase.UNHEARD
            return Watch(Phase.LINK_LOST, pair.now, pair.now + _poll_ms(pair.units[u]), waiting)


def _heard(pair: Pair, u: int, interface: Interface, watch: Watch | None) -> Watch | None:
    """Hellos come in: the interface is well, or on its way there."""
    if watch is None or watch.phase is Phase.UNHEARD:
        return None
    if watch.phase is Phase.FAILED:
        return _returning(pair, u)
    if watch.phase in (Phase.RETURNING, Phase.WAITING) and not _is_due(pair, watch):
        return watch
    if watch.phase in (Phase.TESTING, Phase.QUIET, Phase.RETURNING):
        log.tell(pair, u, 105_009, interface=interface.name, outcome="Passed")
    log.tell(pair, u, 105_004, interface=interface.name)
    return None


def _unheard(
    pair: Pair, u: int, interface: Interface, watch: Watch | None, *, got: bool
) -> Watch | None:
    """No hello comes in; `got`: other traffic does."""
    unit, name = pair.units[u], interface.name
    hold = unit.settings.failover.interface_hold_ms
    if watch is None or watch.phase is Phase.WAITING:
        return Watch(Phase.UNHEARD, pair.now, pair.now + hold // 2, waiting=watch is not None)
    if watch.phase is Phase.FAILED:
        return _returning(pair, u) if got else watch
    if watch.phase is Phase.ALONE:
        return watch if got else _testing(pair, pair.now - hold // 2, got=got)
    if watch.phase is Phase.RETURNING and not got:
        return Watch(Phase.FAILED, pair.now)
    if not _is_due(pair, watch):
        return watch
    match watch.phase:
        case Phase.UNHEARD:
            log.tell(pair, u, 105_005, interface=name)
            log.tell(pair, u, 105_008, interface=name)
            return _testing(pair, watch.since, got=got)
        case Phase.TESTING if not got:
            return Watch(Phase.QUIET, watch.since, max(pair.now, watch.since + hold))
        case Phase.QUIET if not got:
            mate_too = not receives(pair, 1 - u, interface.port)
            found = "Status Undetermined" if mate_too else "Failed"
            log.tell(pair, u, 105_009, interface=name, outcome=found)
            return Watch(Phase.FAILED, pair.now)
        case _:
            log.tell(pair, u, 105_009, interface=name, outcome="Passed")
            return Watch(Phase.ALONE, pair.now)


def _testing(pair: Pair, since: int, *, got: bool) -> Watch:
    lasts = _ACTIVE_AT_ONCE_MS if got else _ACTIVITY_MS
    return Watch(Phase.TESTING, since, pair.now + lasts)


def _returning(pair: Pair, u: int) -> Watch:
    return Watch(Phase.RETURNING, pair.now, pair.now + _POLLS_TO_RETURN * _poll_ms(pair.units[u]))


def _is_due(pair: Pair, watch: Watch) -> bool:
    return watch.due is not None and watch.due <= pair.now
