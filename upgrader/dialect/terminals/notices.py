"""What a unit prints on its consoles by itself, and what a terminal program says of a session.

Boxes, replication and roles: real consoles of 9.1(7)32, 9.2(2)4 and 9.23(1) pairs; a shutdown: real
consoles of an ASA5506 and a Firepower 2120; a crash: real consoles of ASAv 9.3(1) (words of public
bug reports). What is marked so is inferred from messages of the same events.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from upgrader.dialect.replies.screen import device_time
from upgrader.model.evidence import What
from upgrader.model.failover import DeviceTime

_Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that nobody asked for."""

    what: What
    fields: _Fields
    device_time: DeviceTime | None = None
    """The unit's own clock, where the line tells it."""
    parts: bool = False
    """Whether the session is over: behind it another unit may answer."""


def _fixed(**fields: str) -> Callable[[re.Match[str]], _Fields]:
    return lambda found: {**fields, **{k: v for k, v in found.groupdict().items() if v}}


_BOOTS = (
    r"(?:Booting system, please wait\.*|CISCO SYSTEMS|Cisco Systems ROMMON.*|"
    r"Cisco BIOS Version.*|Rom image verified correctly|Launching BootLoader\.*|"
    r"Booting from ROMMON|Platform ASA\S*|Loading disk\d:/\S+|"
    r"Booting 'disk\d:.*|Located '\S+' @cluster.*)"
)
_CRASHES = (
    r"(?P<reason>Begin to dump crashinfo to flash.*|Thread Name: .*|Page fault: .*|Panic: .*|"
    r"Abort: Unknown.*|Assert(?:ion)? (?:failure|failed|\").*|"
    r"(?:core\d+: )?An internal error occurred\..*)"
)
_LOST = (
    r"(?:Connection to (?P<source>\S+) closed.*|Connection closed by .*|Logoff|"
    r"Connection (?:closed|reset|timed out|aborted).*|client_loop: .*|packet_write_wait: .*|"
    r".*(?:Remote side unexpectedly closed|Software caused connection abort).*|"
    r"Timeout, server \S+ not responding\.|PuTTY Fatal Error.*|.*[Bb]roken pipe.*|"
    r"\[(?:Connection|Session|Disconnected|disconnected)\b.*\])"
)

_TABLE: tuple[tuple[str, What, Callable[[re.Match[str]], _Fields]], ...] = (
    # ── versions ──
    (
        r"Mate version (?P<theirs>\S+) is not identical with ours (?P<ours>\S+)",
        What.VERSIONS_DIFFER,
        _fixed(),
    ),
    (
        r"Mate version (?P<theirs>\S+) is not compatible with ours (?P<ours>\S+)",
        What.VERSIONS_INCOMPATIBLE,
        _fixed(),
    ),
    # ── configuration ──
    (r"Beginning configuration replication: Sending to mate\.*", What.SYNC_SENDING, _fixed()),
    (
        r"Beginning configuration replication(?::? Receiving from| from) mate\.*",
        What.SYNC_RECEIVING,
        _fixed(),
    ),
    (r"End Configuration Replication (?:to mate|\(ACT\))\.*", What.SYNC_SENT, _fixed()),
    (r"End Configuration Replication (?:from mate|\(STB\))\.*", What.SYNC_RECEIVED, _fixed()),
    # ── roles ──
    (r"Switching to Active\.?", What.TO_ACTIVE, _fixed()),
    (r"Switching to Standby\.?", What.TO_STANDBY, _fixed()),
    (r"Switching to Failed\.?", What.TO_FAILED, _fixed()),  # inferred
    (r"Switching to OK\.?", What.TO_OK, _fixed()),  # inferred
    (r"(?:State check )?Detected an Active mate", What.PEER_STATE, _fixed(state="Active")),
    (r"No Active mate detected", What.PEER_ABSENT, _fixed()),  # inferred
    (r"No Response from (?:Mate|Other Firewall).*", What.NO_RESPONSE, _fixed()),
    # ── the failover link ──
    (r"Failover LAN (?:interface )?(?:Failed|is down|down)\.?", What.LINK_DOWN, _fixed()),
    (r"Failover LAN (?:interface )?(?:is up|became OK|OK|up)\.?", What.LINK_UP, _fixed()),
    # ── shutting down ──
    (r"\*\*\* --- START GRACEFUL SHUTDOWN ---", What.SHUTTING_DOWN, _fixed(stage="begun")),
    (r"\*\*\* --- SHUTDOWN NOW ---", What.SHUTTING_DOWN, _fixed(stage="now")),
    (r"\*\*\* --- SHUTDOWN ABORTED ---", What.OPAQUE, _fixed(stage="aborted")),
    (r"\*\*\* --- SHUTDOWN (?:in|at) .* ---", What.OPAQUE, _fixed(stage="scheduled")),
    (r"\*\*\* {2,}(?P<reason>\S.*)", What.SHUTTING_DOWN, _fixed(stage="reason")),
    # ── booting: consoles of 5500-X models ──
    (_BOOTS, What.STARTUP_BEGIN, _fixed()),
    (
        r"Cisco Adaptive Security Appliance Software Version (?P<version>\S+)(?: <.*>)?",
        What.RUNS,
        _fixed(),
    ),
    (r"Type help or '\?' for a list of available commands\.", What.OPAQUE, _fixed(stage="up")),
    # ── a crash ──
    (_CRASHES, What.CRASHED, _fixed()),
    # ── who comes and goes ──
    (r"User (?P<user>\S+) logged in to \S+", What.ADMIN_IN, _fixed()),
    (r"(?:login as|Username|username): ?(?P<user>\S+)", What.ADMIN_IN, _fixed()),
    (_LOST, What.ADMIN_OUT, _fixed()),
    # ── what is worth a person's eye ──
    (r"(?P<reason>(?:WARNING|ERROR|INFO): ?\S.*)", What.OPAQUE, _fixed()),
    (r"\*\*\* Output from config line (?P<number>\d+), .*", What.OPAQUE, _fixed()),
)
_NOTICES = tuple((re.compile(p, re.IGNORECASE), what, told) for p, what, told in _TABLE)
_ANY = re.compile(
    "|".join(f"(?:{re.sub(r'[?]P<[a-z]+>', '?:', pattern)})" for pattern, _, _ in _TABLE),
    re.IGNORECASE,
)
"""All of them at once: hardly any line is one, and that is to be told fast."""
BEGINS = re.compile(
    r"Mate v|Beginning c|End C|Switching to|State check|Detected an|No (?:Active|Response)|"
    r"Failover LAN|\*\*\* |Boot|Cisco |Rom image|Launching|Platform ASA|Loading disk|Located '|"
    r"Type help|Begin to|Thread Name|Page fault|Panic|Abort|Assert|core\d|An internal|User |login |"
    r"Username|Connection |Logoff|client_loop|packet_write|Timeout,|PuTTY |\[[CSD]|WARNING|ERROR|"
    r"INFO",
    re.IGNORECASE,
)
"""How they begin: a look that costs little, for most lines are none. Some may begin with anything,
and tell of a connection that broke."""
_COLLECTED = re.compile(r"Crashinfo collected on (?P<at>.+)")
_PROMPT_TIME = re.compile(r"(?:Time source is [^,]+, )[*.]?(?P<at>\d.+)")

_AMONG_REPLIES = frozenset(
    {
        What.VERSIONS_DIFFER,
        What.VERSIONS_INCOMPATIBLE,
        What.SYNC_SENDING,
        What.SYNC_SENT,
        What.SYNC_RECEIVING,
        What.SYNC_RECEIVED,
        What.TO_ACTIVE,
        What.TO_STANDBY,
        What.PEER_STATE,
        What.NO_RESPONSE,
        What.LINK_DOWN,
        What.SHUTTING_DOWN,
        What.ADMIN_OUT,
    }
)
"""What may stand in the middle of a reply; all else there belongs to the reply."""

_KNOWN_SILENT = re.compile(
    r"\*{4,}WARNING\*{2,}WARNING[*A-Z]*|\*{3}|\*\*\* Message to all terminals:|"
    r"Shutting down [\w -]+|Process shutdown finished|Rebooting\b.*|"
    r"Logins over the last \d+ days?: .*|Last login: .*|Failed logins since .*|"
    r"Enter .*|Load for .*|Password: ?\**|[\w@.:-]+'s password:.*|"
    r"Using (?:username|keyboard-interactive) .*|End of keyboard-interactive.*|"
    r"Access granted.*|Pre-authentication banner .*|Keyboard-interactive .*|"
    r"Trying [\w.:]+ ?\.\.\.|Connected to .*|Escape character is .*|Open|Press RETURN .*|"
    r"Copyright \(c\) .*|Restricted Rights Legend|All rights reserved.*",
    re.IGNORECASE,
)


def notice_in(line: str, *, in_reply: bool = False) -> Notice | None:
    """What a line says that nobody asked for; None: nothing that is known.

    `in_reply`: it stands in the middle of an answer, where less is believed.
    """
    bare = line.strip()
    if not bare or len(bare) > 400:
        return None
    found = _timed(bare)
    if found is not None:
        return None if in_reply and found.what is not What.OPAQUE else found
    if BEGINS.match(bare) is None and not (
        "roken pipe" in bare or "onnection abort" in bare or "nexpectedly closed" in bare
    ):
        return None
    if _ANY.fullmatch(bare) is None:
        return None
    for pattern, what, told in _NOTICES:
        match = pattern.fullmatch(bare)
        if match is None:
            continue
        if in_reply and what not in _AMONG_REPLIES:
            return None
        return Notice(what, told(match), parts=what is What.ADMIN_OUT)
    return None


def _timed(bare: str) -> Notice | None:
    """A line that tells the unit's own time."""
    if bare.startswith("Crashinfo collected on "):
        found = _COLLECTED.fullmatch(bare)
        at = None if found is None else device_time(found["at"])
        return Notice(What.CRASHED, {"reason": bare}, at)
    if bare.startswith("Time source is "):
        prompted = _PROMPT_TIME.fullmatch(bare)
        at = None if prompted is None else device_time(prompted["at"])
        return None if at is None else Notice(What.OPAQUE, {"anchor": "now"}, at)
    return None


def says_nothing(line: str, *, in_reply: bool = False) -> bool:
    """Whether a line is known, and tells nothing by itself: a rule, a greeting."""
    bare = line.strip()
    if in_reply:
        return bare.startswith(("****", "***")) and _KNOWN_SILENT.fullmatch(bare) is not None
    return not bare or _KNOWN_SILENT.fullmatch(bare) is not None
