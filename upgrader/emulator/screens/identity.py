"""Small shows about what the unit is and who is on it: mode, contexts, licences, people.

Layout: real screens where one is named; else after the command reference, 8.4 to 9.16, and not
compared with it.
"""

from hashlib import sha256

from upgrader.emulator.config import section
from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.machine.releases import release_of
from upgrader.emulator.screens.configuration import show_bootvar
from upgrader.emulator.screens.version import licence
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import CONSOLE, Conversation


def show_mode(pair: Pair, u: int) -> str:
    """Real 9.12 session."""
    del pair, u
    return "Security context mode: single \n"


def show_firewall(pair: Pair, u: int) -> str:
    """Routed; transparent mode is not modelled."""
    del pair, u
    return "Firewall mode: Router\n"


def show_hostname(pair: Pair, u: int) -> str:
    """The name alone (ASA command reference)."""
    return f"{pair.units[u].settings.hostname}\n"


def show_hostname_fqdn(pair: Pair, u: int) -> str:
    """With the domain behind it, where one is configured."""
    unit = pair.units[u]
    domain = next((line.split()[1] for line in section(unit.running, "domain-name")), None)
    name = unit.settings.hostname
    return f"{name}\n" if domain is None else f"{name}.{domain}\n"


def show_names(pair: Pair, u: int) -> str:
    """The `name` lines of the configuration."""
    return "".join(f"{line}\n" for line in section(pair.units[u].running, "name"))


def show_activation_key(pair: Pair, u: int) -> str:
    """Serial number, key and what it licenses; a smart licence has no key."""
    unit = pair.units[u]
    model = pair.scenario.model
    lines = [f"Serial Number:  {unit.serial}"]
    if hardware_of(model).is_smart:
        lines += ["", *licence(model, pair.scenario.units[u].health.licences).splitlines()]
    else:
        lines += [
            f"Running Permanent Activation Key: {activation_key(unit.serial)}",
            "",
            *licence(model, pair.scenario.units[u].health.licences).splitlines(),
            "",
            "The flash permanent activation key is the SAME as the running permanent key.",
        ]
    return "".join(f"{line}\n" for line in lines)


def activation_key(serial: str) -> str:
    """Five words; invented, but the same at each look."""
    digits = sha256(f"key of {serial}".encode()).hexdigest()
    words = [f"0x{digits[8 * n : 8 * n + 8]}" for n in range(5)]
    return " ".join(words)


def show_boot(pair: Pair, u: int) -> str:
    """As `show bootvar`: pyntc asks so."""
    return show_bootvar(pair, u)


def sessions_of(pair: Pair, u: int) -> list[Conversation]:
    """Who has come to the unit over the network, in the order of coming."""
    found = [c for c in pair.conversations.values() if c.unit == u and c.source != CONSOLE]
    return sorted(found, key=lambda c: c.number)


def show_ssh_sessions(pair: Pair, u: int) -> str:
    """A row a direction of each session that came over the network."""
    lines = ["SID Client IP       Version Mode Encryption Hmac     State            Username"]
    for n, c in enumerate(sessions_of(pair, u)):
        head = f"{n:<3d} {c.source:15} 2.0     "
        lines.append(f"{head}IN   aes256-ctr sha2-256 SessionStarted   {c.user}")
        lines.append(f"{'':28}OUT  aes256-ctr sha2-256 SessionStarted   {c.user}")
    return "".join(f"{line}\n" for line in lines)


def show_ssh(pair: Pair, u: int) -> str:
    """From where people may come."""
    lines = section(pair.units[u].running, "ssh")
    words = [line.split() for line in lines]
    timeout = next((w[2] for w in words if w[:2] == ["ssh", "timeout"]), "5")
    hosts = [" ".join(w[1:]) for w in words if len(w) == 4 and w[1][:1].isdigit()]
    shown = [f"Timeout: {timeout} minutes", "Version allowed: 2", *hosts]
    return "".join(f"{line}\n" for line in shown)


def show_asdm_image(pair: Pair, u: int) -> str:
    """The configured ASDM image."""
    image = pair.units[u].settings.asdm
    if image is None:
        return "Device Manager image file, not set\n"
    return f"Device Manager image file, {image}\n"


def show_vpn_load_balancing(pair: Pair, u: int) -> str:
    """Off: a pair's load is not shared here. Layout: genieparser's capture; `Disabled` inferred."""
    rule = "-" * 74
    lines = [
        rule,
        "Status     Role     Failover   Encryption   Peers     Cluster IP",
        rule,
        "Disabled   n/a      n/a        Disabled         0     n/a",
    ]
    del pair, u
    return "".join(f"{line}\n" for line in lines)


def show_inspected(pair: Pair, u: int) -> str:
    """`show service-policy`: what the global policy inspects. Layout: genieparser's capture."""
    unit = pair.units[u]
    text = ""
    for line in section(unit.running, "service-policy"):
        words = line.split()
        if len(words) < 3 or words[0] != "service-policy":
            continue
        scope = "Global policy:" if words[2] == "global" else f"Interface {words[-1]}:"
        text += f"\n{scope} \n  Service-policy: {words[1]}\n"
        for below in section(unit.running, f"policy-map {words[1]}"):
            text += _policy_line(below, unit.connections.get("udp", 0), release_of(unit.version))
    return text


def _policy_line(line: str, packets: int, release: tuple[int, int]) -> str:
    words = line.split()
    if words[0] == "class":
        return f"    Class-map: {words[1]}\n"
    if words[0] != "inspect":
        return ""
    seen = packets if words[1] == "dns" else 0
    counts = f"packet {seen}, lock fail 0, drop 0, reset-drop 0, 5-min-pkt-rate 0 pkts/sec"
    if release >= (9, 0):
        counts += ", v6-fail-close 0"
    if release >= (9, 5):
        counts += " sctp-drop-override 0"
    return f"      Inspect: {' '.join(words[1:])}, {counts}\n"


def show_password_encryption(pair: Pair, u: int) -> str:
    """Whether passwords are stored encrypted; the hash of the key. Layout: real ASAv session."""
    unit, word = pair.units[u], pair.scenario.units[u].health.master_key
    enabled = "Enabled" if "password encryption aes" in unit.running else "Disabled"
    digits = sha256(f"master key {word}".encode()).hexdigest()
    words = " ".join(f"0x{digits[n : n + 8]}" for n in range(0, 40, 8))
    told = f"{words}(saved)" if word else "Not set(saved)"
    return f"Password Encryption: {enabled}\nMaster key hash: {told}\n"
