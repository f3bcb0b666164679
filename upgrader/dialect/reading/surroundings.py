"""What may stand on the screens of a unit's surroundings, line by line.

The lines are those of captures from 8.4 to 9.23, and of the ASA command reference where there is
none (the clock, memory, NTP, certificates, posture, the Local CA, errors of a startup-config).
"""

from collections.abc import Mapping

from upgrader.dialect import commands

TIME = r"\d{1,2}:\d{2}:\d{2}(?:\.\d+)? \S+ (?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d{1,2} \d{4}"
"""A time of day, as a unit tells it."""

_MASK = r"\d{1,3}(?:\.\d{1,3}){3}"
_SHARE = r"\d{1,3}(?:\.\d+)?"

_CLOCK = (
    rf"[*.]?{TIME}",
    r"Time source is .+",
    rf"UTC time is: {TIME}",
    rf"Summer time (?:starts|ends) {TIME}",
)

_NTP = (
    r"Clock is (?:un)?synchronized, stratum \d+, .+",
    r"nominal freq is .+",
    r"(?:reference time|clock offset|root dispersion) is .+",
)

_STARTUP_ERRORS = (
    r"INFO: .+",
    r"Reading from .+",
    r"[!.]+",
    r'\*\*\* Output from config line \d+, ".*',
    r"(?:ERROR|WARNING): .+",
)

_INTERFACES = (
    r"Interface\s+IP-Address\s+OK\?\s+Method\s+Status\s+Protocol",
    r"\S+\s+\S+\s+(?:YES|NO)\s+\S+\s+\S+(?: \S+)*\s+(?:up|down)",
)

_ROUTES = (
    r"Codes: .+",
    r"(?:[A-Za-z]{1,2}\d?|[*+]) - .+",  # A line of the legend: `D - EIGRP, EX - EIGRP external`.
    r"Gateway of last resort is .+",
    rf"[A-Za-z]\S*(?: [A-Za-z]\S?)?\s+\S+ {_MASK}(?:\s+(?:\[|is |directly |connected ).*)?",
    r"\[\d+/\d+\] .+",
    r"(?:is )?(?:directly connected|connected by VPN).*",
)

_XLATES = (
    r"\d+ in use, \d+ most used",
    r"Flags: .+",
    r"e - extended",
    r"(?:(?:TCP|UDP|ICMP|SCTP) )?[NP]AT from .+",
    r"flags .+",
    r"[\d.]+(?:/\d+)?(?:, ?[\d.]+(?:/\d+)?)*,?(?: to \S+)?",  # More addresses of the line above.
)

_MODULES = (
    r"Mod\s+(?:Card Type|MAC Address Range|SSM Application Name|Status|License Name)\s.*",
    r"-+(?: +-+)+",
    r"(?:\d{1,2}|ips|cxsc|sfr)\s+\S.*",
)

_MEMORY = (
    r"(?:Free|Used|Total) memory[\w ()]*:\s*\d+ bytes\b.*",
    r"-{5,} +-{5,}",
    r"Note: Free memory is .+",
    r"be available from memory pools .+",
    r"Use 'show memory detail' .+",
    r"with care since .+",
)

_CPU = (
    rf"(?:CPU utilization for )?5 seconds = {_SHARE}%; 1 minute: {_SHARE}%; 5 minutes: {_SHARE}%",
    r"Break down of per-core .+",
    r"Core\s+5 sec\s+1 min\s+5 min",
    r"Core \d+\s.+",
    r"Current control point elapsed .+",
    r"(?:Total CPU utilization|CPU utilization of external processes) for:",
)

_SMART_LABELS = (
    *("Callhome hostname privacy", "Communication Deadline", "Count", "Description"),
    *("Evaluation Period Remaining", "Export status", "Export-Controlled Functionality"),
    *("Failure reason", "Initial Registration", "Last Communication Attempt"),
    *("Last Renewal Attempt", "License reservation", "Next Communication Attempt"),
    *("Next Renewal Attempt", "Registration Expires", "Sending Hostname", "Smart Account"),
    *("Smart Agent for Licensing", "Smart Licensing hostname privacy", "Status", "Type", "UDI"),
    *("Version", "Version privacy", "Virtual Account"),
)
_SMART = (
    r"={5,}",
    r"Smart Licensing (?:Status|is (?:ENABLED|DISABLED))",
    r"(?:Product Information|License Usage|Agent Version|Reservation Info|No licenses in use)",
    r"(?:Registration|License Authorization|Utility|Data Privacy|Transport):",
    r"(?:Export Authorization Key|Features Authorized):",
    r"<none>",
    rf"(?:{'|'.join(_SMART_LABELS)}):.*",
    r"(?:\S.* )?\([A-Z][\w-]*\):",  # A licence by its name and tag: `… (ASAv-STD-100M):`.
)

_CERTIFICATE_LABELS = (
    *("Status", "Certificate Serial Number", "Certificate Usage", "Public Key Type"),
    *("Signature Algorithm", "Issuer Name", "Subject Name", "CRL Distribution Points"),
    *("OCSP AIA", "Validity Date", "Associated Trustpoints?", "Storage", "Name", "URL"),
    *("Fingerprint", "Proxy-based FQDN"),
)
_CERTIFICATES = (
    r"(?:CA |RA |Self-Signed )*Certificate",
    rf"(?:{'|'.join(_CERTIFICATE_LABELS)}):.*",
    r"(?:start|end) +date:.+",
    r"[A-Za-z][\w.]{0,40}=.*",  # A part of a name: `o=Example`.
    r"\[\d+\] .+",
    r"URL=.+",
)

_MASTER_KEY = (
    r"Password Encryption: *(?:Enabled|Disabled)",
    r"Master key hash: *(?:Not set|0x[0-9a-fA-F]).*",
)

_POSTURE = (r"(?i:(?:host ?scan|secure desktop|csd)\b.*)",)

_LOCAL_CA_LABELS = (
    *("Status", "State", "Issuer name", "Last certificate issued serial number"),
    *("CA certificate expiration timer", "CRL NextUpdate timer", "Autorollover timer"),
    *("Current primary storage dir", "CA certificate fingerprint/thumbprint", "WARNING"),
)
_LOCAL_CA = (
    r"Certificate Server \S+:",
    rf"(?:{'|'.join(_LOCAL_CA_LABELS)}):.*",
    r"Server's configuration is .+",
    r"CRL not present\.",
    r"Auto-?[Rr]ollover .+",
    r"[0-9a-f]{2,8}(?:[ :][0-9a-f]{2,8})+",
)

SURROUNDINGS: Mapping[str, tuple[str, ...]] = {
    commands.SHOW_CLOCK: _CLOCK,
    commands.SHOW_NTP: _NTP,
    commands.SHOW_STARTUP_ERRORS: _STARTUP_ERRORS,
    commands.SHOW_INTERFACES: _INTERFACES,
    commands.SHOW_ROUTES: _ROUTES,
    commands.SHOW_XLATE_COUNT: _XLATES,
    commands.SHOW_MODULES: _MODULES,
    commands.SHOW_MEMORY: _MEMORY,
    commands.SHOW_CPU: _CPU,
    commands.SHOW_SMART_LICENCES: _SMART,
    commands.SHOW_CERTIFICATES: _CERTIFICATES,
    commands.SHOW_MASTER_KEY: _MASTER_KEY,
    commands.SHOW_HOSTSCAN: _POSTURE,
    commands.SHOW_CSD_HOSTSCAN: _POSTURE,
    commands.SHOW_CSD: _POSTURE,
    commands.SHOW_LOCAL_CA: _LOCAL_CA,
}
"""By the line that shows the screen."""
