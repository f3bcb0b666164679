"""Every command that the shell knows, and those of a real ASA that it does not: as data.

The table of meanings goes by the first words of a pattern; the longest that fits counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from upgrader.emulator.shell.shell import MODES
from upgrader.emulator.shell.shows_page import SHOW_MEANINGS, SHOWS_NOT_MODELLED


@dataclass(frozen=True, slots=True)
class Command:
    """A command line of the emulated unit."""

    pattern: str
    """`<name>` is a word, `...` the rest of the line."""
    modes: tuple[str, ...]
    """`user`, `privileged`, `configuration`."""
    meaning: str
    source: str
    """Where its text and behaviour come from."""


_REFERENCE = "ASA command reference"
_NIGHT = "real 9.2(2)4 → 9.5(2) transcript, 2016"
_CAPTURED = "captured screens"

_MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("show", "shows what its words say, of this unit and of this moment", _CAPTURED),
    *SHOW_MEANINGS,
    ("show curpriv", "who one is, and in which mode", _REFERENCE),
    ("show pager", "lines a page of this session", _REFERENCE),
    ("show terminal", "width and monitoring of this session", "inferred"),
    ("enable", "asks for the enable password, three times at most", _REFERENCE),
    ("disable", "back to user EXEC", _REFERENCE),
    ("login", "becomes another local user", _REFERENCE),
    ("logout", "ends the session", _REFERENCE),
    ("exit", "leaves the mode, or ends the session", _REFERENCE),
    ("quit", "as `exit`", _REFERENCE),
    ("end", "leaves configuration mode, as Ctrl-Z does", _REFERENCE),
    ("help", "a line about `?`", "inferred"),
    ("configure terminal", "enters configuration mode; a standby warns", _CAPTURED),
    ("terminal pager", "lines a page of this session; 0 pages nothing", _REFERENCE),
    ("terminal no pager", "no paging in this session", _REFERENCE),
    ("no terminal pager", "no paging in this session", "ansible cisco.asa sends it"),
    ("terminal monitor", "messages of `logging monitor` appear in this session", _REFERENCE),
    ("terminal no monitor", "they do no longer", _REFERENCE),
    ("no terminal monitor", "they do no longer", _REFERENCE),
    ("write", "saves the running-config; the active unit's standby saves too", _NIGHT),
    ("write standby", "the standby takes the whole configuration anew", _REFERENCE),
    ("write terminal", "as `show running-config`", _REFERENCE),
    ("write erase", "empties the startup-config, after a question", _REFERENCE),
    (
        "reload",
        "`[noconfirm] [save-config] [quick] [in|at TIME] [max-hold-time TIME] [reason TEXT]`",
        "real ASA5506 console",
    ),
    ("reload cancel", "takes a scheduled reload back", _REFERENCE),
    (
        "copy",
        "`[/noconfirm] SOURCE TARGET`: configurations, flash, URLs; asks for every name",
        _NIGHT,
    ),
    ("delete", "`[/noconfirm] [/recursive] [/replicate] PATH`; replicates from the active", _NIGHT),
    ("rename", "`[/noconfirm] SOURCE TARGET`", _REFERENCE),
    ("mkdir", "`[/noconfirm] PATH`", _REFERENCE),
    ("rmdir", "`[/noconfirm] PATH`, where it is empty", _REFERENCE),
    ("cd", "the directory where names are looked for", _REFERENCE),
    ("pwd", "which that is", _REFERENCE),
    ("dir", "`[/all] [/recursive] [PATH]`, with `*` and `?` in a name", "real 9.5 and 9.9"),
    ("more", "a text on flash, or `system:running-config` with its secrets in clear", _CAPTURED),
    ("verify", "a file's digest, compared with one that is given", "vendor's integrity page"),
    ("failover active", "this unit takes the active role", _CAPTURED),
    ("no failover active", "this unit gives it up", "real 9.23(1) console"),
    ("failover reload-standby", "reloads the other unit; nothing is printed", _NIGHT),
    ("failover reset", "a failed unit is taken for sound again", _REFERENCE),
    ("failover exec", "a line for one of the two units, printed plainly", _NIGHT),
    ("vpn-sessiondb logoff", "ends sessions, after a question or with `noconfirm`", _REFERENCE),
    ("clear logging buffer", "empties the log buffer", _REFERENCE),
    ("clear failover statistics", "counters of Stateful Failover begin at 0", _REFERENCE),
    ("clear vpn-sessiondb statistics", "cumulative and peak begin anew", _REFERENCE),
    ("clear conn", "drops the connections through the unit", _REFERENCE),
    ("clear xlate", "drops the translations, and the connections with them", _REFERENCE),
    ("clear local-host", "the same by host", _REFERENCE),
)

_LEVELS = (
    "Without `aaa authorization command LOCAL` privileged EXEC knows every command at every level.",
    "With it, who stands below level 15 types what is at his level or below: by the `privilege",
    "[show|clear|cmd] level N [mode exec|configure] command WORD` lines, else at level 0 the",
    "commands of the ASA CLI configuration guide's list and at 15 all others. A line that",
    "`failover exec` passes on needs its own level too (the guide). Words below the main one have",
    "no level, but for `show running-config X`, which needs the `show` form of X in configuration",
    "mode as well (inferred). SCP is not bound by levels here (nothing is known of it). The",
    "refusal's text is from a real 9.1(3) session; `aaa authorization command` with a server",
    "group is kept and asks nobody.",
)

NOT_MODELLED: tuple[tuple[str, str], ...] = (
    ("ping, traceroute, packet-tracer, nslookup", "there is no network behind the interfaces"),
    ("capture, show capture, copy /pcap", "no packets are modelled"),
    ("debug, undebug", "no debug output has a source that fits every state"),
    ("show object-group, show nat detail", "they are kept, and shown by `show running-config`"),
    *SHOWS_NOT_MODELLED,
    ("show shun, shun, show threat-detection", "not part of an upgrade"),
    ("show ospf, show bgp, show eigrp, show track, show sla", "no routing protocol runs"),
    ("show dhcpd, show vlan, show port-channel, show lacp, show cluster", "not modelled"),
    (
        "show processes, show environment, clear crashinfo",
        "no text of them for the modelled hardware",
    ),
    ("show history", "the terminal brings lines back by arrow keys, and prints no list of them"),
    ("show context, changeto", "single context mode only"),
    ("clear arp, clear counters, clear interface", "no such tables or counters"),
    ("clock set, fsck, format, erase", "the clock and the disk are the scenario's"),
    ("write net, configure net, configure memory, configure factory-default", "use `copy`"),
    (
        "show version | redirect, show version | append, show version | tee",
        "use `copy`, or keep what is printed",
    ),
    ("verify /signature, verify /image-signature", "no image carries a signature"),
    ("downgrade", "type what it does: `boot system`, `copy`, `reload`"),
    ("backup, restore", "no archive format is known from a source"),
    ("crypto key generate, crypto ca enroll, crypto ca import", "certificates are kept as text"),
    ("session, sw-module, hw-module", "what runs on a service card is not modelled"),
    ("license smart, rest-api, show rest-api agent", "no licensing or REST server"),
    ("test aaa-server, show aaa-server, show uauth", "no AAA server is asked"),
    ("show privilege", "`show running-config privilege` shows what was moved"),
    ("kill, who", "sessions are ended by their own"),
)
"""Commands of a real ASA that answer here as unknown ones do, and why."""


def commands() -> tuple[Command, ...]:
    """Every command that the shell knows, in order of its pattern."""
    modes: dict[str, list[str]] = {}
    for mode, patterns in MODES.items():
        for pattern in dict.fromkeys(patterns):
            modes.setdefault(pattern, []).append(mode)
    return tuple(_command(pattern, tuple(known)) for pattern, known in sorted(modes.items()))


def _command(pattern: str, modes: tuple[str, ...]) -> Command:
    fitting = [row for row in _MEANINGS if f"{pattern} ".startswith(f"{row[0]} ")]
    if not fitting:
        raise LookupError(f"no meaning is written down for {pattern}")
    _, meaning, source = max(fitting, key=lambda row: len(row[0]))
    return Command(pattern, modes, meaning, source)


def shell_page(note: str) -> str:
    """The commands as a page of Markdown; `note` stands below its title."""
    return "\n".join(["# Commands of an emulated unit", "", note, *_rows(), ""])


def _rows() -> Iterator[str]:
    yield "Words may be abbreviated; behind `show` and `more`, `| include|exclude|begin|grep [-v]`"
    yield "filters and `| count|grep -c` counts. Lines of configuration mode are not listed here."
    yield ""
    yield "| command | in mode | what it does | source |"
    yield "|---|---|---|---|"
    for known in commands():
        pattern = known.pattern.replace("|", "\\|")
        meaning = known.meaning.replace("|", "\\|")
        yield f"| `{pattern}` | {', '.join(known.modes)} | {meaning} | {known.source} |"
    yield ""
    yield "## Command authorization"
    yield ""
    yield from _LEVELS
    yield ""
    yield "## What a real ASA knows and this one does not"
    yield ""
    yield "Each answers as an ASA answers what it does not know."
    yield ""
    yield "| command | why |"
    yield "|---|---|"
    for lines, why in NOT_MODELLED:
        shown = ", ".join(f"`{line}`" for line in lines.replace("|", "\\|").split(", "))
        yield f"| {shown} | {why} |"
