"""The keys of what a unit's screens tell beside failover: health, certificates."""

from upgrader.emulator.scenario.health import Health, HeldCertificate
from upgrader.emulator.scenario.key import Key, Kind, Table

_DAY = 86_400

HEALTH = Table(
    "emulated.unit.health",
    "What the unit's screens tell of it beside failover and sessions. Each default is a unit that "
    "is well.",
    (
        Key("clock_off", Kind.SECONDS, "How far its clock is before the pair's; negative: behind. "
            "Login times of sessions are the pair's on both units.", field="clock_off_ms",
            least=-36_500 * _DAY, most=36_500 * _DAY),
        Key("ntp", Kind.FLAG, "Whether it follows the server that `ntp server` names."),
        Key("memory_used", Kind.WHOLE, "How much of its memory is taken, in per cent.",
            default="by sessions and connections", most=100),
        Key("cpu", Kind.WHOLE, "How busy its processors are, in per cent.",
            default="by sessions and connections", most=100),
        Key("startup_errors", Kind.TEXTS, "Lines that `show startup-config errors` prints.",
            default="[]"),
        Key("hostscan", Kind.TEXT, "The HostScan version that it has loaded.",
            default="by the name of the configured file, if it has that file"),
        Key("master_key", Kind.TEXT, "A word that stands for the passphrase of `key config-key "
            "password-encryption`: equal words, equal hashes.", default="none is set"),
        Key("smart_licence", Kind.CHOICE, "What `show license all` says, on models with smart "
            "licences.",
            choices=("registered", "unregistered", "evaluation", "out-of-compliance")),
        Key("licences", Kind.TEXTS, "Rows of its licence table that are not the model's, such as "
            "`AnyConnect Premium Peers: 2`.", default="[]"),
    ),
    defaults=Health,
)  # fmt: skip

CERTIFICATE = Table(
    "emulated.certificate",
    "A certificate that `show crypto ca certificates` prints.",
    (
        Key("trustpoint", Kind.TEXT, "The trustpoint that it belongs to.", required=True,
            default=""),
        Key("serial", Kind.TEXT, "Its serial number, such as `0a1b2c`.", required=True,
            default=""),
        Key("subject", Kind.TEXT, "Whose it is, such as `cn=vpn.example.com`.", required=True,
            default=""),
        Key("ends", Kind.INSTANT, "When it ends.", required=True, default=""),
        Key("kind", Kind.CHOICE, "Whether it is the unit's own or an authority's.",
            choices=("identity", "ca")),
        Key("on", Kind.CHOICE, "Which units hold it.", choices=("both", "primary", "secondary")),
    ),
    defaults=HeldCertificate,
)  # fmt: skip
