"""Which words the configuration modes know, what replaces what, and where a line stands.

Taken from real running-configs (9.3, 9.8, 9.12) and the ASA command reference; not complete:
a word that is not here is refused when typed, and kept when read from a configuration.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The order in which a device prints a configuration: a new line goes behind the last one of its
# kind, or behind everything that stands before it here. From a real 9.12(4)67 configuration.
GLOBAL_ORDER = _words(
    "hostname domain-name enable service-module license xlate passwd key mac-address names name "
    "ip interface banner boot config-register ftp clock dns same-security-traffic object "
    "object-group access-list pager logging mtu failover monitor-interface icmp asdm arp ipv6 "
    "nat access-group router route timeout aaa-server user-identity aaa http snmp-server "
    "sysopt service crypto telnet ssh console vpn-addr-assign vpn-sessiondb dhcpd tls-proxy "
    "dynamic-filter threat-detection ntp ssl webvpn group-policy dynamic-access-policy-record "
    "username tunnel-group tunnel-group-map class-map policy-map service-policy prompt "
    "call-home jumbo-frame management-access auto-update event password"
)

# Lines that open a section: the words that make one, and how many words of the line count.
OPENERS = (
    ("webvpn",),
    ("group-policy", "*", "attributes"),
    ("tunnel-group", "*", "general-attributes"),
    ("tunnel-group", "*", "webvpn-attributes"),
    ("tunnel-group", "*", "ipsec-attributes"),
    ("object", "*", "*"),
    ("object-group", "*", "*"),
    ("class-map", "*"),
    ("policy-map", "*"),
    ("username", "*", "attributes"),
    ("aaa-server", "*", "*", "host", "*"),
    ("dns", "server-group", "*"),
    ("router", "*"),
    ("call-home",),
)

# What may be typed below each opener that is modelled.
INSIDE: dict[str, frozenset[str]] = {
    "interface": frozenset(
        _words(
            "nameif security-level ip ipv6 shutdown description vlan speed duplex management-only "
            "mac-address channel-group lacp port-channel flowcontrol media-type delay"
        )
    ),
    "webvpn": frozenset(
        _words(
            "enable anyconnect svc tunnel-group-list cache error-recovery port dtls "
            "default-idle-timeout anyconnect-essentials csd hostscan keepout hsts http-headers "
            "http-proxy onscreen-keyboard character-encoding proxy-bypass rewrite smart-tunnel "
            "internal-password saml"
        )
    ),
    "group-policy": frozenset(
        _words(
            "vpn-idle-timeout vpn-session-timeout vpn-simultaneous-logins vpn-tunnel-protocol "
            "vpn-filter address-pools banner dns-server wins-server default-domain split-dns "
            "split-tunnel-policy split-tunnel-network-list split-tunnel-all-dns group-lock webvpn "
            "dhcp-network-scope ipv6-address-pools client-bypass-protocol password-storage "
            "msie-proxy gateway-fqdn vlan anyconnect"
        )
    ),
    "tunnel-group": frozenset(
        _words(
            "address-pool default-group-policy authentication-server-group "
            "authorization-server-group accounting-server-group dhcp-server strip-realm "
            "strip-group "
            "password-management ipv6-address-pool secondary-authentication-server-group "
            "authorization-required username-from-certificate nat-assigned-to-public-ip "
            "scep-enrollment group-alias group-url authentication customization dns-group "
            "without-csd ikev1 ikev2 chain peer-id-validate pre-shared-key saml"
        )
    ),
}

# A typed line replaces the one that has the same words so far; `*` is any word.
SINGLE_GLOBAL = (
    ("hostname",),
    ("domain-name",),
    ("enable", "password"),
    ("passwd",),
    ("asdm", "image"),
    ("prompt",),
    ("failover", "lan", "unit"),
    ("failover", "lan", "interface"),
    ("failover", "link"),
    ("failover", "key"),
    ("failover", "ipsec", "pre-shared-key"),
    ("failover", "polltime", "unit"),
    ("failover", "polltime", "interface"),
    ("failover", "interface-policy"),
    ("failover", "interface", "ip", "*"),
    ("logging", "buffered"),
    ("logging", "buffer-size"),
    ("logging", "trap"),
    ("logging", "monitor"),
    ("logging", "console"),
    ("logging", "asdm"),
    ("clock", "timezone"),
    ("clock", "summer-time"),
    ("vpn-addr-assign", "local"),
    ("config-register",),
    ("mtu", "*"),
    ("pager",),
    ("console", "timeout"),
    ("ssh", "timeout"),
)
SINGLE_INSIDE: dict[str, tuple[tuple[str, ...], ...]] = {
    "interface": (
        ("nameif",),
        ("security-level",),
        ("ip", "address"),
        ("description",),
        ("vlan",),
        ("speed",),
        ("duplex",),
    ),
    "webvpn": (("anyconnect", "image", "*"), ("default-idle-timeout",)),
    "group-policy": (
        ("vpn-idle-timeout",),
        ("vpn-session-timeout",),
        ("vpn-simultaneous-logins",),
        ("vpn-tunnel-protocol",),
        ("vpn-filter",),
        ("address-pools",),
        ("dns-server",),
        ("default-domain",),
        ("split-tunnel-policy",),
        ("split-tunnel-network-list",),
    ),
    "tunnel-group": (("address-pool",), ("default-group-policy",), ("dhcp-server",)),
}

# Lines whose negative is a line too: it is printed, and replaces the positive one.
NEGATIVE_GLOBAL = (("failover",), ("monitor-interface", "*"))
NEGATIVE_INSIDE: dict[str, tuple[tuple[str, ...], ...]] = {
    "interface": (("nameif",), ("security-level",), ("ip", "address")),
}

# So many words tell such lines apart: `no` needs no more of them.
TOLD_APART_BY = (
    ("ip", "local", "pool", "*"),
    ("anyconnect", "image", "*"),
    ("group-policy", "*"),
    ("tunnel-group", "*"),
    ("enable", "*"),
)

# Switches: taking away what is not there is no mistake.
SWITCHES = (("shutdown",), ("failover", "replication", "http"), ("management-only",))


def begins(words: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a line begins with the words of a pattern."""
    if words[: len(pattern)] == pattern:
        return True
    return (
        len(words) >= len(pattern)
        and words[0] == pattern[0]
        and all(wanted in ("*", word) for wanted, word in zip(pattern, words, strict=False))
    )


def opens(words: tuple[str, ...]) -> bool:
    """Whether a global line opens a section."""
    if words[:1] == ("interface",):
        return len(words) > 1
    return any(begins(words, p) and _fits(words, p) for p in OPENERS)


def _fits(words: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    # `class-map type inspect …` and `policy-map type inspect …` have more words than their
    # pattern; `webvpn` and the attributes have none behind it.
    return pattern[-1] == "*" or len(words) == len(pattern)


def kind_of(section: tuple[str, ...]) -> str:
    """The section's first word; empty: no section."""
    return section[0].split()[0] if section else ""


def rank_of(line: str) -> int:
    """Where a global line stands in a configuration."""
    word = line.removeprefix("no ").split()[0]
    return GLOBAL_ORDER.index(word) if word in GLOBAL_ORDER else len(GLOBAL_ORDER)
