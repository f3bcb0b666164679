"""The keys of `[emulated]`: one table that checks values and writes the reference page."""

from upgrader.emulator.scenario import ClientsSpec, IncidentRules, Module, Timings
from upgrader.emulator.scenario.door_keys import DROPPED, HANDSHAKE, LOGIN, REPOSITORY, SSH
from upgrader.emulator.scenario.health_keys import CERTIFICATE, HEALTH
from upgrader.emulator.scenario.key import Key, Kind, Table
from upgrader.emulator.scenario.standing import Standing

_DAY = 86_400
_CENTURY = 36_500 * _DAY
_CAPTURED = "a captured resync: Cold Standby 2 s, Sync Config 24 s, Bulk Sync 16 s"

EMULATED = Table(
    "emulated",
    "The emulated pair. Its presence says that the pair is emulated.",
    (
        Key("model", Kind.TEXT, "The hardware, as `Hardware:` in `show version` prints it.",
            default="", required=True),
        Key("config", Kind.TEXT, "The startup-config of the pair: a file in ASA syntax, looked "
            "for beside the pair file, or the text itself where it has more than one line.",
            default="", required=True),
        Key("ram_mb", Kind.WHOLE, "Memory of each unit, in MB.", default="by model",
            least=64, most=4_194_304),
        Key("starts_at", Kind.INSTANT, "The device clock when the pair is first looked at.",
            default="2026-03-14T22:00:00Z"),
        Key("seed", Kind.WHOLE, "Everything that is drawn is drawn from it.", default="1",
            most=9_223_372_036_854_775_807),
        Key("active", Kind.CHOICE, "The unit that is active at the start.", default="primary",
            choices=("primary", "secondary")),
        Key("failover_link", Kind.CHOICE, "Whether the failover link is whole at the start.",
            default="up", choices=("up", "down")),
        Key("state_link", Kind.CHOICE, "Whether the state link is; one that is shared with the "
            "failover link falls with it.", default="up", choices=("up", "down")),
    ),
    ("unit", "clients", "timings", "incident", "login", "repository", "certificate",
        "handshake", "dropped", "ssh"),
)  # fmt: skip

UNIT = Table(
    "emulated.unit",
    "A unit; two of them: one primary, one secondary.",
    (
        Key("role", Kind.CHOICE, "What `failover lan unit` says on it.", required=True,
            default="", choices=("primary", "secondary")),
        Key("serial", Kind.TEXT, "Its serial number.", required=True, default=""),
        Key("config", Kind.TEXT, "Its own startup-config, where it differs from the pair's.",
            default="the pair's"),
        Key("up_days", Kind.NUMBER, "How long it has been up at the start, in days.",
            default="30", most=36_500),
        Key("no_link", Kind.TEXTS, "Names of interfaces without a cable.", default="[]"),
        Key("flash_bytes", Kind.WHOLE, "The size of its flash.", default="by model"),
        Key("flash_free", Kind.WHOLE, "What is free of it, where more is taken than the files "
            "that are listed.", default="what the files leave"),
    ),
    ("file", "module", "health", "now"),
)  # fmt: skip

FILE = Table(
    "emulated.unit.file",
    "A file on the unit's flash.",
    (
        Key(
            "path",
            Kind.TEXT,
            "Its path, such as `disk0:/asa9-16-4-lfbff-k8.SPA`.",
            required=True,
            default="",
        ),
        Key("bytes", Kind.WHOLE, "Its size.", required=True, default="", most=1_000_000_000_000),
        Key(
            "content",
            Kind.TEXT,
            "A word that stands for its bytes: equal words, equal digests.",
            default="`sha512`; one of the two must be there",
        ),
        Key(
            "sha512",
            Kind.DIGEST,
            "The SHA-512 of its bytes, which `verify` then prints; in place of `content`.",
            default="of `content`",
        ),
        Key(
            "version",
            Kind.TEXT,
            "The release that boots from it; `unbootable`: none does.",
            default="from its name",
        ),
        Key(
            "loaded",
            Kind.TEXT,
            "The content that the unit loaded at its last boot, where the "
            "file has been overwritten since.",
            default="`content`",
        ),
        Key(
            "built",
            Kind.TEXT,
            "The build time of an AnyConnect package, as a unit prints it "
            "that has loaded the file.",
            default="drawn from its bytes",
        ),
    ),
)

NOW = Table(
    "emulated.unit.now",
    "How the unit stands at the start, where its last boot does not say so: written by "
    "`upgrader twin`.",
    (
        Key(
            "running",
            Kind.TEXT,
            "Its running-config, where that is not its startup-config.",
            default="the startup-config",
        ),
        Key("version", Kind.TEXT, "The release that it runs.", default="what it would boot"),
        Key("image", Kind.TEXT, "The file from which it booted.", default="what it would boot"),
        Key(
            "state",
            Kind.CHOICE,
            "Where it does not serve: how far it has come.",
            choices=(
                "Cold Standby",
                "Sync Config",
                "Sync File System",
                "Bulk Sync",
                "Standby Ready",
            ),
        ),
        Key(
            "sync",
            Kind.TEXTS,
            "The configuration state of `show failover state`.",
            default="`Sync Done`",
        ),
        Key(
            "moved_before",
            Kind.SECONDS,
            "How long before the start the roles moved last.",
            field="moved_ms",
            default="at its last boot",
            most=_CENTURY,
        ),
        Key(
            "active_for",
            Kind.SECONDS,
            "How long its last spell as the active unit has lasted.",
            field="active_ms",
            default="since the roles moved",
            most=_CENTURY,
        ),
        Key(
            "reload_in",
            Kind.SECONDS,
            "When it will reload by itself, from the start.",
            field="reload_in_ms",
            default="never",
            most=_CENTURY,
        ),
        Key(
            "sessions",
            Kind.TEXT,
            "A table of its sessions (CSV), looked for beside the pair "
            "file; its columns are in what `upgrader twin` writes.",
            default="of `clients`",
        ),
        Key(
            "addresses",
            Kind.TEXT,
            "A table of its pools' addresses that are not free (CSV).",
            field="leases",
            default="of `clients`",
        ),
    ),
    ("loaded",),
    defaults=Standing,
)

LOADED = Table(
    "emulated.unit.now.loaded",
    "An AnyConnect package that the unit has loaded; one such table, and no other is. "
    "`loaded = []`: none is.",
    (
        Key("path", Kind.TEXT, "Its path.", required=True, default=""),
        Key("order", Kind.WHOLE, "Its number.", required=True, default="", most=65_535),
        Key("content", Kind.TEXT, "The word for its bytes as they were loaded.",
            default="`sha512`; one of the two must be there"),
        Key("sha512", Kind.DIGEST, "Or their SHA-512.", default="of `content`"),
        Key("regex", Kind.TEXT, "What it is offered by.", default="by platform"),
        Key("built", Kind.TEXT, "Its build time, as the unit prints it.",
            default="drawn from its bytes"),
    ),
)  # fmt: skip

MODULE = Table(
    "emulated.unit.module",
    "A service card in the unit.",
    (
        Key("slot", Kind.WHOLE, "Its slot.", required=True, default="", least=1, most=9),
        Key("card", Kind.TEXT, "Its model, such as `SFR5525`.", required=True, default=""),
        Key("version", Kind.TEXT, "Its software.", required=True, default=""),
        Key("service", Kind.TEXT, "The application on it, such as `ASA FirePOWER`.",
            required=True, default=""),
        Key("up_after", Kind.SECONDS, "From the end of the unit's boot until the card is up.",
            "inferred from the real 9.2(2)4 → 9.5(2) transcript", field="up_after_ms",
            most=_DAY),
        Key("responds", Kind.FLAG, "Whether the card responds at the start; a unit whose card "
            "alone does not is Failed."),
    ),
    defaults=Module,
)  # fmt: skip

CLIENTS = Table(
    "emulated.clients",
    "The people behind the pair.",
    (
        Key("count", Kind.WHOLE, "How many are logged in at the start.", most=100_000),
        Key("sleeping", Kind.WHOLE, "How many of them are asleep (no tunnel) at the start.",
            most=100_000),
        Key("slept_min", Kind.WHOLE, "How long the longest sleeper has been asleep, in minutes.",
            most=525_600),
        Key("tunnel_group", Kind.TEXT, "The tunnel group that they use.",
            default="the first for remote access"),
        Key("platforms", Kind.SHARES, "What they run, as shares of the whole.",
            choices=("win", "macos", "linux64"), default="{ win = 1.0 }"),
        Key("user_prefix", Kind.TEXT, "The beginning of their user names."),
        Key("wakes_per_hour", Kind.NUMBER, "How many sleepers wake in an hour, in all.",
            most=1_000_000),
        Key("sleeps_per_hour", Kind.NUMBER, "How many fall asleep in an hour, in all.",
            most=1_000_000),
        Key("logins_per_hour", Kind.NUMBER, "How many new people log in in an hour.",
            most=1_000_000),
        Key("logoffs_per_hour", Kind.NUMBER, "How many log off in an hour.", most=1_000_000),
        Key("returns", Kind.FLAG, "Whether a client that lost its session logs in again by "
            "itself (Always-On)."),
        Key("tcp", Kind.WHOLE, "TCP connections through the pair.", most=10_000_000),
        Key("udp", Kind.WHOLE, "UDP connections through the pair.", most=10_000_000),
        Key("http", Kind.WHOLE, "HTTP connections through the pair; they survive a switchover "
            "only with `failover replication http`.", most=10_000_000),
    ),
    defaults=ClientsSpec,
)  # fmt: skip

TIMINGS = Table(
    "emulated.timings",
    "How long things take. Assumptions and captures, not measurements of your hardware.",
    (
        Key("boot", Kind.SECONDS, "From dark until the unit talks to its mate.",
            "assumed: at most 429 s was seen on an ASA5525 (real transcript, 2016)",
            field="boot_ms", default="300; 120 on ASAv; 480 on Firepower 1000 and 2100",
            most=_DAY),
        Key("shutdown", Kind.SECONDS, "From the order to reload until the unit goes dark.",
            "assumed", field="shutdown_ms", most=_DAY),
        Key("negotiation", Kind.SECONDS, "In the state Negotiation.", "assumed",
            field="negotiation_ms", most=_DAY),
        Key("cold_standby", Kind.SECONDS, "In the state Cold Standby.", _CAPTURED,
            field="cold_standby_ms", most=_DAY),
        Key("sync_config", Kind.SECONDS, "In the state Sync Config.", _CAPTURED,
            field="sync_config_ms", most=_DAY),
        Key("sync_file_system", Kind.SECONDS, "In the state Sync File System.", _CAPTURED,
            field="sync_file_system_ms", most=_DAY),
        Key("bulk_sync", Kind.SECONDS, "In the state Bulk Sync.", _CAPTURED,
            field="bulk_sync_ms", most=_DAY),
        Key("switchover", Kind.SECONDS, "From the returned prompt until the roles have moved.",
            "real 9.23(1) console: the prompt comes first; the time is assumed",
            field="switchover_ms", most=_DAY),
        Key("write_memory", Kind.SECONDS, "`write memory`.", "real transcript, 2016: 0.670 s",
            field="write_memory_ms", most=_DAY),
        Key("copy_bytes_per_s", Kind.WHOLE, "Copying from the network.",
            "real transcript, 2016: about 430 kB/s", least=1),
        Key("local_copy_bytes_per_s", Kind.WHOLE, "Copying from flash to flash.", "assumed",
            least=1),
        Key("verify_bytes_per_s", Kind.WHOLE, "`verify`.", "assumed", least=1),
        Key("notice_fast", Kind.SPAN, "A client that gets a reset notices after so long.",
            "inferred", field="notice_fast_ms", most=_DAY),
        Key("notice_slow", Kind.SPAN, "One that does not: dead-peer detection.",
            "dead-peer detection of 30 s is the default", field="notice_slow_ms", most=_DAY),
        Key("fast_share", Kind.NUMBER, "The share of clients that get a reset.", "assumed",
            most=1),
        Key("login", Kind.SPAN, "From noticing that the session is gone until logged in anew.",
            "assumed", field="login_ms", most=_DAY),
    ),
    defaults=Timings,
)  # fmt: skip

_UNKNOWN = "nobody has documented it"

INCIDENT = Table(
    "emulated.incident",
    "What the guide leaves open about mismatched AnyConnect packages, as parameters.",
    (
        Key("mechanism", Kind.CHOICE, "Why sessions die: they lean on the unit that admitted "
            "them, or the joining unit checks what it is offered.", _UNKNOWN,
            choices=("anchor", "verify-at-join")),
        Key("kill_at", Kind.CHOICE, "When a session that leans on the mate dies: as the mate "
            "leaves, or as it comes back.", _UNKNOWN,
            choices=("peer-departure", "peer-rejoin")),
        Key("scope", Kind.CHOICE, "Which sessions die: those admitted under a package that the "
            "survivor lacks, or all SSL sessions.", _UNKNOWN, choices=("leaning", "all-ssl")),
        Key("mismatch_key", Kind.CHOICE, "What makes two packages different: their bytes, their "
            "version, their file's name, or the whole ordered set.", _UNKNOWN,
            choices=("bytes", "version", "name", "set")),
        Key("orphan_unit", Kind.CHOICE, "Where the orphaned rows stand.", _UNKNOWN,
            choices=("active", "rejoined", "both")),
        Key("orphans_replicate", Kind.FLAG, "Whether a bulk sync copies orphaned rows.",
            _UNKNOWN),
        Key("orphan_timer", Kind.CHOICE, "Whether the idle timeout ends an orphan.", _UNKNOWN,
            choices=("never", "idle")),
        Key("logoff_releases_lease", Kind.FLAG, "Whether logging an orphan off frees its "
            "address.", _UNKNOWN),
        Key("orphan_evicted_by_login", Kind.FLAG, "Whether the user's next login can evict the "
            "orphan.", _UNKNOWN),
        Key("client_requests_old_address", Kind.FLAG, "Whether a client that logs in again asks "
            "for the address that it had.", _UNKNOWN),
        Key("resume_delay", Kind.DELAYS, "How long a client takes to notice: after a reset, and "
            "otherwise. The same as `notice_fast` and `notice_slow`.", "inferred",
            default="[[1, 5], [30, 60]]", most=_DAY),
        Key("newer_to_older_state", Kind.CHOICE, "What a newer unit replicates to an older one.",
            _UNKNOWN, choices=("full", "none")),
        Key("row_after_switch", Kind.CHOICE, "Whether the login time outlives a "
            "switchover; the audit id does.", _UNKNOWN, choices=("kept", "restarted")),
        Key("index_allocator", Kind.CHOICE, "Whether the units count session indices together.",
            _UNKNOWN, choices=("shared", "per-unit")),
        Key("without_package", Kind.CHOICE, "Whether a client resumes on a unit that has no "
            "package for it, or its session ends there and it is refused.", _UNKNOWN,
            choices=("resumes", "refused")),
        Key("early_switchover", Kind.CHOICE, "What `no failover active` does while the mate is in "
            "Bulk Sync: nobody takes over, or the mate does with what it has got by then.",
            _UNKNOWN, choices=("waits", "taken")),
    ),
    defaults=IncidentRules,
)  # fmt: skip

TABLES = (
    *(EMULATED, UNIT, FILE, MODULE, HEALTH, NOW, LOADED),
    *(CLIENTS, TIMINGS, INCIDENT, LOGIN, REPOSITORY, CERTIFICATE),
    *(HANDSHAKE, DROPPED, SSH),
)
