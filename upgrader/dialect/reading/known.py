"""What may stand on a screen, line by line: of use to us, or known to be of none.

A reader takes what it needs and passes over the rest; this table says of the rest whether it is
known. A line that fits nothing here is new to us: it is reported, and sinks nothing.

The lines are those of captures from 7.2 to 9.23 and of the ASA command reference.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from upgrader.dialect import commands
from upgrader.dialect.reading.surroundings import SURROUNDINGS, TIME
from upgrader.model.failover import FailoverState

_STATES = "|".join(re.escape(s.value) for s in sorted(FailoverState, key=lambda s: -len(s.value)))
_RULE = r"[-=]{5,}"

_FAILOVER = (
    r"Failover (?:On|Off)(?: \(pseudo-(?:Standby|Active)\))?",
    r"Failover unit (?:Primary|Secondary)",
    r"Failover LAN Interface: .+",
    r"Reconnect timeout \S+",
    r"(?:Unit|Interface) Poll frequency .+",
    r"Interface Policy \S+",
    r"Monitored Interfaces \d+ of \d+ maximum",
    r"MAC Address Move Notification Interval .+",
    r"failover replication http",
    r"Version: Ours \S+, Mate \S+",
    r"Serial Number: Ours \S+, Mate \S+",
    r"Last Failover at: .*",
    rf"(?:This|Other) host: +(?:Primary|Secondary) - +(?:{_STATES})",
    r"Active time: \d+ \(sec\)",
    r"slot \d+: .+",
    r"(?:\S+ )?Interface \S+ \([^()]*\): .+",
    r"\S[^,:]*, [^,]*, [^,]+(?:, \([^()]*\))?",  # ASA FirePOWER, 5.3.1-152, Up, (Monitored)
    r"Stateful Failover Logical Update Statistics",
    r"Link : .+",
    r"Stateful Obj\s+xmit\s+xerr\s+rcv\s+rerr",
    r"\S.*?\s+\d+\s+\d+\s+\d+\s+\d+",
    r"Logical Update Queue Information",
    r"Cur\s+Max\s+Total",
    r"(?:Recv|Xmit) Q:\s+\d+\s+\d+\s+\d+",
)

_FAILOVER_STATE = (
    r"State\s+Last Failure Reason\s+Date/Time",
    r"(?:This|Other) host\s*-\s+(?:Primary|Secondary)",
    rf"(?:{_STATES})\s*(?:\S.*)?",
    r"\S+ \S+: (?:Failed|No Link|Link Down)",  # PROM inside: Failed
    r"=+\s*(?:Configuration|Communication) State\s*=+",
    r"Sync Done(?: - STANDBY)?",
    r"(?:Sync Skipped|Config Syncing)(?: - STANDBY)?",
    r"Mac set",
)

_HISTORY = (
    _RULE,
    r"From State\s+To State\s+Reason",
    TIME,
    rf"(?:{_STATES})\s+(?:{_STATES})(?:\s+\S.*)?",
    r"\(?[a-z][^:]*\)?",  # The detail of a reason, on a line of its own: `interface failed`.
)

_ROW_LABELS = (
    *("Username", "Index", "Assigned IP", "Public IP", "Protocol", "License", "Encryption"),
    *("Hashing", "Bytes Tx", "Bytes Rx", "Group Policy", "Tunnel Group", "Login Time"),
    *("Duration", "Inactivity", "VLAN Mapping", "Audt Sess ID", "Security Grp", "Tunnel Zone"),
    *("NAC Result", "Posture Token", "Assigned IPv6", "Client OS", "Client Type", "Client Ver"),
    *("Pkts Tx", "Pkts Rx", "Pkts Tx Drop", "Pkts Rx Drop", "SSO Server"),
)
_SESSIONS = (
    r"Session Type: .+",
    rf"(?:{'|'.join(_ROW_LABELS)})\s*:.*",
    r"INFO: There are presently no active sessions.*",
)

_DETAIL_LABELS = (
    *("Tunnel ID", "Encapsulation", "Ciphersuite", "Auth Mode", "TCP Src Port", "TCP Dst Port"),
    *("UDP Src Port", "UDP Dst Port", "Idle Time Out", "Idle TO Left", "Conn Time Out"),
    *("Conn TO Left", "Local Addr", "Remote Addr", "PFS Group", "D/H Group", "PRF"),
    *("IKE Neg Mode", "Rem Auth Mode", "Loc Auth Mode", "Filter Name", "Client OS Ver"),
    *(r"Rekey (?:Int|Left) ?\([TD]\)", "NAC", r"[\w-]+ Tunnels"),
    *(r"(?:Reval|SQ) (?:Int|Left) ?\(T\)", r"EoU Age ?\(T\)", r"Hold Left ?\(T\)", "Redirect URL"),
)
_DETAILS = (
    *_SESSIONS,
    rf"(?:{'|'.join(_DETAIL_LABELS)})\s*:.*",
    r"(?:AnyConnect-Parent|(?:SSL|DTLS)-Tunnel|IKEv[12]|IPsec\w*|Clientless):",
)

_SUMMARY = (
    _RULE,
    r"(?:VPN Session|Tunnels) Summary",
    r"Active : Cumulative : Peak Concur(?:rent)?(?: : Inactive)?",
    r"[A-Za-z][\w /.()-]*?\s*:\s*\d+ :\s*\d+(?: :\s*\d+)?(?: :\s*\d+)?",
    r"Total Active and Inactive\s*:\s*\d+\s+Total Cumulative\s*:\s*\d+",
    r"Device Total VPN Capacity\s*:\s*\d+",
    r"Device Load\s*:\s*\d+%",
    r"\*{3} !! WARNING:.*",
    r"INFO: There are presently no active sessions.*",
)

_POOL = (
    r"Begin\s+End\s+Mask\s+Free\s+Held\s+In use",
    r"[\d.]+\s+[\d.]+\s+[\d.]+\s+\d+\s+\d+\s+\d+",
    r"(?:Available|In Use|Held) Addresses:",
    r"\d+(?:\.\d+){3}",
)

_PACKAGES = (
    r"\d+\. \S+ \d+(?: (?:dyn-)?regex=/.*/)?",
    r"CISCO STC .*",
    r"\d+(?:,\d+)+",
    r"Hostscan Version .+",
    r"[A-Z][a-z]{2} \d{2}/\d{2}/\d{4} .*",
    r"\d+ (?:AnyConnect|.*Secure) Client\(s\) installed",
)

_DIR = (
    r"Directory of \S+",
    r"(?:\d+ +)?[d-][rwx-]{3} +\d+ +\S.*",
    r"\d+ file\(s\) total size: \d+ bytes",
    r"\d+ bytes total \(\d+ bytes free(?:/\d+% free)?\)",
    r"No files in directory",
)

_VERSION = (
    r"Cisco Adaptive Security Appliance Software Version \S+(?: <.*>)?",
    r"(?:SSP|Firepower Extensible) Operating System Version \S+",
    r"Device Manager Version \S+",
    r"(?:Build Manifest|REST API Agent|ASLR|Baseboard|BIOS).*",
    r"Compiled on .+",
    r'System image file is ".*"',
    r'Config file at boot was ".*"',
    r"(?:failover cluster|\S+) up (?:\d+ [a-z]+ ?)+",
    r"Start-?up time .+",
    r"Hardware:\s+.+",
    r"(?:Model Id|Internal ATA|Slot \d+:|Memory:).*",
    r"CPU:? .*",
    r"Encryption hardware device\s*:.*",
    r"(?:Boot|SSL/IKE|IPSec|IPsec|IKE|Number of|Crypto|AES|Other) .*:\s*\S.*",
    r"ASA: .*",
    r"ATA Compact Flash, .*",
    r"(?:Config|Crypto) .*",
    r"\d+: (?:Ext|Int): .*",
    r"(?:Licensed features|License mode|Failover cluster licensed features|This platform).*",
    r"(?:The Running|The flash|Running|Validated|Permanent|This license).*",
    r"ASAv Platform License State: .*",
    r"No active entitlement: .*",
    r"\*Memory resource allocation is more than the permitted limit\.",
    r"Firewall throughput limited to .*",
    r"[A-Za-z][\w .()/-]*?\s+: \S.*",
    r"Serial Number:\s*\S*",
    r"(?:Image type|Key [Vv]ersion)\s*:.*",
    r"Configuration (?:register|last modified|has not been modified).*",
)

_BOOTVAR = (r"(?:Current )?(?:BOOT|CONFIG_FILE) variable =.*",)
_RELOAD = (r"No reload is scheduled\.?", r"(?i:reload scheduled .*)", r"Reload reason: .*")
_COUNT = (r"\d+ in use, \d+ most used",)
_VERIFY = (r"[!.]*(?:Done!)?", r"verify /SHA-512 \([^()]+\) = \S+", r"%Error opening \S+ \(.*\)")
_SSH = (r"SID\s+Client IP\s.*", r"\d+\s+[0-9A-Fa-f.:]+\s.*", r"(?:IN|OUT)\s.*")
_CONFIGURATION = (
    # Every line of a configuration is kept and compared, whether or not we know what it means.
    r"[:!].*",
    r"[A-Za-z<\"0-9].*",
)

KNOWN: Mapping[str, tuple[str, ...]] = {
    commands.SHOW_FAILOVER: _FAILOVER,
    commands.SHOW_FAILOVER_STATE: _FAILOVER_STATE,
    commands.SHOW_FAILOVER_HISTORY: _HISTORY,
    commands.SHOW_SESSIONS: _SESSIONS,
    commands.SHOW_SESSION_SUMMARY: _SUMMARY,
    commands.show_pool("NAME"): _POOL,
    commands.SHOW_PACKAGES: _PACKAGES,
    commands.DIR: _DIR,
    commands.SHOW_VERSION: _VERSION,
    commands.SHOW_BOOTVAR: _BOOTVAR,
    commands.SHOW_RELOAD: _RELOAD,
    commands.SHOW_CONN_COUNT: _COUNT,
    commands.verify("FILE"): _VERIFY,
    commands.SHOW_SSH_SESSIONS: _SSH,
    commands.SHOW_RUNNING: _CONFIGURATION,
    commands.SHOW_STARTUP: _CONFIGURATION,
    commands.SHOW_PORTAL_SESSIONS: _SESSIONS,
    commands.SHOW_SESSIONS_IN_DETAIL: _DETAILS,
    **SURROUNDINGS,
}
"""By the line that shows the screen; a word in capitals stands for one of somebody's choosing."""


@lru_cache(maxsize=64)
def _pattern(command: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in KNOWN[command]), re.ASCII)


def is_known(command: str, line: str) -> bool:
    """Whether a line without indentation may stand on that screen. `command`: a key of `KNOWN`."""
    return _pattern(command).fullmatch(line) is not None
