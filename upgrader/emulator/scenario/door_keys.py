"""The keys of how people and files come in: SSH, logins, URLs, handshakes, lost lines."""

from upgrader.emulator.scenario import LoginSpec, SshSpec, Supply
from upgrader.emulator.scenario.handshakes import BadHandshake, Dropped
from upgrader.emulator.scenario.key import Key, Kind, Table

SSH = Table(
    "emulated.ssh",
    "What differs from ASA to ASA, or is not documented, of its SSH server.",
    (
        Key("session_fate", Kind.CHOICE, "What becomes of a session whose unit or address is "
            "gone: nothing comes any more, or the connection is reset.",
            "not documented; both are seen", choices=("hang", "reset")),
        Key("algorithms", Kind.CHOICE, "What the server offers: what an ASA offers today, or "
            "the offer of an old one (netmiko #2139).", "ASA 9.16 and later by default",
            choices=("modern", "legacy")),
        Key("exec", Kind.CHOICE, "What a request to run one command gives: it is taken and "
            "ignored, and a session begins; nothing ever comes; or the command is run, which "
            "no ASA does.", "paramiko #360 and SSH.NET #52",
            choices=("login", "hang", "run")),
        Key("prompt_flip", Kind.CHOICE, "Whether the prompt behind a line that moves the roles "
            "shows the old role, or is held back until it shows the new one.",
            "real 9.23(1) console: the prompt comes first", choices=("later", "at-once")),
        Key("console_lines", Kind.FLAG, "Whether what a unit prints by itself is seen over SSH "
            "without `terminal monitor`.", "real transcript, 2016, where it is"),
    ),
    defaults=SshSpec,
)  # fmt: skip

LOGIN = Table(
    "emulated.login",
    "An administrator who gets in whatever is configured, beside every local user of the "
    "configuration whose password can be checked.",
    (
        Key("user", Kind.TEXT, "His name.", "ours"),
        Key("password", Kind.TEXT, "His password.", "ours"),
        Key("enable", Kind.TEXT, "A password that `enable` takes.", "ours"),
    ),
    defaults=LoginSpec,
)  # fmt: skip

REPOSITORY = Table(
    "emulated.repository",
    "What stands at a URL, for `copy` to fetch. A server that none names does not answer; one "
    "that is named takes what `copy` sends there.",
    (
        Key("url", Kind.TEXT, "A URL, such as `tftp://10.1.1.10/asa952-smp-k8.bin`; with `file`, "
            "one that ends in `/` stands for a folder.", required=True, default=""),
        Key("file", Kind.TEXT, "A file of this machine, or a folder, looked for beside the pair "
            "file.", default="none: `bytes` and `content` stand for it"),
        Key("bytes", Kind.WHOLE, "Its size, where there is no `file`.",
            most=1_000_000_000_000),
        Key("content", Kind.TEXT, "A word that stands for its bytes, where there is no `file`.",
            default="the URL"),
        Key("version", Kind.TEXT, "The release that boots from it; `unbootable`: none does.",
            default="from its name"),
    ),
    defaults=Supply,
)  # fmt: skip

HANDSHAKE = Table(
    "emulated.handshake",
    "Clients whose TLS handshake with a unit fails: it takes their ciphers no more, or they do not "
    "trust its certificate.",
    (
        Key("reason", Kind.TEXT, "Why, as the log says it: `no shared cipher`, "
            "`sslv3 alert certificate unknown`.", required=True, default=""),
        Key("function", Kind.TEXT, "Where, as the log says it.", "captured line"),
        Key("platforms", Kind.TEXTS, "Whose: win, macos, linux64; none: everybody's.",
            default="[]"),
        Key("since", Kind.TEXT, "On units that run this release, such as `9.16(4)`, or a later "
            "one.", default="any release"),
        Key("on", Kind.CHOICE, "On which units.", choices=("both", "primary", "secondary")),
    ),
    defaults=BadHandshake,
)  # fmt: skip

DROPPED = Table(
    "emulated.dropped",
    "Lines of the configuration that a release knows no more: a unit that boots it, or is synced "
    "under it, leaves them out, and `show startup-config errors` prints them.",
    (
        Key("line", Kind.TEXT, "What they begin with, in whole words, such as `ssl dh-group`; what "
            "stands below them goes too.", required=True, default=""),
        Key("since", Kind.TEXT, "The first release without them, such as `9.16(4)`; its train "
            "counts.", required=True, default=""),
    ),
    defaults=Dropped,
)  # fmt: skip
