"""What if: a rebuilt night with one thing changed.

Each change is a pure function of the rebuilt night. What people would have done is their own
again: who lost a session comes back by himself, and no log-in of the night is repeated for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from upgrader.judgement.postmortem.setting import Package, Rebuilt, Setting, Timings
from upgrader.judgement.postmortem.typed_again import is_reload, is_switch
from upgrader.model.failover import Role
from upgrader.model.script import Act, Befalls, Typed
from upgrader.ports import UsageFault

CHECKS = "checks=today"
"""The change that is no change of the night, but of who conducts it."""
AS_IT_WAS = "as it was"

_MINUTE_MS = 60_000
_BOOT_S = 300.0
_SYNC_S = 46.0
_SPARE_MS = 2 * _MINUTE_MS
_MOST_POOL = 65_536


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise."""

    asked: str
    """`anyconnect=matched`."""
    says: str
    """What is changed, in a phrase."""
    apply: Callable[[Rebuilt], Rebuilt]
    by_checks: bool = False
    """Whether lines are typed only as far as today's checks let them pass."""


def change_of(asked: str) -> Change:
    """The change that a person asked for.

    Raises:
        UsageFault: there is none of that name or value; the message names those that are known.
    """
    key, equals, value = (part.strip() for part in asked.strip().partition("="))
    if key == "pool" and equals:
        return _pool(value)
    known = _CHANGES.get(f"{key}={value}")
    if known is None:
        raise UsageFault(_not_known(asked.strip(), key))
    says, apply = known
    return Change(f"{key}={value}", says, apply, by_checks=f"{key}={value}" == CHECKS)


def change_is_none(was: Rebuilt, changed: Rebuilt) -> bool:
    """Whether a change found the night to be so already, but for who comes back by himself."""
    return changed.setting == _free(was.setting) and changed.script == _freely(was).script


def changes_known() -> tuple[tuple[str, str], ...]:
    """Each change and what it says, in the order of the help."""
    told = [(name, says) for name, (says, _) in _CHANGES.items()]
    return (*told, ("pool=N", "the pool has N addresses"))


def healthy(setting: Setting) -> Setting:
    """The pair without anything that would be wrong with it before the first line is typed."""
    return replace(
        _images_everywhere(_matched(setting)),
        failover_key=True,
        http_replication=True,
        failover_link=True,
        state_link=True,
        handshakes=(),
        certificates_differ=False,
        incident={},
    )


def _not_known(asked: str, key: str) -> str:
    names = [name for name, _ in changes_known()]
    same_key = [name for name in names if name.partition("=")[0] == key]
    near = same_key or get_close_matches(asked, names, 1, 0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"--what-if {asked}: no such change is known; {hint}allowed: {', '.join(names)}"


# ── the pair ───────────────────────────────────────────────────────────────────────────


def _on(change: Callable[[Setting], Setting]) -> Callable[[Rebuilt], Rebuilt]:
    def apply(rebuilt: Rebuilt) -> Rebuilt:
        return replace(_freely(rebuilt), setting=change(_free(rebuilt.setting)))

    return apply


def _free(setting: Setting) -> Setting:
    """People come back by themselves."""
    return replace(setting, returns=True)


def _freely(rebuilt: Rebuilt) -> Rebuilt:
    """Log-ins of people whom the night knew before are their own again."""
    acts = tuple(act for act in rebuilt.script.acts if not _is_return(act))
    return _acting(replace(rebuilt, setting=_free(rebuilt.setting)), acts)


def _is_return(act: Act) -> bool:
    return isinstance(act, Befalls) and act.event == "log-in"


def _matched(setting: Setting) -> Setting:
    """Both units hold what the first active one holds, or whatever there is."""

    def alike(package: Package) -> Package:
        ours = package.primary if setting.active is Role.PRIMARY else package.secondary
        content = ours or package.primary or package.secondary or f"package-{package.platform}"
        return replace(package, primary=content, secondary=content)

    return replace(setting, packages=tuple(map(alike, setting.packages)))


def _mismatched(setting: Setting) -> Setting:
    first, *others = _matched(setting).packages
    other = f"{first.primary}-of-other-bytes"
    if setting.active is Role.PRIMARY:
        changed = replace(first, secondary=other)
    else:
        changed = replace(first, primary=other)
    return replace(setting, packages=(changed, *others))


def _images_everywhere(setting: Setting) -> Setting:
    images = tuple(replace(image, lacks=()) for image in setting.images)
    return replace(setting, images=images)


def _pool(value: str) -> Change:
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= _MOST_POOL):
        raise UsageFault(
            f"--what-if pool={value}: how many addresses the pool has; "
            f"allowed: a whole number from 1 to {_MOST_POOL}"
        )
    size = int(value)

    def sized(setting: Setting) -> Setting:
        # Whoever sits at the start has an address: the pool reaches that far at least.
        return replace(setting, pool=(setting.pool[0], max(size, len(setting.seated))))

    return Change(f"pool={size}", f"the pool has {size} addresses", _on(sized))


# ── what befell it ─────────────────────────────────────────────────────────────────────


def _without(*events: str) -> Callable[[Rebuilt], Rebuilt]:
    """The night in which these things do not befall the pair."""

    def apply(rebuilt: Rebuilt) -> Rebuilt:
        free = _freely(rebuilt)
        acts = tuple(
            act
            for act in free.script.acts
            if not (isinstance(act, Befalls) and act.event in events)
        )
        return _acting(free, acts)

    return apply


def _link(name: str, *, up: bool) -> Callable[[Rebuilt], Rebuilt]:
    """A cable that is whole all night, or cut from before its beginning."""

    def apply(rebuilt: Rebuilt) -> Rebuilt:
        free = _freely(rebuilt)
        acts = tuple(act for act in free.script.acts if not _is_of_link(act, name))
        setting = free.setting
        if name == "state":
            setting = replace(setting, state_link=up)
        else:
            setting = replace(setting, failover_link=up)
        return replace(_acting(free, acts), setting=setting)

    return apply


def _is_of_link(act: Act, name: str) -> bool:
    return (
        isinstance(act, Befalls)
        and act.event in ("cut-link", "join-link")
        and act.arguments.get("link") in (name, "both")
    )


def _no_logoffs(rebuilt: Rebuilt) -> Rebuilt:
    free = _freely(rebuilt)
    acts = tuple(
        act
        for act in free.script.acts
        if not (isinstance(act, Typed) and act.line.startswith("vpn-sessiondb logoff"))
    )
    return _acting(free, acts)


# ── in which order ─────────────────────────────────────────────────────────────────────


def _ready_ms(timings: Timings) -> int:
    """From an order to reload until Standby Ready, generously."""
    sync = sum(
        part or default
        for part, default in (
            (timings.cold_standby, 2.0),
            (timings.sync_config, 24.0),
            (timings.bulk_sync, 16.0),
        )
    )
    seconds = (timings.boot or _BOOT_S) + max(sync, _SYNC_S)
    return round(seconds * 1_000) + _SPARE_MS


def _line_at(acts: Sequence[Act], *, reload: bool) -> list[int]:
    wanted = is_reload if reload else is_switch
    return [n for n, act in enumerate(acts) if isinstance(act, Typed) and wanted(act.line)]


def _in_order(rebuilt: Rebuilt) -> Rebuilt:
    """As the guide has it: standby, wait, switchover, wait, the former active."""
    free = _freely(rebuilt)
    acts = free.script.acts
    turns = sorted((*_line_at(acts, reload=True), *_line_at(acts, reload=False)))
    start = acts[turns[0]].at_ms if turns else 2 * _MINUTE_MS
    ready = _ready_ms(free.setting.timings)
    kept = [act for n, act in enumerate(acts) if n not in turns]
    steps = (
        Typed(start, "active", "failover reload-standby"),
        Typed(start + ready, "active", "no failover active"),
        Typed(start + ready + _SPARE_MS, "active", "failover reload-standby"),
    )
    return _lasting(_acting(free, (*kept, *steps)), start + 2 * ready + 2 * _SPARE_MS)


def _waited(rebuilt: Rebuilt) -> Rebuilt:
    """Each switchover, and each reload after the first one, waits until the standby is ready."""
    free = _freely(rebuilt)
    late = 0
    busy_until: int | None = None
    acts: list[Act] = []
    for act in free.script.acts:
        at = act.at_ms + late
        if isinstance(act, Typed):
            waits = is_switch(act.line) or is_reload(act.line)
            if waits and busy_until is not None and at < busy_until:
                late += busy_until - at
                at = busy_until
            if is_reload(act.line):
                busy_until = at + _ready_ms(free.setting.timings)
        acts.append(replace(act, at_ms=at))
    return _lasting(_acting(free, acts), free.script.lasts_ms + late)


def _until_last_reload(
    make: Callable[[Rebuilt, Typed], tuple[Iterable[Act], int]],
) -> Callable[[Rebuilt], Rebuilt]:
    """The night in which something is put in the place of its last reload."""

    def apply(rebuilt: Rebuilt) -> Rebuilt:
        free = _freely(rebuilt)
        acts = free.script.acts
        reloads = _line_at(acts, reload=True)
        if len(reloads) < 2:
            return free
        last = acts[reloads[-1]]
        assert isinstance(last, Typed)  # only typed lines are listed
        instead, later = make(free, last)
        before = acts[: reloads[-1]]
        after = [replace(act, at_ms=act.at_ms + later) for act in acts[reloads[-1] + 1 :]]
        return _lasting(_acting(free, (*before, *instead, *after)), free.script.lasts_ms + later)

    return apply


def _left_alone(_rebuilt: Rebuilt, _last: Typed) -> tuple[Iterable[Act], int]:
    return (), 0


def _failed_back(_rebuilt: Rebuilt, last: Typed) -> tuple[Iterable[Act], int]:
    """The roles move back first, and the unit that is then the standby is reloaded."""
    back = Typed(last.at_ms, "active", "no failover active")
    return (back, Typed(last.at_ms + _SPARE_MS, "active", "failover reload-standby")), _SPARE_MS


def _drained(_rebuilt: Rebuilt, last: Typed) -> tuple[Iterable[Act], int]:
    """Everybody is logged off, and given time to come back, before the last reload."""
    off = Typed(last.at_ms, "active", "vpn-sessiondb logoff anyconnect noconfirm")
    late = 3 * _MINUTE_MS
    return (off, replace(last, at_ms=last.at_ms + late)), late


def _held(rebuilt: Rebuilt, last: Typed) -> tuple[Iterable[Act], int]:
    """Everybody is logged off, and nobody let in until the former active is back."""
    late = 2 * _MINUTE_MS
    ready = _ready_ms(rebuilt.setting.timings)
    reload = replace(last, at_ms=last.at_ms + late)
    return (
        *_logins(rebuilt, last.at_ms, 0),
        Typed(last.at_ms, "active", "vpn-sessiondb logoff anyconnect noconfirm"),
        reload,
        *_logins(rebuilt, reload.at_ms + ready, 3),
    ), late


def _logins(rebuilt: Rebuilt, at: int, limit: int) -> tuple[Typed, ...]:
    policy = rebuilt.setting.group_policy
    return tuple(
        Typed(at, "active", line)
        for line in (
            "configure terminal",
            f"group-policy {policy} attributes",
            f"vpn-simultaneous-logins {limit}",
            "end",
        )
    )


def _standby_only(rebuilt: Rebuilt) -> Rebuilt:
    """One reload of the standby, and nothing after it."""
    free = _freely(rebuilt)
    acts = free.script.acts
    reloads = _line_at(acts, reload=True)
    turns = {*_line_at(acts, reload=True), *_line_at(acts, reload=False)}
    first = reloads[0] if reloads else -1
    return _acting(free, [act for n, act in enumerate(acts) if n == first or n not in turns])


# ── putting together ───────────────────────────────────────────────────────────────────


def _acting(rebuilt: Rebuilt, acts: Iterable[Act]) -> Rebuilt:
    in_order = tuple(sorted(acts, key=lambda act: act.at_ms))
    return _lasting(
        replace(rebuilt, script=replace(rebuilt.script, acts=in_order, expected=None)),
        rebuilt.script.lasts_ms,
    )


def _lasting(rebuilt: Rebuilt, lasts_ms: int) -> Rebuilt:
    last = max((act.at_ms for act in rebuilt.script.acts), default=0)
    longer = max(lasts_ms, last + _MINUTE_MS, rebuilt.script.lasts_ms)
    return replace(rebuilt, script=replace(rebuilt.script, lasts_ms=longer))


_CHANGES: Mapping[str, tuple[str, Callable[[Rebuilt], Rebuilt]]] = {
    CHECKS: ("today's checks are heeded: what they refuse is not typed", _freely),
    "anyconnect=matched": (
        "both units have the same AnyConnect packages",
        _on(_matched),
    ),
    "anyconnect=mismatched": (
        "the package for Windows is of other bytes on the standby",
        _on(_mismatched),
    ),
    "package=staged": (
        "the packages of the active unit lay on both before the first reload",
        _on(_matched),
    ),
    "image=staged": (
        "the new image lay on both units",
        _on(_images_everywhere),
    ),
    "failover-key=set": (
        "the failover link has a key",
        _on(lambda setting: replace(setting, failover_key=True)),
    ),
    "failover-key=missing": (
        "the failover link has no key",
        _on(lambda setting: replace(setting, failover_key=False)),
    ),
    "http-replication=on": (
        "HTTP connections are replicated",
        _on(lambda setting: replace(setting, http_replication=True)),
    ),
    "http-replication=off": (
        "HTTP connections are not replicated",
        _on(lambda setting: replace(setting, http_replication=False)),
    ),
    "state-link=up": ("the state link is up all night", _link("state", up=True)),
    "state-link=down": ("the state link is down all night", _link("state", up=False)),
    "certificate=same": (
        "both units hold a certificate that clients trust",
        _on(lambda setting: replace(setting, handshakes=(), certificates_differ=False)),
    ),
    "aaa=up": ("the AAA server answers all night", _without("stop-aaa", "start-aaa")),
    "failover-link=up": ("the failover link is whole all night", _link("failover", up=True)),
    "crash=none": (
        "no unit crashes or loses power",
        _without("crash-unit", "pull-power", "give-power", "stick-boot", "free-boot"),
    ),
    "network=well": (
        "no port and no cable beside the pair fails",
        _without(
            *("break-switch-port", "mend-switch-port", "pull-cable", "plug-cable"),
            *("split-segment", "join-segment"),
        ),
    ),
    "logoff=none": ("nobody is logged off by an administrator", _no_logoffs),
    "order=standby-first": (
        "standby, wait for Standby Ready, switchover, wait, the former active",
        _in_order,
    ),
    "order=wait": ("each step waits for Standby Ready", _waited),
    "order=fail-back": (
        "the roles move back before the last reload, which is the standby's again",
        _until_last_reload(_failed_back),
    ),
    "order=drain": (
        "everybody is logged off before the last reload, and comes back",
        _until_last_reload(_drained),
    ),
    "order=no-last-reload": (
        "the former active is never reloaded",
        _until_last_reload(_left_alone),
    ),
    "order=standby-only": ("the standby is reloaded, and nothing else is done", _standby_only),
    "logins=held": (
        "everybody is logged off before the last reload, and let in again after it",
        _until_last_reload(_held),
    ),
}
