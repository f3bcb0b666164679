"""What the configuration grants a remote-access session."""

from dataclasses import dataclass

from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.settings import GroupPolicy, Settings
from upgrader.emulator.state import Unit

DEFAULT_POLICY = "DfltGrpPolicy"

_IDLE_MIN = 30
_SIMULTANEOUS_LOGINS = 3
"""Both are an ASA's defaults (ASA command reference)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session is admitted under."""

    tunnel_group: str
    group_policy: str
    pools: tuple[str, ...]
    idle_ms: int | None
    """None: never ends for want of a tunnel."""
    session_ms: int | None
    """None: lasts as long as its person likes."""
    logins: int
    """`vpn-simultaneous-logins`."""


def terms_of(unit: Unit, tunnel_group: str) -> Terms:
    """The terms of a tunnel group, or of the first one where the name is empty."""
    known = _terms_by_group(unit.settings)
    terms = known.get(tunnel_group)
    if terms is None:
        terms = known[tunnel_group] = _terms(unit.settings, tunnel_group)
    return terms


def idle_ms(unit: Unit, group_policy: str) -> int | None:
    """How long a session of that policy may be without tunnel; None: for ever."""
    known = _idle_by_policy(unit.settings)
    if group_policy not in known:
        known[group_policy] = _idle(unit.settings, group_policy)
    return known[group_policy]


def session_limit(model: str) -> int | None:
    """How many sessions the device admits; None: not known, and never reached."""
    return hardware_of(model).limit


@of_the_same
def _terms_by_group(settings: Settings) -> dict[str, Terms]:
    """By tunnel group, as far as somebody has asked."""
    del settings
    return {}


@of_the_same
def _idle_by_policy(settings: Settings) -> dict[str, int | None]:
    """By group policy, as far as somebody has asked."""
    del settings
    return {}


def _terms(settings: Settings, tunnel_group: str) -> Terms:
    groups = settings.tunnel_groups
    group = next((g for g in groups if tunnel_group in ("", g.name)), None)
    name = (group.group_policy if group else None) or DEFAULT_POLICY
    own, base = _policy(settings, name), _policy(settings, DEFAULT_POLICY)
    logins = _first(own.simultaneous_logins, base.simultaneous_logins)
    return Terms(
        tunnel_group=group.name if group else "DefaultWEBVPNGroup",
        group_policy=name,
        pools=own.pools or base.pools or (group.pools if group else ()),
        idle_ms=_idle(settings, name),
        session_ms=_ms(_first(own.session_timeout_min, base.session_timeout_min)),
        logins=_SIMULTANEOUS_LOGINS if logins is None else logins,
    )


def _idle(settings: Settings, group_policy: str) -> int | None:
    own, base = _policy(settings, group_policy), _policy(settings, DEFAULT_POLICY)
    idle = _first(own.idle_timeout_min, base.idle_timeout_min)
    return _ms(_IDLE_MIN if idle is None else idle)


def _policy(settings: Settings, name: str) -> GroupPolicy:
    found = next((p for p in settings.group_policies if p.name == name), None)
    return found or GroupPolicy(name)


def _first(own: int | None, base: int | None) -> int | None:
    return base if own is None else own


def _ms(minutes: int | None) -> int | None:
    return minutes * 60_000 if minutes else None
