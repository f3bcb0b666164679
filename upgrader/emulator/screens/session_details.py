"""`show vpn-sessiondb detail anyconnect`: each row with its tunnels.

Layout: Cisco's page on IP phones and AnyConnect (2013) for the parts, 9.x for their wording.
Tunnel n of a session is `INDEX.n`.
"""

from upgrader.emulator.config import package_version
from upgrader.emulator.draws import mixed
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.screens.session_choice import inactive_since, is_inactive
from upgrader.emulator.screens.sessions import NONE_OF_TYPE, dotted, row_texts
from upgrader.emulator.sessions.policies import idle_ms
from upgrader.emulator.state import Row
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import shared_wall

_PACKET = 640
"""Bytes of an average packet in a tunnel. Invented."""

_SYSTEMS = {
    "win": ("win", "Windows"),
    "macos": ("mac-intel", "Mac OS X"),
    "linux64": ("linux-64", "Linux_64"),
}
_CIPHERS = "ECDHE-RSA-AES256-GCM-SHA384"


def show_detail(pair: Pair, u: int, rows: list[Row]) -> str:
    """These rows in their order, in detail."""
    if not rows:
        return NONE_OF_TYPE
    unit = pair.units[u]
    texts = row_texts(rows, pair.now, shared_wall(pair, u), active=holds_active(unit))
    details = (_detail(pair, u, row, text) for row, text in zip(rows, texts, strict=True))
    return "\nSession Type: AnyConnect Detailed\n\n" + "".join(details)


def _detail(pair: Pair, u: int, row: Row, text: str) -> str:
    lines = text.rstrip("\n").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("Bytes Tx"))
    sent, received = (
        int(word) for word in lines[at].replace("Bytes", "").split() if word.isdigit()
    )
    packets = (sent // _PACKET, received // _PACKET)
    lines[at + 1 : at + 1] = [_two("Pkts Tx", packets[0], "Pkts Rx", packets[1]), _DROPS]
    tunnels = ["AnyConnect-Parent"]
    if not is_inactive(pair, u, row):
        tunnels += ["SSL-Tunnel", "DTLS-Tunnel"]
    lines += ["", *(f"{tunnel} Tunnels: 1" for tunnel in tunnels), ""]
    for n, tunnel in enumerate(tunnels, start=1):
        # The data goes through DTLS; what the others carry is the handshake.
        moved = (sent, received) if tunnel == "DTLS-Tunnel" else (min(sent, 7_700), 0)
        lines += _tunnel(pair, u, row, f"{row.index}.{n}", tunnel, moved)
    return "".join(f"{line}\n" for line in [*lines, ""])


def _two(name: str, value: object, second: str, other: object) -> str:
    return f"{name:13}: {value!s:22} {second:13}: {other!s}"


_DROPS = _two("Pkts Tx Drop", 0, "Pkts Rx Drop", 0)


def _tunnel(
    pair: Pair, u: int, row: Row, number: str, tunnel: str, moved: tuple[int, int]
) -> list[str]:
    client = pair.clients.get(row.client)
    platform = client.platform if client is not None else "win"
    short, system = _SYSTEMS.get(platform, (platform, platform))
    source = 49_152 + mixed(pair.scenario.seed, tunnel, row.index) % 16_384
    transport = "UDP" if tunnel == "DTLS-Tunnel" else "TCP"
    ports = (f"{transport} Src Port", source, f"{transport} Dst Port", 443)
    lines = [f"{tunnel}:", _one("Tunnel ID", number)]
    if tunnel == "AnyConnect-Parent":
        lines += [
            _one("Public IP", row.public),
            "  " + _two("Encryption", "none", "Hashing", "none"),
            "  " + _two(*ports),
            _one("Auth Mode", "userPassword"),
        ]
    else:
        wrapped = "DTLSv1.2" if transport == "UDP" else "TLSv1.2"
        lines += [
            "  " + _two("Assigned IP", dotted(row.address), "Public IP", row.public),
            "  " + _two("Encryption", "AES-GCM-256", "Hashing", "SHA384"),
            _one("Ciphersuite", _CIPHERS),
            "  " + _two("Encapsulation", wrapped, ports[0], ports[1]),
            "  " + _two(ports[2], ports[3], "Auth Mode", "userPassword"),
        ]
    agent = f"Cisco AnyConnect VPN Agent for {system} {_client_version(pair, u, platform)}"
    kind = {"SSL-Tunnel": "SSL VPN Client", "DTLS-Tunnel": "DTLS VPN Client"}
    lines += [
        *_idle(pair, u, row),
        _one("Client OS", short if tunnel == "AnyConnect-Parent" else system),
        _one("Client Type", kind.get(tunnel, "AnyConnect")),
        _one("Client Ver", agent),
        "  " + _two("Bytes Tx", moved[0], "Bytes Rx", moved[1]),
        "  " + _two("Pkts Tx", moved[0] // _PACKET, "Pkts Rx", moved[1] // _PACKET),
        f"  {_DROPS}",
        "",
    ]
    return lines


def _one(name: str, value: str) -> str:
    return f"  {name:13}: {value}"


def _idle(pair: Pair, u: int, row: Row) -> list[str]:
    """The idle time-out of its group policy and what is left of it."""
    whole = idle_ms(pair.units[u], row.group_policy)
    if whole is None:
        return ["  " + _two("Idle Time Out", "0 Minutes", "Idle TO Left", "0 Minutes")]
    spent = pair.now - inactive_since(pair, u, row)
    left = max(0, whole - spent) // 60_000
    minutes = f"{whole // 60_000} Minutes"
    return ["  " + _two("Idle Time Out", minutes, "Idle TO Left", f"{left} Minutes")]


def _client_version(pair: Pair, u: int, platform: str) -> str:
    """As the package says that the unit serves to that platform: clients update themselves."""
    path = next((p.path for p in pair.units[u].loaded if p.platform == platform), None)
    version = None if path is None else package_version(path)
    return (version or "4.10.01075").replace(",", ".")
