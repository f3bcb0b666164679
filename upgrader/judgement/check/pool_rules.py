"""Is there an address for everybody who may have to log in anew."""

from upgrader.judgement.check.rule import Rule, Scene, found, full_looks, unread
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import FullLook, Unit
from upgrader.model.vpn import AddressPool

_ROOM = RuleText(
    rule=RuleName("pools-have-room"),
    asks="Has each address pool room for people who must log in anew, and does it leak nothing?",
    why="Who has to log in anew finds no address while the old one is still in use.",
    remedy=(
        "Widen the pool or add a second one before the window; `upgrader sessions` names the "
        "addresses that nobody uses, and `upgrader cleanup` gives back what can be given back."
    ),
    source="ASA syslog guide, 737007, 737019, 722020; `show ip local pool`",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_FINAL_RELOAD: Severity.WARNING},
    expects="room in each pool, and no address in use by nobody",
    parameters=(Parameter("free_percent", 5, "of a pool's addresses, at least one"),),
)


def _no_pools(scene: Scene) -> str | None:
    looked = [unit.full for unit in scene.seen.units if unit.full is not None]
    seen = len(looked) == 2 and all(full.pools == () for full in looked)
    return "no address pool is configured" if seen else None


def _ask_room(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_ROOM, scene)
    return (*findings, *(f for unit, full in looked for f in _pools_of(scene, unit, full)))


def _pools_of(scene: Scene, unit: Unit, full: FullLook) -> list[Finding]:
    if full.pools is None:
        return [unread(_ROOM, unit, "show ip local pool")]
    if full.sessions is None:
        return [unread(_ROOM, unit, "show vpn-sessiondb anyconnect")]
    # As integers: an IPv4Address hashes its hexadecimal spelling, and there may be 10,000.
    held = {int(row.address) for row in full.sessions if row.address is not None}
    others = 0 if unit.summary is None else max(0, unit.summary.total - len(full.sessions))
    findings = []
    for pool in full.pools:
        leaked = len({int(address) for address in pool.in_use} - held)
        # Sessions of other kinds hold addresses too, and the listing does not show them.
        findings += _leak(scene, unit, pool, leaked) if leaked > others else []
        findings += _fullness(scene, unit, pool, full.pools)
    return findings


def _leak(scene: Scene, unit: Unit, pool: AddressPool, leaked: int) -> list[Finding]:
    evidence = f"{unit.name}: {leaked} addresses of pool {pool.name} are in use by no session"
    return [
        found(
            _ROOM,
            scene,
            evidence,
            facts=_facts(unit, pool),
            observed=f"{leaked} addresses",
            expected="0 addresses",
            unit=unit,
        )
    ]


def _fullness(
    scene: Scene, unit: Unit, pool: AddressPool, pools: tuple[AddressPool, ...]
) -> list[Finding]:
    """A full pool is a note where another has room: a tunnel group may name several, in order."""
    percent = int(scene.set_to(_ROOM, "free_percent"))
    if _has_room(pool, percent):
        return []
    roomy = [other.name for other in pools if _has_room(other, percent)]
    evidence = f"{unit.name}: {pool.free} of {pool.size} addresses of pool {pool.name} are free"
    if roomy:
        evidence += f"; there is room in {', '.join(roomy)}, if its tunnel groups name that too"
    severity = Severity.NOTE if roomy else None
    return [
        found(
            _ROOM,
            scene,
            evidence,
            facts=_facts(unit, pool),
            severity=severity,
            observed=f"{pool.free} free",
            expected=f"at least {_wanted(pool, percent)} free",
            unit=unit,
        )
    ]


def _has_room(pool: AddressPool, percent: int) -> bool:
    return pool.free >= _wanted(pool, percent)


def _wanted(pool: AddressPool, percent: int) -> int:
    """A pool fuller than 95 % is full on a bad evening: our guess, which a site may correct."""
    return max(1, pool.size * percent // 100)


def _facts(unit: Unit, pool: AddressPool) -> tuple[Fact, ...]:
    return (Fact("unit", unit.serial), Fact("pool", f"{pool.name} {pool.first}-{pool.last}"))


POOLS_HAVE_ROOM = Rule(_ROOM, _ask_room, _no_pools)

RULES = (POOLS_HAVE_ROOM,)
