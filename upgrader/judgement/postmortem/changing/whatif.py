"""What if: a rebuilt night with one thing changed.

Each change is a pure function of the rebuilt night. What people would have done is their own
again: who lost a session comes back by himself, and no log-in of the night is repeated for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from upgrader.judgement.postmortem.changing.reordered import (
    acting,
    drained,
    failed_back,
    free,
    freely,
    held,
    in_order,
    left_alone,
    standby_only,
    until_last_reload,
    waited,
)
from upgrader.judgement.postmortem.rebuilding.setting import Package, Rebuilt, Setting
from upgrader.judgement.postmortem.rebuilding.typed_again import logs_off
from upgrader.model.failover import Role
from upgrader.model.script import Act, Befalls, Typed
from upgrader.ports import UsageFault

CHECKS = "checks=today"
"""The change that is no change of the night, but of who conducts it."""
AS_IT_WAS = "as it was"

_MOST_POOL = 65_536
_NEAR = 0.7
"""So alike is what may have been meant, as difflib measures; our guess."""


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
    already: str = "that is how the night was"
    """What is said where it changes nothing."""


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
    name = f"{key}={value}"
    change = Change(name, says, apply, by_checks=name == CHECKS)
    if name in _OF_LAST_RELOAD:
        return replace(change, already="the night has no second reload, which it would change")
    return change


def change_is_none(was: Rebuilt, changed: Rebuilt) -> bool:
    """Whether a change found the night to be so already, but for who comes back by himself."""
    return changed.setting == free(was.setting) and changed.script == freely(was).script


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
    by_key: dict[str, list[str]] = {}
    for name in names:
        by_key.setdefault(name.partition("=")[0], []).append(name)
    near = by_key.get(key) or get_close_matches(asked, names, 1, _NEAR)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    known = "".join(f"\n  {', '.join(group)}" for group in by_key.values())
    return f"--what-if {asked or repr(asked)}: no such change is known{hint} Allowed:{known}"


# ── the pair ───────────────────────────────────────────────────────────────────────────


def _on(change: Callable[[Setting], Setting]) -> Callable[[Rebuilt], Rebuilt]:
    def apply(rebuilt: Rebuilt) -> Rebuilt:
        return replace(freely(rebuilt), setting=change(free(rebuilt.setting)))

    return apply


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
        without = freely(rebuilt)
        acts = tuple(
            act
            for act in without.script.acts
            if not (isinstance(act, Befalls) and act.event in events)
        )
        return acting(without, acts)

    return apply


def _link(name: str, *, up: bool) -> Callable[[Rebuilt], Rebuilt]:
    """A cable that is whole all night, or cut from before its beginning."""

    def apply(rebuilt: Rebuilt) -> Rebuilt:
        without = freely(rebuilt)
        acts = tuple(act for act in without.script.acts if not _is_of_link(act, name))
        setting = without.setting
        if name == "state":
            setting = replace(setting, state_link=up)
        else:
            setting = replace(setting, failover_link=up)
        return replace(acting(without, acts), setting=setting)

    return apply


def _is_of_link(act: Act, name: str) -> bool:
    return (
        isinstance(act, Befalls)
        and act.event in ("cut-link", "join-link")
        and act.arguments.get("link") in (name, "both")
    )


def _no_logoffs(rebuilt: Rebuilt) -> Rebuilt:
    without = freely(rebuilt)
    acts = tuple(
        act for act in without.script.acts if not (isinstance(act, Typed) and logs_off(act.line))
    )
    return acting(without, acts)


_OF_LAST_RELOAD: Mapping[str, tuple[str, Callable[[Rebuilt], Rebuilt]]] = {
    "order=fail-back": (
        "the roles move back before the last reload, which is the standby's again",
        until_last_reload(failed_back),
    ),
    "order=drain": (
        "everybody is logged off before the last reload, and comes back",
        until_last_reload(drained),
    ),
    "order=no-last-reload": (
        "the former active is never reloaded",
        until_last_reload(left_alone),
    ),
    "logins=held": (
        "everybody is logged off before the last reload, and let in again after it",
        until_last_reload(held),
    ),
}

_CHANGES: Mapping[str, tuple[str, Callable[[Rebuilt], Rebuilt]]] = {
    CHECKS: ("today's checks are heeded: what they refuse is not typed", freely),
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
        in_order,
    ),
    "order=wait": ("each step waits for Standby Ready", waited),
    "order=standby-only": ("the standby is reloaded, and nothing else is done", standby_only),
    **_OF_LAST_RELOAD,
}
