"""`show vpn-sessiondb license-summary` and `ratio`: the same rows, counted otherwise.

Layout: ASA command reference, 9.x.
"""

from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.screens.session_choice import Choice, chosen, is_inactive
from upgrader.emulator.tables import Pair

_RULE = "-" * 75


def show_license_summary(pair: Pair, u: int) -> str:
    """What is licensed, and what the sessions use of it."""
    unit = pair.units[u]
    capacity = hardware_of(pair.scenario.model).sessions
    using = len(unit.rows)
    peak = max(using, unit.cumulative.get("peak", 0))
    share = min(100, (100 * using + capacity - 1) // capacity)
    used = f"{using:6d} : {peak:6d}"
    lines = [
        _RULE,
        "VPN Licenses and Configured Limits Summary",
        _RULE,
        f"{'':34} Status : Capacity : Installed :  Limit",
        f"{'':34}-----------------------------------------",
        f"AnyConnect Premium               :  ENABLED : {capacity:8d} : {capacity:9d} :   NONE",
        f"AnyConnect Essentials            : DISABLED : {capacity:8d} : {0:9d} :   NONE",
        f"Other VPN (Available by Default) :  ENABLED : {capacity:8d} : {capacity:9d} :   NONE",
        "Shared License Server            : DISABLED",
        "Shared License Participant       : DISABLED",
        "AnyConnect for Mobile            :  ENABLED(Requires Premium or Essentials)",
        "Advanced Endpoint Assessment     :  ENABLED(Requires Premium)",
        "AnyConnect for Cisco VPN Phone   :  ENABLED",
        "VPN-3DES-AES                     :  ENABLED",
        "VPN-DES                          :  ENABLED",
        _RULE,
        "",
        _RULE,
        "VPN Licenses Usage Summary",
        _RULE,
        f"{'':26}Local : Shared :   All  :   Peak :  Eff.  :",
        f"{'':25}In Use : In Use : In Use : In Use :  Limit : Usage",
        f"{'':23}----------------------------------------------------",
        f"AnyConnect Premium     : {using:6d} : {0:6d} : {used} : {capacity:6d} : {share:4d}%",
        f"  AnyConnect Client    : {'':15} : {used} : {'':6} : {share:4d}%",
        f"    AnyConnect Mobile  : {'':15} : {0:6d} : {0:6d} : {'':6} : {0:4d}%",
        f"  Clientless VPN       : {'':15} : {0:6d} : {0:6d} : {'':6} : {0:4d}%",
        f"Other VPN              : {0:6d} : {0:6d} : {0:6d} : {0:6d} : {capacity:6d} : {0:4d}%",
        f"  Cisco VPN Client     : {'':15} : {0:6d} : {0:6d} : {'':6} : {0:4d}%",
        f"  Site-to-Site VPN     : {'':15} : {0:6d} : {0:6d} : {'':6} : {0:4d}%",
        _RULE,
    ]
    return "".join(f"{line}\n" for line in ["", *lines, ""])


_ENCRYPTIONS = ("none", "DES", "3DES", "RC4", "AES128", "AES192", "AES256", "AES-GCM-256")
_PROTOCOLS = (
    "IKEv1",
    "IKEv2",
    "IPsec",
    "IPsecOverNatT",
    "Clientless",
    "AnyConnect-Parent",
    "SSL-Tunnel",
    "DTLS-Tunnel",
)


def show_ratio(pair: Pair, u: int, by: str, group: str | None = None) -> str:
    """How tunnels share in encryptions (`encryption`) or protocols (`protocol`)."""
    choice: Choice | None = None
    if group is not None:
        choice = lambda row: row.tunnel_group == group  # noqa: E731  a test of a row
    rows = chosen(pair, u, choice)
    carried = sum(not is_inactive(pair, u, row) for row in rows)
    if by == "encryption":
        counts = {"none": len(rows), "AES-GCM-256": 2 * carried}
        names, title = _ENCRYPTIONS, "Encryption"
    else:
        counts = {"AnyConnect-Parent": len(rows), "SSL-Tunnel": carried, "DTLS-Tunnel": carried}
        names, title = _PROTOCOLS, "Protocol"
    whole = sum(counts.values())
    cumulative = max(pair.units[u].cumulative.get("cumulative", 0), len(rows))
    lines = [
        f"Filter Group         : {group or 'All'}",
        f"Total Active Sessions: {len(rows)}",
        f"Cumulative Sessions  : {cumulative}",
        "",
        f"{title:25}Sessions       Percent",
    ]
    for name in names:
        count = counts.get(name, 0)
        lines.append(f"{name:25}{count:<15d}{100 * count // max(1, whole):4d}%")
    return "".join(f"{line}\n" for line in lines)
