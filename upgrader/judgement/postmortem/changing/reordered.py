"""The order of a night, changed: what is typed when, and what is done in between."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from upgrader.dialect.commands import LOGOFF, RELOAD_STANDBY
from upgrader.judgement.postmortem.rebuilding.setting import Rebuilt, Setting, Timings
from upgrader.judgement.postmortem.rebuilding.typed_again import is_reload, is_switch
from upgrader.model.script import Act, Befalls, Typed

_EVERYBODY_OFF = f"{LOGOFF} anyconnect noconfirm"
_MINUTE_MS = 60_000
_BOOT_S = 300.0
_SYNC_S = 46.0
_SPARE_MS = 2 * _MINUTE_MS


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


def in_order(rebuilt: Rebuilt) -> Rebuilt:
    """As the guide has it: standby, wait, switchover, wait, the former active."""
    without = freely(rebuilt)
    acts = without.script.acts
    turns = sorted((*_line_at(acts, reload=True), *_line_at(acts, reload=False)))
    start = acts[turns[0]].at_ms if turns else 2 * _MINUTE_MS
    ready = _ready_ms(without.setting.timings)
    kept = [act for n, act in enumerate(acts) if n not in turns]
    steps = (
        Typed(start, "active", RELOAD_STANDBY),
        Typed(start + ready, "active", "no failover active"),
        Typed(start + ready + _SPARE_MS, "active", RELOAD_STANDBY),
    )
    return _lasting(acting(without, (*kept, *steps)), start + 2 * ready + 2 * _SPARE_MS)


def waited(rebuilt: Rebuilt) -> Rebuilt:
    """Each switchover, and each reload after the first one, waits until the standby is ready."""
    without = freely(rebuilt)
    late = 0
    busy_until: int | None = None
    acts: list[Act] = []
    for act in without.script.acts:
        at = act.at_ms + late
        if isinstance(act, Typed):
            waits = is_switch(act.line) or is_reload(act.line)
            if waits and busy_until is not None and at < busy_until:
                late += busy_until - at
                at = busy_until
            if is_reload(act.line):
                busy_until = at + _ready_ms(without.setting.timings)
        acts.append(replace(act, at_ms=at))
    return _lasting(acting(without, acts), without.script.lasts_ms + late)


def until_last_reload(
    make: Callable[[Rebuilt, Typed], tuple[Iterable[Act], int]],
) -> Callable[[Rebuilt], Rebuilt]:
    """The night in which something is put in the place of its last reload."""

    def apply(rebuilt: Rebuilt) -> Rebuilt:
        without = freely(rebuilt)
        acts = without.script.acts
        reloads = _line_at(acts, reload=True)
        if len(reloads) < 2:
            return without
        last = acts[reloads[-1]]
        assert isinstance(last, Typed)  # only typed lines are listed
        instead, later = make(without, last)
        before = acts[: reloads[-1]]
        after = [replace(act, at_ms=act.at_ms + later) for act in acts[reloads[-1] + 1 :]]
        return _lasting(
            acting(without, (*before, *instead, *after)), without.script.lasts_ms + later
        )

    return apply


def left_alone(_rebuilt: Rebuilt, _last: Typed) -> tuple[Iterable[Act], int]:
    """Nothing: the former active stays as it is."""
    return (), 0


def failed_back(_rebuilt: Rebuilt, last: Typed) -> tuple[Iterable[Act], int]:
    """The roles move back first, and the unit that is then the standby is reloaded."""
    back = Typed(last.at_ms, "active", "no failover active")
    return (back, Typed(last.at_ms + _SPARE_MS, "active", RELOAD_STANDBY)), _SPARE_MS


def drained(_rebuilt: Rebuilt, last: Typed) -> tuple[Iterable[Act], int]:
    """Everybody is logged off, and given time to come back, before the last reload."""
    off = Typed(last.at_ms, "active", _EVERYBODY_OFF)
    late = 3 * _MINUTE_MS
    return (off, replace(last, at_ms=last.at_ms + late)), late


def held(rebuilt: Rebuilt, last: Typed) -> tuple[Iterable[Act], int]:
    """Everybody is logged off, and nobody let in until the former active is back."""
    late = 2 * _MINUTE_MS
    ready = _ready_ms(rebuilt.setting.timings)
    reload = replace(last, at_ms=last.at_ms + late)
    return (
        *_logins(rebuilt, last.at_ms, 0),
        Typed(last.at_ms, "active", _EVERYBODY_OFF),
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


def standby_only(rebuilt: Rebuilt) -> Rebuilt:
    """One reload of the standby, and nothing after it."""
    without = freely(rebuilt)
    acts = without.script.acts
    reloads = _line_at(acts, reload=True)
    turns = {*_line_at(acts, reload=True), *_line_at(acts, reload=False)}
    first = reloads[0] if reloads else -1
    return acting(without, [act for n, act in enumerate(acts) if n == first or n not in turns])


def acting(rebuilt: Rebuilt, acts: Iterable[Act]) -> Rebuilt:
    """The night with these acts; what was expected of it is not any more."""
    ordered = tuple(sorted(acts, key=lambda act: act.at_ms))
    return _lasting(
        replace(rebuilt, script=replace(rebuilt.script, acts=ordered, expected=None)),
        rebuilt.script.lasts_ms,
    )


def _lasting(rebuilt: Rebuilt, lasts_ms: int) -> Rebuilt:
    last = max((act.at_ms for act in rebuilt.script.acts), default=0)
    longer = max(lasts_ms, last + _MINUTE_MS, rebuilt.script.lasts_ms)
    return replace(rebuilt, script=replace(rebuilt.script, lasts_ms=longer))


def free(setting: Setting) -> Setting:
    """People come back by themselves."""
    return replace(setting, returns=True)


def freely(rebuilt: Rebuilt) -> Rebuilt:
    """Log-ins of people whom the night knew before are their own again."""
    acts = tuple(act for act in rebuilt.script.acts if not _is_return(act))
    return acting(replace(rebuilt, setting=free(rebuilt.setting)), acts)


def _is_return(act: Act) -> bool:
    return isinstance(act, Befalls) and act.event == "log-in"
