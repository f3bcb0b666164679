"""Syslog messages of remote-access sessions and of the addresses they get."""

from upgrader.emulator.syslog.message import Message

_GUIDE = "ASA syslog guide"
_LINE = "captured line"

_WHO = "Group <{group}> User <{user}> IP <{public}>"
_IPAA = "IPAA: {handle}, "
_KINDS = {"kind": ("TCP", "UDP")}

_SESSIONS = (
    Message(
        113_013,
        6,
        "AAA unable to complete the request Error : reason = Simultaneous logins exceeded for"
        " user : user = {user}",
        "public log line, 2014",
    ),
    Message(
        113_014,
        6,
        "AAA authentication server not accessible : server = {server} : user = {user}",
        _GUIDE,
    ),
    Message(
        113_019,
        4,
        "Group = {tunnel_group}, Username = {user}, IP = {public}, Session disconnected."
        " Session Type: AnyConnect-Parent, Duration: {duration}, Bytes xmt: {sent},"
        " Bytes rcv: {received}, Reason: {reason}",
        _LINE,
    ),
    Message(
        113_029,
        4,
        f"{_WHO} Session could not be established: session limit of {{limit}} reached.",
        _LINE,
    ),
    Message(
        113_035,
        4,
        f"{_WHO} Session terminated: AnyConnect not enabled or invalid AnyConnect image on the"
        " ASA.",
        _LINE,
    ),
    Message(113_037, 6, "Reboot pending, new sessions disabled. Denied user login.", _LINE),
    Message(113_039, 6, f"{_WHO} AnyConnect parent session started.", _LINE),
    Message(716_002, 6, f"{_WHO} WebVPN session terminated: {{reason}}.", _LINE),
    Message(
        716_058,
        6,
        f"{_WHO} AnyConnect session lost connection. Waiting to resume.",
        _LINE,
    ),
    Message(
        716_059,
        6,
        f"{_WHO} AnyConnect session resumed connection from IP <{{again}}>.",
        _LINE,
    ),
    Message(
        716_060,
        6,
        f"{_WHO} Terminated AnyConnect inactive session in order to accept a new connection."
        " License limit reached.",
        _GUIDE,
    ),
    Message(
        722_020,
        3,
        "TunnelGroup <{tunnel_group}> GroupPolicy <{group}> User <{user}> IP <{public}>"
        " No address available for SVC connection",
        _GUIDE,
    ),
    Message(
        722_022,
        6,
        f"{_WHO} {{kind}} SVC connection established without compression",
        _GUIDE,
        choices=_KINDS,
    ),
    Message(
        722_023,
        6,
        f"{_WHO} {{kind}} SVC connection terminated without compression",
        _GUIDE,
        choices=_KINDS,
    ),
    Message(722_028, 5, f"{_WHO} Stale SVC connection closed.", _LINE),
    Message(
        722_033,
        5,
        f"{_WHO} First {{kind}} SVC connection established for SVC session.",
        _GUIDE,
        choices=_KINDS,
    ),
    Message(
        722_034,
        5,
        f"{_WHO} New {{kind}} SVC connection, no existing connection.",
        _GUIDE,
        choices=_KINDS,
    ),
    Message(722_037, 5, f"{_WHO} SVC closing connection: {{reason}}.", _GUIDE),
    Message(
        722_051,
        6,
        f"{_WHO} IPv4 Address <{{address}}> IPv6 address <::> assigned to session",
        _LINE,
    ),
    Message(
        725_006,
        6,
        "Device failed SSL handshake with {peer} {interface}:{public}/{port} to {address}/443",
        _GUIDE,
        choices={"peer": ("client", "server")},
    ),
    Message(725_014, 7, "SSL lib error. Function: {function} Reason: {reason}", _LINE),
)

_ADDRESSES = (
    Message(
        737_007,
        5,
        f"{_IPAA}Local pool request failed for tunnel-group '{{tunnel_group}}'",
        _GUIDE,
    ),
    Message(737_013, 4, f"{_IPAA}Error freeing address {{address}}, not found", _GUIDE),
    Message(737_016, 6, f"{_IPAA}Freeing local pool {{pool}} address {{address}}", _LINE),
    Message(
        737_019,
        4,
        f"{_IPAA}Unable to get address from group-policy or tunnel-group local pools",
        _GUIDE,
    ),
    Message(
        737_024, 5, f"{_IPAA}Client requested address {{address}}, already in use, retrying", _GUIDE
    ),
    Message(737_026, 6, f"{_IPAA}Client assigned {{address}} from local pool {{pool}}", _LINE),
    Message(
        737_028, 4, f"{_IPAA}Unable to send {{address}} to standby: communication failure", _GUIDE
    ),
    Message(737_029, 6, f"{_IPAA}Added {{address}} to standby", _GUIDE),
    Message(737_030, 4, f"{_IPAA}Unable to send {{address}} to standby: address in use", _GUIDE),
    Message(737_031, 6, f"{_IPAA}Removed {{address}} from standby", _GUIDE),
    Message(
        737_032,
        4,
        f"{_IPAA}Unable to remove {{address}} from standby: address not found",
        _GUIDE,
    ),
)

VPN = _SESSIONS + _ADDRESSES
"""In the order of their ids."""
