"""Address pools, group policies, tunnel groups and the webvpn section."""

from dataclasses import replace

from upgrader.emulator.config.addresses import read_pool_address
from upgrader.emulator.config.files import path_of
from upgrader.emulator.config.text import Block, Reading, fault_at
from upgrader.emulator.settings import GroupPolicy, PackageLine, Pool, TunnelGroup, Webvpn

_POOL_FORM = "`ip local pool NAME FIRST-LAST mask MASK`"
_IMAGE_FORM = '`anyconnect image PATH ORDER [regex "EXPRESSION"]`'

# These exist without a line of their own (ASA general operations guide).
_REMOTE_BY_NATURE = frozenset({"DefaultWEBVPNGroup", "DefaultRAGroup"})
_REMOTE_TYPES = frozenset({"remote-access", "webvpn", "ipsec-ra"})


def read_pools(reading: Reading) -> tuple[Pool, ...]:
    """All `ip local pool` lines.

    Raises:
        ConfigFault: a range is malformed or runs backwards, or a name is used twice.
    """
    pools: dict[str, Pool] = {}
    for block in reading.blocks:
        if block.words[:3] != ("ip", "local", "pool"):
            continue
        mask: str | None = None
        match block.words[3:]:
            case (name, span):
                pass
            case (name, span, "mask", given):
                mask = given
            case _:
                raise fault_at(block, "the pool's line is incomplete", _POOL_FORM)
        if name in pools:
            raise fault_at(block, f"there is a pool {name} already", "one line a pool")
        start, _, end = span.partition("-")
        first = read_pool_address(block, start)
        last = read_pool_address(block, end or start)
        if first > last:
            raise fault_at(block, f"{start} lies behind {end}", _POOL_FORM)
        pools[name] = Pool(name, first, last, mask)
        reading.mark(block)
    return tuple(pools.values())


def read_group_policies(reading: Reading) -> tuple[GroupPolicy, ...]:
    """All group policies, each with its attributes.

    Raises:
        ConfigFault: an attribute's value is out of range.
    """
    policies: dict[str, GroupPolicy] = {}
    for block in reading.blocks:
        if block.words[0] != "group-policy" or len(block.words) < 3:
            continue
        name = block.words[1]
        policy = policies.setdefault(name, GroupPolicy(name))
        reading.mark(block)
        if block.words[2] != "attributes":
            continue
        for line in block.children:
            read = _read_attribute(policy, line)
            if read is not None:
                policy = read
                reading.mark(line)
        policies[name] = policy
    return tuple(policies.values())


def _read_attribute(policy: GroupPolicy, line: Block) -> GroupPolicy | None:
    match line.words:
        case ("vpn-idle-timeout", ("none" | "alert-interval"), _):
            return None
        case ("vpn-idle-timeout", value):
            return replace(policy, idle_timeout_min=_minutes(line, value))
        case ("vpn-session-timeout", value):
            return replace(policy, session_timeout_min=_minutes(line, value))
        case ("vpn-simultaneous-logins", value) if value.isdecimal():
            return replace(policy, simultaneous_logins=int(value))
        case ("vpn-simultaneous-logins", *_):
            raise fault_at(line, "the limit is no number", "`vpn-simultaneous-logins N`")
        case ("address-pools", "value", *names):
            return replace(policy, pools=tuple(names))
        case ("address-pools", "none"):
            return replace(policy, pools=())
        case ("vpn-tunnel-protocol", *protocols):
            return replace(policy, protocols=tuple(protocols))
        case _:
            return None


def _minutes(line: Block, value: str) -> int:
    """0 stands for `none`. 35791394 minutes is the most that the device takes."""
    if value == "none":
        return 0
    if not value.isdecimal() or not 1 <= int(value) <= 35_791_394:
        form = f"`{line.words[0]} MINUTES`, 1 to 35791394, or `none`"
        raise fault_at(line, f"`{value}` is no time in minutes", form)
    return int(value)


def read_tunnel_groups(reading: Reading) -> tuple[TunnelGroup, ...]:
    """The tunnel groups for remote access; those between sites are not modelled."""
    groups: dict[str, TunnelGroup] = {}
    remote: set[str] = set(_REMOTE_BY_NATURE)
    for block in reading.blocks:
        if block.words[0] != "tunnel-group" or len(block.words) < 3:
            continue
        name, kind = block.words[1:3]
        if kind == "type" and block.words[3:4] and block.words[3] in _REMOTE_TYPES:
            remote.add(name)
        if name not in remote:
            continue
        reading.mark(block)
        group = groups.setdefault(name, TunnelGroup(name))
        if kind == "general-attributes":
            groups[name] = _read_general(reading, group, block)
    return tuple(groups.values())


def _read_general(reading: Reading, group: TunnelGroup, block: Block) -> TunnelGroup:
    for line in block.children:
        match line.words:
            case ("address-pool", *names) if names:
                pools = tuple(n for n in names if not n.startswith("("))
                group = replace(group, pools=pools)
                reading.mark(line)
            case ("default-group-policy", policy):
                group = replace(group, group_policy=policy)
                reading.mark(line)
            case _:
                pass
    return group


def read_webvpn(reading: Reading) -> Webvpn:
    """The webvpn section; `svc` is how releases before 8.4 spell `anyconnect`.

    Raises:
        ConfigFault: an `anyconnect image` line is malformed or its order is taken.
    """
    webvpn = Webvpn()
    for block in reading.blocks:
        if block.line != "webvpn":
            continue
        reading.mark(block)
        for line in block.children:
            read = _read_webvpn_line(webvpn, line)
            if read is not None:
                webvpn = read
                reading.mark(line)
    return replace(webvpn, packages=tuple(sorted(webvpn.packages, key=lambda p: p.order)))


def _read_webvpn_line(webvpn: Webvpn, line: Block) -> Webvpn | None:
    match line.words:
        case ("enable", interface, *_):
            return replace(webvpn, enabled_on=(*webvpn.enabled_on, interface))
        case (("anyconnect" | "svc"), "enable"):
            return replace(webvpn, anyconnect_enabled=True)
        case (("anyconnect" | "svc"), "image", *rest):
            package = _read_package(webvpn, line, rest)
            return replace(webvpn, packages=(*webvpn.packages, package))
        case _:
            return None


def _read_package(webvpn: Webvpn, line: Block, rest: list[str]) -> PackageLine:
    regex: str | None = None
    match rest:
        case [path]:
            order = max((p.order for p in webvpn.packages), default=0) + 1
        case [path, number] if number.isdecimal():
            order = int(number)
        case [path, number, "regex", regex] if number.isdecimal():
            order = int(number)
        case _:
            raise fault_at(line, "the image line is not understood", _IMAGE_FORM)
    if not 1 <= order <= 65_535:
        raise fault_at(line, f"the order {order} is out of range", f"{_IMAGE_FORM}, 1 to 65535")
    holder = next((p.path for p in webvpn.packages if p.order == order), None)
    if holder is not None:
        raise fault_at(line, f"{holder} has the order {order} already", "an order of its own")
    return PackageLine(path_of(path), order, regex)
