"""Every line that the tool types, and what kind of line any line is."""

import re
from enum import Enum
from functools import lru_cache

from upgrader.model.drain import HoldLogins, LoginLimit, LogOffBatch, ReleaseLogins
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Harvest,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    Step,
    SwitchOver,
)

# ── the lines that only look ───────────────────────────────────────────────────────────

SHOW_VERSION = "show version"
SHOW_FAILOVER = "show failover"
SHOW_FAILOVER_STATE = "show failover state"
SHOW_FAILOVER_HISTORY = "show failover history"
SHOW_SESSION_SUMMARY = "show vpn-sessiondb"
SHOW_SESSIONS = "show vpn-sessiondb anyconnect"
SHOW_RUNNING = "show running-config"
SHOW_STARTUP = "show startup-config"
SHOW_BOOT = "show running-config boot system"
SHOW_ASDM = "show running-config asdm"
SHOW_GROUP_POLICIES = "show running-config group-policy"
SHOW_PACKAGES = "show webvpn anyconnect"
SHOW_BOOTVAR = "show bootvar"
SHOW_RELOAD = "show reload"
SHOW_CONN_COUNT = "show conn count"
SHOW_LOGGING = "show logging"
SHOW_SSH_SESSIONS = "show ssh sessions"
SHOW_CLOCK = "show clock"
SHOW_STARTUP_ERRORS = "show startup-config errors"
SHOW_INTERFACES = "show interface ip brief"
SHOW_ROUTES = "show route"
SHOW_XLATE_COUNT = "show xlate count"
SHOW_MODULES = "show module"
SHOW_MEMORY = "show memory"
SHOW_CPU = "show cpu usage"
SHOW_PORTAL_SESSIONS = "show vpn-sessiondb webvpn"
SHOW_SMART_LICENCES = "show license all"
SHOW_NTP = "show ntp status"
SHOW_CERTIFICATES = "show crypto ca certificates"
SHOW_MASTER_KEY = "show password encryption"
SHOW_HOSTSCAN = "show webvpn hostscan"
SHOW_CSD_HOSTSCAN = "show webvpn csd hostscan"
"""As `SHOW_HOSTSCAN`, on releases whose configuration says `csd hostscan image`."""
SHOW_CSD = "show webvpn csd"
SHOW_LOCAL_CA = "show crypto ca server"
SHOW_SESSIONS_IN_DETAIL = "show vpn-sessiondb detail anyconnect"
SHOW_CLIENT_SYSTEMS = f"{SHOW_SESSIONS_IN_DETAIL} | include [IC][nl][di]e[xn][ t] +[ O][ S:]"
"""The lines with `Index :` and with `Client OS :`, written without a second `|`."""
DIR = "dir disk0:"

# ── how lines begin that change something, and that others than the tool type, too ──────

RELOAD_STANDBY = "failover reload-standby"
LOGOFF = "vpn-sessiondb logoff"

_SPOKEN = re.compile(r'[^\s|?"\x00-\x1f\x7f]+')
"""A name that is one word of a line, and begins no filter and no help."""


def show_pool(name: str) -> str:
    """The line that shows an address pool."""
    return f"show ip local pool {name}"


def show_sessions_of(user: str) -> str:
    """The line that shows one person's rows. Source: ASA command reference, `filter name`.

    All rows where the name is no word that can be typed: whoever logs in chooses it, and a blank,
    a bar or a question mark in it must not keep anybody from looking.
    """
    if _SPOKEN.fullmatch(user) is None:
        return SHOW_SESSIONS
    return f"{SHOW_SESSIONS} filter name {user}"


def verify(path: str) -> str:
    """The line with which the unit itself computes a file's SHA-512."""
    return f"verify /sha-512 {path}"


def on_mate(line: str) -> str:
    """The line as it is typed for the other unit."""
    return f"failover exec mate {line}"


def fetch(url: str, path: str) -> str:
    """The line with which a unit fetches a file itself, and asks nothing."""
    return f"copy /noconfirm {url} {path}"


def delete_on_mate(path: str) -> str:
    """The line that takes a file from the standby alone, typed on the active unit.

    A plain `delete` on the active unit is replicated, and takes the standby's copy too (ASA
    failover guide, replicated commands); nothing here types one.
    """
    return on_mate(f"delete /noconfirm {path}")


def harvest_lines(step: Harvest) -> tuple[str, ...]:
    """What is read from a unit before its reload erases it."""
    return (
        SHOW_LOGGING,
        SHOW_FAILOVER_HISTORY,
        SHOW_SESSION_SUMMARY,
        SHOW_SESSIONS,
        *(show_pool(name) for name in step.pools),
    )


# ── the lines that change ──────────────────────────────────────────────────────────────


def changing_lines(step: Step) -> tuple[str, ...]:
    """The lines that are typed for a step, in order; () where the device is already so.

    Source: ASA upgrade guide, command-line procedure for an Active/Standby pair; the real
    9.2(2)4 → 9.5(2) transcript, 2016. `failover exec` cannot answer a prompt, so that each line
    carries its own `/noconfirm` or `noconfirm`.
    """
    match step:
        case Backup(path=path):
            copy = f"copy /noconfirm running-config {path}"
            return (copy, on_mate(copy))
        case SetBootOrder(wanted=wanted, seen=seen):
            if wanted == seen:
                return ()
            # A line that is only added is tried last: the old ones are taken away first.
            return _configured(
                *(f"no boot system {path}" for path in seen),
                *(f"boot system {path}" for path in wanted),
            )
        case SetAsdm(image=image):
            return _configured(f"asdm image {image}")
        case SaveConfiguration():
            return ("write memory",)
        case Harvest():
            return ()
        case ReloadStandby():
            return (RELOAD_STANDBY,)
        case SwitchOver() | FailBack():
            return ("no failover active",)
        case EvictSession(index=index):
            return (log_off(index),)
        case LogOffBatch(rows=rows):
            return tuple(log_off(row.index) for row in rows)
        case HoldLogins(policies=policies):
            return _limited(*((one.policy, "vpn-simultaneous-logins 0") for one in policies))
        case ReleaseLogins(policies=policies):
            return _limited(*((one.policy, _own_limit(one)) for one in policies))


def log_off(index: int) -> str:
    """The line that ends one session, and asks nothing."""
    return f"{LOGOFF} index {index} noconfirm"


def _own_limit(limit: LoginLimit) -> str:
    """The line that puts a group policy's limit back as it stood."""
    if limit.limit is None:
        return "no vpn-simultaneous-logins"
    return f"vpn-simultaneous-logins {limit.limit}"


def _limited(*lines: tuple[str, str]) -> tuple[str, ...]:
    """A line each, within the attributes of its group policy.

    0 closes a policy for logins (ASA 5500 CLI guide, p. 67-42).
    """
    return _configured(
        *(typed for policy, line in lines for typed in (f"group-policy {policy} attributes", line))
    )


def _configured(*lines: str) -> tuple[str, ...]:
    """The lines, within configuration mode."""
    return ("configure terminal", *lines, "end")


# ── what kind of line is this? ─────────────────────────────────────────────────────────


class LineKind(Enum):
    """What a line does to a firewall. What we do not know is changing."""

    SHOW = "show"
    HARMLESS = "harmless"
    CHANGING = "changing"


_UNTYPEABLE = re.compile(r"[\x00-\x1f\x7f?]")
"""A line break hides a second line; a tab or `?` asks the device to complete the first."""

_FILTERS = ("begin", "include", "exclude", "grep", "count")
_PASS_ON = re.compile(
    r"fail(?:o|ov|ove|over)?\s+exec\s+(?:mate|active|standby)\s+(?P<line>\S.*)", re.IGNORECASE
)


def is_typeable(line: str) -> bool:
    """Whether it is one line, and no character of it asks the device for something at once."""
    return bool(line.strip()) and _UNTYPEABLE.search(line) is None


@lru_cache(maxsize=256)  # A night types some dozen lines, each of them many times.
def classify(line: str) -> LineKind:
    """Whether a line shows, is harmless or changes; unknown is changing.

    Abbreviations count as far as they are safe to read (`sh ver`, `conf t`). An empty line is
    changing: Enter answers `[confirm]` with yes. `failover exec mate X` is what X is.
    """
    if _UNTYPEABLE.search(line):
        return LineKind.CHANGING
    passed_on = _PASS_ON.fullmatch(line.strip())
    if passed_on is None:
        return _kind_of(line)
    inner = passed_on["line"]
    # The device passes nothing on twice, and so a line that asks for it is not understood.
    return LineKind.CHANGING if _PASS_ON.fullmatch(inner) else _kind_of(inner)


def _kind_of(line: str) -> LineKind:
    """The kind of a line that is meant for the unit on which it runs."""
    if not _only_filters(line):
        return LineKind.CHANGING
    match line.lower().split():
        case [verb, topic, *rest] if _short_for("show", verb, 2):
            # `show tech-support file …` leaves a file behind.
            leaves = topic.startswith("t") and any(_short_for("file", word, 1) for word in rest)
            return LineKind.CHANGING if leaves else LineKind.SHOW
        case ["dir" | "more" | "pwd", *_]:
            return LineKind.SHOW
        case [verb, *_] if _short_for("verify", verb, 4):
            return LineKind.SHOW
        case ["ping", *_]:
            return LineKind.HARMLESS
        case [verb, where] if _short_for("configure", verb, 4) and _short_for("terminal", where, 1):
            return LineKind.HARMLESS
        case [verb, what, *_, lines] if _short_for("terminal", verb, 4) and lines.isdigit():
            return LineKind.HARMLESS if _short_for("pager", what, 3) else LineKind.CHANGING
        case ["end" | "exit" | "quit" | "logout" | "enable"]:
            return LineKind.HARMLESS
        case ["enable", level] if level.isdigit():
            return LineKind.HARMLESS
        case _:
            return LineKind.CHANGING


def _only_filters(line: str) -> bool:
    """Whether each pipe only filters: `| redirect`, `| append` and `| tee` write files."""
    pipes = [after.split()[:1] for after in line.split("|")[1:]]
    return all(pipe and any(_short_for(known, pipe[0], 1) for known in _FILTERS) for pipe in pipes)


def _short_for(word: str, typed: str, least: int) -> bool:
    """Whether what was typed abbreviates the word, with at least so many letters."""
    return len(typed) >= least and word.startswith(typed.lower())


# ── which of the changing lines may a run type at all? ─────────────────────────────────


class Verb(Enum):
    """The changing lines that a run has a use for, by what must hold before them."""

    PREPARE = "prepare"
    """Backup, boot order, ASDM image, save: on the active unit only."""
    RELOAD_STANDBY = "reload-standby"
    GIVE_UP_ACTIVE = "give-up-active"
    LOG_OFF_INDEX = "log-off-index"
    LOGINS = "logins"
    """Group policies are closed for new logins, or opened again; on the active unit only."""
    STAGE = "stage"
    """A file is fetched to this unit or its mate; on the active unit only."""
    UNSTAGE = "unstage"
    """A file is taken from the mate alone; on the active unit only."""


_VERBS: tuple[tuple[re.Pattern[str], Verb], ...] = (
    (re.compile(r"(failover exec mate )?copy /noconfirm running-config disk\d:/\S+"), Verb.PREPARE),
    (re.compile(r"(no )?boot system \S+"), Verb.PREPARE),
    (re.compile(r"asdm image (disk\d|flash):\S+"), Verb.PREPARE),
    (re.compile(r"write memory"), Verb.PREPARE),
    (re.compile(r"failover reload-standby"), Verb.RELOAD_STANDBY),
    (re.compile(r"no failover active"), Verb.GIVE_UP_ACTIVE),
    (re.compile(r"vpn-sessiondb logoff index \d+ noconfirm"), Verb.LOG_OFF_INDEX),
    (re.compile(r"group-policy \S+ attributes"), Verb.LOGINS),
    (re.compile(r"(no )?vpn-simultaneous-logins( \d+)?"), Verb.LOGINS),
    (
        re.compile(
            r"(failover exec mate )?copy /noconfirm (tftp|ftp|https?|scp|smb)://\S+ disk0:/[\w.+-]+",
            re.ASCII,
        ),
        Verb.STAGE,
    ),
    (
        re.compile(r"failover exec mate delete /noconfirm disk0:/[\w.+-]+", re.ASCII),
        Verb.UNSTAGE,
    ),
)


def verb_of(line: str) -> Verb | None:
    """What a changing line is for; None: no run types such a line. Spelled out, as we type them."""
    return next((verb for pattern, verb in _VERBS if pattern.fullmatch(line)), None)


def policy_of(line: str) -> str | None:
    """The group policy into whose attributes a line leads; None: it leads into none."""
    words = line.split()
    return words[1] if words[0] == "group-policy" else None


def staged_path(line: str) -> str:
    """The file that a line of `Verb.STAGE` or `Verb.UNSTAGE` writes or takes away."""
    return line.rpartition(" ")[2]


def is_for_mate(line: str) -> bool:
    """Whether the line is passed on to the other unit."""
    return _PASS_ON.fullmatch(line) is not None
