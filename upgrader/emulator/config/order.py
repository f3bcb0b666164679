"""Where a line stands in a configuration, and which lines replace one another.

The order follows real running-configs (9.3 to 9.12); what they do not hold stands where the
command reference lists it [inferred].
"""

from functools import lru_cache

from upgrader.emulator.config.text import end_of, level_of, words_of

Lines = tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ORDER = _words("""
    hostname domain-name enable license service-module xlate passwd key names name dns-guard
    mac-address|fips|jumbo-frame ip|ipv6:local interface banner boot config-register ftp clock
    dns same-security-traffic dynamic-filter object object-group time-range access-list tcp-map
    pager logging flow-export mtu ip:verify failover monitor-interface icmp asdm arp
    arp-inspection nat object:nat access-group ipv6|route-map|prefix-list router route ipv6:route
    timeout aaa-server user-identity aaa http snmp-server sla service sysopt auto-update
    crypto:ipsec crypto:dynamic-map crypto:map crypto:ca:trustpoint crypto:ca:trustpool
    crypto:ca:certificate crypto:ca crypto:isakmp crypto:ikev2 crypto:ikev1 crypto track telnet
    ssh console management-access vpn-addr-assign vpn-sessiondb vpn dhcpd dhcprelay tls-proxy
    threat-detection ntp ssl ldap webvpn group-policy dynamic-access-policy-record username
    tunnel-group tunnel-group-map class-map policy-map service-policy smtp-server prompt
    call-home hpm event password
""")
_RANKS = {
    tuple(alias.split(":")): rank for rank, entry in enumerate(_ORDER) for alias in entry.split("|")
}

# Lines that stand together by their second word too, wherever the last of them was typed.
_GROUPED = frozenset({"access-list", "aaa-server", "username", "group-policy", "tunnel-group"})

# The order in which a real 9.8(2) pair prints them; polltime, key and MAC addresses, which it
# does not have, stand where the command reference lists them [inferred].
_FAILOVER = (
    "failover",
    "failover lan unit",
    "failover lan interface",
    "failover polltime",
    "failover interface-policy",
    "failover key",
    "failover ipsec",
    "failover replication",
    "failover mac",
    "failover link",
    "failover interface ip",
)

_INSIDE = {
    "interface": _words("""
        description speed duplex media-type flowcontrol lacp channel-group management-only vlan
        shutdown delay mac-address nameif bridge-group cts security-level ip ipv6
    """),
    "webvpn": (
        *("port", "dtls", "enable", "hsts", "http-headers", "anyconnect-essentials", "csd"),
        *("hostscan", "anyconnect-custom-attr", "anyconnect image", "svc image"),
        *("anyconnect profiles", "svc profiles", "anyconnect", "svc", "saml"),
        *("tunnel-group-list", "cache", "error-recovery"),
    ),
}
_LAST = 999


@lru_cache(maxsize=2_048)
def rank_of(line: str) -> tuple[int, int]:
    """Where a global line stands in a configuration: a number to compare, larger is later."""
    words = tuple(line.removeprefix("no ").split()[:3])
    if words[0] == "nat" and words[2:] == ("after-auto",):
        return _RANKS[("object", "nat")], 1  # Behind the objects' own.
    rank = next((_RANKS[words[:n]] for n in (3, 2, 1) if words[:n] in _RANKS), _LAST)
    return rank, failover_rank(line) if words[0] == "failover" else 0


def failover_rank(line: str) -> int:
    """Where a failover line stands among the others."""
    meant = line.removeprefix("no ")
    if meant == "failover":
        return 0
    ranks = (rank for rank, start in enumerate(_FAILOVER[1:], start=1) if meant.startswith(start))
    return next(ranks, len(_FAILOVER))


def insert_global(lines: Lines, new: str, rank: tuple[int, int] | None = None) -> Lines:
    """Put a global line where the device would print it: behind its like.

    `rank`: where that is, if the line itself does not say.
    """
    behind = _behind(lines, new, rank or rank_of(new))
    return (*lines[:behind], new, *lines[behind:])


def _behind(lines: Lines, new: str, rank: tuple[int, int]) -> int:
    kind, *name = new.removeprefix("no ").split()[:2]
    outermost = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    if kind in _GROUPED and name:
        start = f"{kind} {name[0]} "
        alike = [i for i in outermost if f"{lines[i].removeprefix('no ')} ".startswith(start)]
        if alike:
            return end_of(lines, alike[-1])
    ranks = [(index, _rank_at(lines, index)) for index in outermost]
    equal = [index for index, other in ranks if other == rank]
    if equal:
        return end_of(lines, equal[-1])
    # Lines that stand out of order do not count as long as something larger follows.
    return next((index for index, other in ranks if other > rank), len(lines))


OBJECT_NAT = (_RANKS[("object", "nat")], 0)
"""Where an object's `nat` stands: in a block of its own, behind all `nat` lines."""


def _rank_at(lines: Lines, index: int) -> tuple[int, int]:
    if lines[index].startswith("object network ") and is_nat_block(lines, index):
        return OBJECT_NAT
    return rank_of(lines[index])


def is_nat_block(lines: Lines, index: int) -> bool:
    """Whether the object's block at that place holds its `nat`."""
    return index + 1 < len(lines) and lines[index + 1].startswith(" nat ")


def insert_inside(lines: Lines, start: int, end: int, new: str, kind: str) -> Lines:
    """Put a line into the section between these places, of that kind (`interface`)."""
    order = _INSIDE.get(kind, ())
    level = level_of(new)
    rank = _rank_inside(new, order)
    behind = start
    for index in range(start, end):
        if level_of(lines[index]) == level and _rank_inside(lines[index], order) <= rank:
            behind = end_of(lines, index)
    return (*lines[:behind], new, *lines[behind:])


def _rank_inside(line: str, order: tuple[str, ...]) -> tuple[int, int]:
    if not order:
        return 0, 0
    words = words_of(line)
    meant = " ".join(words[1:] if words[0] == "no" else words)
    rank = next((n for n, start in enumerate(order) if f"{meant} ".startswith(f"{start} ")), _LAST)
    # Packages stand in the order that their line names.
    number = words[3] if order[rank % len(order)].endswith("image") and len(words) > 3 else "0"
    return rank, int(number) if number.isdecimal() else 0


# ── which lines replace one another ────────────────────────────────────────────────────

SINGLE = (
    *("hostname", "domain-name", "enable password", "passwd", "asdm image", "prompt"),
    *("failover lan unit", "failover lan interface", "failover link", "failover key"),
    *("failover ipsec pre-shared-key", "failover polltime unit", "failover polltime interface"),
    *("failover interface-policy", "failover replication rate", "failover timeout"),
    *("failover interface ip *", "failover mac address *", "failover polltime"),
    *("logging buffered", "logging buffer-size", "logging trap", "logging monitor"),
    *("logging console", "logging asdm", "logging history", "logging mail", "logging facility"),
    *("logging queue", "logging device-id", "logging message * level", "logging timestamp"),
    "logging host * *",
    *("clock timezone", "clock summer-time", "vpn-addr-assign local", "config-register", "mtu *"),
    *("pager lines", "console timeout", "ssh timeout", "ssh version", "ssh key-exchange group"),
    *("ssh authentication-attempts", "telnet timeout", "terminal width", "arp timeout"),
    *("arp rate-limit", "icmp unreachable", "snmp-server location", "snmp-server contact"),
    *("snmp-server community", "threat-detection statistics access-list", "boot config"),
    *("http server enable", "http server idle-timeout", "http server session-timeout"),
    *("timeout xlate", "timeout pat-xlate", "timeout conn", "timeout sunrpc", "timeout sip"),
    *("timeout sip-provisional-media", "timeout uauth", "timeout tcp-proxy-reassembly"),
    *("timeout floating-conn", "timeout conn-holddown", "timeout igp", "username * password"),
    *("aaa authentication * console", "group-policy * internal|external", "tunnel-group * type"),
    *("aaa-server * protocol", "ntp server *", "sysopt connection tcpmss", "ftp mode"),
    *("management-access", "tls-proxy maximum-session", "service-policy * global"),
    *("ip local pool *", "jumbo-frame", "auto-update poll-period", "auto-update device-id"),
    *("vpn-sessiondb *", "dynamic-access-policy-config", "user-identity default-domain"),
    "password-policy *",
)
"""Global lines with one value: what stands before it. `*` is a word that tells lines apart,
`a|b` either."""

NEGATIVE = (
    *("failover", "monitor-interface *", "asdm history enable", "arp permit-nonconnected"),
    *("snmp-server location", "snmp-server contact", "mac-address auto", "ssh stricthostkeycheck"),
    *("threat-detection statistics tcp-intercept", "threat-detection basic-threat"),
    *("call-home reporting anonymous", "service password-recovery", "vpn-addr-assign aaa"),
    *("vpn-addr-assign dhcp", "vpn-addr-assign local", "logging message *", "ftp mode passive"),
    *("sysopt connection permit-vpn", "logging hide username", "dns-guard", "service call-home"),
    *("aaa authentication login-history", "service sw-reset-button", "service telemetry"),
    *("sysopt noproxyarp *", "snmp-server enable traps", "names", "failover wait-disable"),
    *("crypto isakmp nat-traversal", "hpm topN enable", "crypto map * * set tfc-packets"),
)
"""Global lines whose `no` is a line too: it is printed, and replaces the positive one."""

SILENT = (
    *("sysopt connection permit-vpn", "service password-recovery", "vpn-addr-assign aaa"),
    *("vpn-addr-assign dhcp", "logging hide username", "dns-guard"),
    *("service call-home", "sysopt noproxyarp *", "failover wait-disable"),
)
"""Of these, lines that say what is so anyway: typed, they only take their `no` away."""

TOLD_APART = (
    *("ip local pool *", "anyconnect|svc image *", "group-policy *", "tunnel-group *"),
    *("enable *", "username *", "object|object-group * *", "class-map *", "policy-map *"),
    *("access-list *", "crypto ca trustpoint *", "crypto ca certificate chain *", "aaa-server *"),
    *("crypto ikev1|ikev2|isakmp policy *", "crypto map * *", "time-range *", "logging host * *"),
    *("route-map *", "router *", "interface *", "dns server-group *", "sla monitor *", "vlan"),
    *("ldap attribute-map *", "nameif", "ip address", "class *", "regex *", "event manager *"),
    *("policy-map type inspect * *", "class-map type inspect *", "key", "certificate *"),
    *("service-policy *", "crypto dynamic-map * *", "tunnel-group-map *", "banner *", "name *"),
    *("group-alias *", "group-url *", "crypto ipsec *", "snmp-server host * *", "enable"),
    *("dynamic-access-policy-record *", "ntp server *", "track *"),
    "logging list *",
)
"""So many words tell such lines apart: `no` needs no more of them."""

MISSED = (
    *("boot system", "object *", "object-group *", "access-list *", "ip local pool", "route *"),
    *("group-policy *", "tunnel-group *", "username *", "anyconnect|svc image", "interface *"),
    *("crypto ca trustpoint", "class-map *", "policy-map *", "access-group *", "aaa-server *"),
)
"""Taking away such a line where there is none is an error; of others it says nothing
[inferred]."""


@lru_cache(maxsize=4_096)
def begins(words: tuple[str, ...], pattern: str) -> bool:
    """Whether a line begins with the words of a pattern."""
    wanted = pattern.split()
    return len(words) >= len(wanted) and all(
        part == "*" or word in part.split("|") for part, word in zip(wanted, words, strict=False)
    )


@lru_cache(maxsize=64)
def _by_word(patterns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The patterns by the words that they may begin with."""
    found: dict[str, tuple[str, ...]] = {}
    for pattern in patterns:
        for word in pattern.split()[0].split("|"):
            found[word] = (*found.get(word, ()), pattern)
    return found


def fitting(words: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns that a line begins with; none begins with `*`."""
    near = _by_word(patterns).get(words[0], ()) if words else ()
    return tuple(pattern for pattern in near if begins(words, pattern))


def key_of(words: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a single-valued line shares with those that it replaces; None: it has no single value.

    The longest pattern counts: `failover polltime unit` before `failover polltime`.
    """
    found = fitting(words, patterns)
    if not found:
        return None
    pattern = max(found, key=lambda p: len(p.split()))
    parts = zip(pattern.split(), words, strict=False)
    return (pattern, *(word for part, word in parts if part == "*"))


def negative_of(words: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...] | None:
    """The words of the line that `no …` leaves; None: it leaves none."""
    for pattern in fitting(words, patterns):
        if pattern != "failover" or words == ("failover",):
            return words[: len(pattern.split())]
    return None
