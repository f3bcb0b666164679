"""The failover lines, and the guide's rules for setting failover up.

Rules: ASA 5500 ASDM guide, p. 66-7 ff. (secret, dedicated interface, logical name, addresses,
mask, role; failover is not enabled before it is applied). Ranges: ASA command reference.
Whether the set-up is complete matters only once `failover` is enabled; whether each line is
well-formed always does.
"""

from dataclasses import replace
from string import ascii_letters, digits, hexdigits, punctuation

from upgrader.emulator.config.addresses import read_address_pair
from upgrader.emulator.config.interfaces import port_of
from upgrader.emulator.config.polltimes import read_polltimes
from upgrader.emulator.config.text import Block, ConfigFault, Reading, SetupGap, fault_at
from upgrader.emulator.settings import FailoverSettings, Interface

_SECRET = frozenset(ascii_letters + digits + punctuation)
_KEY_FORM = (
    "`failover key SECRET`, 1 to 63 letters, digits or punctuation without blanks, "
    "or `failover key hex KEY`, exactly 32 hexadecimal digits"
)
_IPSEC_FORM = "`failover ipsec pre-shared-key KEY`, 1 to 128 characters without blanks"
_ADDRESS_FORM = "`failover interface ip NAME ADDRESS MASK standby ADDRESS`"
_LAN_FORM = "`failover lan interface NAME PORT`"
_LINK_FORM = "`failover link NAME PORT`, or `failover link NAME` with the LAN interface's name"

# What may stand in the section of the failover interface: nothing that makes it carry data.
HARMLESS = frozenset(
    {"description", "shutdown", "speed", "duplex", "media-type", "flowcontrol", "vlan", "no"}
    | {"lacp", "port-channel", "management-only"}
)


def read_failover(
    reading: Reading, interfaces: tuple[Interface, ...]
) -> tuple[FailoverSettings, SetupGap | None]:
    """The failover settings, with the rules of the guide enforced.

    Where failover is enabled and something is missing, also what: it is then not in force, and
    the settings say that it is off.

    Raises:
        ConfigFault: a line is malformed, two contradict each other, the failover interface is
            configured as a data interface.
    """
    settings = FailoverSettings()
    stood: dict[str, Block] = {}
    for block in reading.blocks:
        words = block.words[1:] if block.words[0] == "no" else block.words
        if words[:1] not in {("failover",), ("monitor-interface",)}:
            continue
        read = _read_switch(settings, block) or _read_line(settings, block)
        if read is not None:
            settings = read
            reading.mark(block)
            stood[" ".join(words[:3] if len(words) > 1 else words)] = block
    _refuse_contradictions(settings, interfaces, stood)
    _refuse_data(settings, reading)
    try:
        if settings.enabled:
            _refuse_gaps(settings, stood)
    except ConfigFault as fault:
        gap = SetupGap(fault.problem, line=fault.line, expected=fault.expected, number=fault.number)
        return replace(settings, enabled=False), gap
    return settings, None


def _read_switch(settings: FailoverSettings, block: Block) -> FailoverSettings | None:
    """The settings with a line that has a negative; None: it is not one of these."""
    match block.words:
        case ("failover",):
            return replace(settings, enabled=True)
        case ("no", "failover"):
            return replace(settings, enabled=False)
        case ("failover", "replication", "http"):
            return replace(settings, replicates_http=True)
        case ("no", "failover", "replication", "http"):
            return replace(settings, replicates_http=False)
        case ("monitor-interface", name):
            return replace(settings, monitored=(*settings.monitored, name))
        case ("no", "monitor-interface", name):
            return replace(settings, not_monitored=(*settings.not_monitored, name))
        case _:
            return None


def _read_line(settings: FailoverSettings, block: Block) -> FailoverSettings | None:
    """The settings with that line; None: the line is not modelled."""
    match block.words:
        case ("failover", "lan", *rest):
            return _read_lan(settings, block, tuple(rest))
        case ("failover", "link", *rest):
            return _read_link(settings, block, rest)
        case ("failover", "key", *rest):
            return _read_key(settings, block, rest)
        case ("failover", "ipsec", "pre-shared-key", *rest):
            return _read_ipsec_key(settings, block, rest)
        case ("failover", "interface", "ip", *rest):
            return _read_link_address(settings, block, tuple(rest))
        case ("failover", "interface-policy", *rest):
            return replace(settings, interface_policy=_read_policy(block, rest))
        case ("failover", "polltime", *rest):
            return read_polltimes(settings, block, rest)
        case ("failover", "replication", "rate", *rest):
            _check_rate(block, rest)
            return settings
        case ("failover", "timeout", *rest):
            return replace(settings, reconnect=_read_timeout(block, rest))
        case ("failover", "mac", "address", *rest):
            return replace(settings, macs=(*settings.macs, _read_macs(block, rest)))
        case ("failover", "group", *_):
            problem = "failover groups make an Active/Active pair"
            raise fault_at(block, problem, "an Active/Standby configuration")
        case _:
            return None


def _read_lan(
    settings: FailoverSettings, block: Block, rest: tuple[str, ...]
) -> FailoverSettings | None:
    match rest:
        case ("unit", ("primary" | "secondary") as role):
            return replace(settings, unit=role)
        case ("unit", *_):
            form = "`failover lan unit primary` or `failover lan unit secondary`"
            raise fault_at(block, "the unit's role is neither primary nor secondary", form)
        case ("interface", name, *port) if port:
            return replace(settings, lan_name=name, lan_port=port_of(tuple(port)))
        case ("interface", *_):
            raise fault_at(block, "the logical name or the port is missing", _LAN_FORM)
        case _:
            return None


def _read_link(settings: FailoverSettings, block: Block, rest: list[str]) -> FailoverSettings:
    if not rest:
        raise fault_at(block, "the logical name is missing", _LINK_FORM)
    port = port_of(tuple(rest[1:])) or None
    return replace(settings, link_name=rest[0], link_port=port)


def _read_key(settings: FailoverSettings, block: Block, rest: list[str]) -> FailoverSettings:
    # `0` says that the key stands in clear, `8` that the master passphrase has encrypted it:
    # its text is then as unknown as that of a masked one, and equal text is an equal key.
    words = rest[1:] if len(rest) > 1 and rest[0] in {"0", "8"} else rest
    match words:
        case ["hex", key] if len(key) == 32 and set(key) <= set(hexdigits):
            return replace(settings, key=key.lower(), key_is_hex=True)
        case ["hex", *keys]:
            text = " ".join(keys)
            stranger = next((c for c in text if c not in hexdigits), None)
            problem = f"the hex key has {len(text)} characters"
            if stranger is not None:
                problem = f"the hex key holds {stranger!r}, which is no hexadecimal digit"
            shown = "failover key hex *****" if text else block.line
            raise fault_at(block, problem, _KEY_FORM, shown)
        case [secret] if len(secret) <= 63 and set(secret) <= _SECRET:
            return replace(settings, key=secret, key_is_hex=False)
        case [] | [""]:
            raise fault_at(block, "the shared secret is missing", _KEY_FORM)
        case [secret] if len(secret) > 63:
            problem = f"the shared secret has {len(secret)} characters"
        case [secret]:
            stranger = next(c for c in secret if c not in _SECRET)
            problem = f"the shared secret holds {stranger!r}"
        case _:
            problem = "the shared secret holds a blank"
    raise fault_at(block, problem, _KEY_FORM, "failover key *****")


def _read_ipsec_key(settings: FailoverSettings, block: Block, rest: list[str]) -> FailoverSettings:
    words = rest[1:] if len(rest) > 1 and rest[0] in {"0", "8"} else rest
    match words:
        case [key] if len(key) <= 128:
            return replace(settings, ipsec_key=key)
        case _:
            problem = (
                f"the pre-shared key is {len(words)} words"
                if len(words) != 1
                else (f"the pre-shared key has {len(words[0])} characters")
            )
            shown = "failover ipsec pre-shared-key *****"
            raise fault_at(block, problem, _IPSEC_FORM, shown)


def _read_link_address(
    settings: FailoverSettings, block: Block, rest: tuple[str, ...]
) -> FailoverSettings:
    if not rest:
        raise fault_at(block, "the logical name is missing", _ADDRESS_FORM)
    pair = read_address_pair(block, rest[1:], _ADDRESS_FORM)
    if pair.standby is None:
        raise fault_at(block, "the standby address is missing", _ADDRESS_FORM)
    others = tuple(a for a in settings.addresses if a[0] != rest[0])
    return replace(settings, addresses=(*others, (rest[0], pair.active, pair.mask, pair.standby)))


def _read_policy(block: Block, rest: list[str]) -> str:
    form = "`failover interface-policy N`, 1 to 250, or `N%`, 1 to 100"
    text = rest[0] if len(rest) == 1 else ""
    number, most = (text[:-1], 100) if text.endswith("%") else (text, 250)
    if not number.isdecimal() or not 1 <= int(number) <= most:
        raise fault_at(block, f"`{text}` is no interface policy", form)
    return text


def _check_rate(block: Block, rest: list[str]) -> None:
    """Connections a second: not modelled. The range is that of the ASA command reference."""
    form = "`failover replication rate N`, 8341 to 50000"
    if len(rest) != 1 or not rest[0].isdecimal() or not 8_341 <= int(rest[0]) <= 50_000:
        raise fault_at(block, f"`{' '.join(rest)}` is no replication rate", form)


def _read_timeout(block: Block, rest: list[str]) -> str:
    """`0:0:0` is `0:00:00`; the range is that of the ASA command reference."""
    form = "`failover timeout H:M:S`, 0:0:0 to 1193:0:0, or -1"
    if rest == ["-1"]:
        return "-1"
    parts = rest[0].split(":") if len(rest) == 1 else []
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) <= 4]
    if len(parts) != 3 or len(numbers) != 3 or max(numbers[1:]) > 59:
        raise fault_at(block, f"`{' '.join(rest)}` is no time", form)
    hours, minutes, seconds = numbers
    if hours * 3_600 + minutes * 60 + seconds > 1_193 * 3_600:
        raise fault_at(block, f"`{rest[0]}` is out of range", form)
    return f"{hours}:{minutes:02d}:{seconds:02d}"


def _read_macs(block: Block, rest: list[str]) -> tuple[str, str, str]:
    """(port, active, standby)."""
    form = "`failover mac address PORT ACTIVE STANDBY`, each MAC as `0050.5600.0001`"
    if len(rest) < 3:
        raise fault_at(block, "the port or a MAC address is missing", form)
    *port, active, standby = rest
    for mac in (active, standby):
        parts = mac.split(".")
        if [len(part) for part in parts] != [4, 4, 4] or not set("".join(parts)) <= set(hexdigits):
            raise fault_at(block, f"`{mac}` is no MAC address", form)
        if int(parts[0][:2], 16) & 1:
            raise fault_at(block, f"`{mac}` is a group's address", form)
    if active.casefold() == standby.casefold():
        raise fault_at(block, f"both units have {active}", "two different MAC addresses")
    return port_of(tuple(port)), active.lower(), standby.lower()


# ── rules over several lines ───────────────────────────────────────────────────────────


def _refuse_contradictions(
    settings: FailoverSettings, interfaces: tuple[Interface, ...], stood: dict[str, Block]
) -> None:
    link = next((b for key, b in stood.items() if key.startswith("failover link")), None)
    if link is not None and settings.lan_port is not None and settings.link_port is not None:
        shares_port = settings.link_port.casefold() == settings.lan_port.casefold()
        if (settings.link_name == settings.lan_name) is not shares_port:
            problem = (
                f"the LAN interface is {settings.lan_name} on {settings.lan_port}, "
                f"and the state link is {settings.link_name} on {settings.link_port}"
            )
            expected = "a port of its own, or the LAN interface's name and port together"
            raise fault_at(link, problem, expected)
    names = {i.name.casefold(): i.port for i in interfaces if i.name is not None}
    for name, key in ((settings.lan_name, "failover lan interface"), (settings.link_name, "")):
        if name is not None and name.casefold() in names:
            block = stood.get(key) or link
            assert block is not None, "a logical name stands in a line"
            problem = f"{names[name.casefold()]} is called `{name}` by its `nameif`"
            raise fault_at(block, problem, "a logical name that no data interface has")


def _refuse_data(settings: FailoverSettings, reading: Reading) -> None:
    """Failover requires a dedicated interface, otherwise unconfigured, subinterfaces too."""
    ports = {p.casefold() for p in (settings.lan_port, settings.link_port) if p is not None}
    for block in reading.blocks:
        if block.words[0] != "interface":
            continue
        port = port_of(block.words[1:]).casefold()
        if port not in ports and port.split(".")[0] not in ports:
            continue
        for line in block.children:
            if line.words[0] not in HARMLESS:
                problem = f"{block.words[-1]} is a failover interface and must not be configured"
                expected = "an interface with no name and no address, dedicated to failover"
                raise fault_at(line, problem, expected)


def _refuse_gaps(settings: FailoverSettings, stood: dict[str, Block]) -> None:
    enabled = stood["failover"]
    if settings.unit is None:
        problem = "failover is enabled, and the unit has no role"
        raise fault_at(enabled, problem, "`failover lan unit primary` or `… secondary`")
    if settings.lan_name is None:
        problem = "failover is enabled without a dedicated interface"
        raise fault_at(enabled, problem, _LAN_FORM)
    addressed = {address[0] for address in settings.addresses}
    if settings.lan_name not in addressed:
        problem = f"failover is enabled, and {settings.lan_name} has no addresses"
        raise fault_at(enabled, problem, _ADDRESS_FORM)
    if settings.link_name in {None, settings.lan_name}:
        return
    link = next(b for key, b in stood.items() if key.startswith("failover link"))
    if settings.link_port is None:
        raise fault_at(link, f"{settings.link_name} has no port", _LINK_FORM)
    if settings.link_name not in addressed:
        problem = f"the state link {settings.link_name} has no addresses"
        raise fault_at(link, problem, _ADDRESS_FORM)
