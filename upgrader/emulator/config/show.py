"""A configuration as it is printed: its sections, its secrets, what closes a block.

Which secrets `show running-config` hides: ASA command reference; `more system:running-config`
shows them.
"""

import re
from collections.abc import Iterable, Sequence

from upgrader.emulator.config.modes import everywhere, mode_of
from upgrader.emulator.config.order import failover_rank, is_nat_block
from upgrader.emulator.config.text import ConfigFault, end_of, level_of, words_of
from upgrader.emulator.config.words import written_out

_MASKED = re.compile(
    r"^(\s*(?:failover key(?: hex| 0| 8)?|failover ipsec pre-shared-key(?: 0| 8)?"
    r"|(?:ikev1 |ikev2 (?:local|remote)-authentication )?pre-shared-key(?: 0| 8)?"
    r"|key(?: 0| 8)?|ldap-login-password|radius-common-pw|cluster key"
    r"|snmp-server community(?: 0| 8)?|snmp-server host \S+ \S+ (?:poll |trap )?community"
    r"|ntp authentication-key \d+ \S+|(?:ospf )?message-digest-key \d+ md5"
    r"|ospf message-digest-key \d+ md5|ospf authentication-key|neighbor \S+ password(?: \d)?"
    r"|vpdn username \S+ password|crypto isakmp key|isakmp key|password)) "
    r"(?!chain |encryption |\*+$)\S+(.*)$"
)
_IN_URL = re.compile(
    r"^((?:auto-update server|enrollment url|boot config) \S+?://[^/\s:@]+):[^/\s@]+@"
)
_RAW_INDENT = "    "

_ELSEWHERE = {"ipsec": ("crypto", "ipsec"), "isakmp": ("crypto", "isakmp")}
"""Sections that `show running-config` calls by another word than their lines begin with."""


def masked(line: str) -> str:
    """The line as `show running-config` prints it: a key is `*****`."""
    if line.startswith(("passwd ", "password encryption", "enable ", "username ", " key-")):
        return line
    shown = _MASKED.sub(r"\1 *****\2", line)
    if shown is not line and "failover" in shown:
        shown = shown.replace("failover key hex *****", "failover key *****")
    return _IN_URL.sub(r"\1:*****@", shown)


def section(lines: Sequence[str], word: str) -> tuple[str, ...]:
    """The lines that `show running-config WORD` shows: those that begin with these words.

    With the lines below them, in the order of the configuration, but for `failover`, whose
    order is the device's. Words may be shortened. Empty: the configuration has none.
    """
    wanted = _wanted(word)
    found: list[tuple[str, ...]] = []
    for index, line in enumerate(lines):
        if level_of(line):
            continue
        words = words_of(line)
        meant = words[1:] if words[0] == "no" else words
        if _is_wanted(meant, wanted, lines, index):
            found.append(tuple(masked(kept) for kept in lines[index : end_of(lines, index)]))
    if wanted == ("failover",):
        found.sort(key=lambda block: failover_rank(block[0]))
    return tuple(line for block in found for line in block)


def is_section(word: str) -> bool:
    """Whether `show running-config WORD` is a question at all: a configuration may hold such."""
    wanted = _wanted(word)
    return bool(wanted) and any(
        phrase.split()[0] == wanted[0] for phrase in (*everywhere().phrases, "banner")
    )


def _wanted(word: str) -> tuple[str, ...]:
    words = words_of(word)
    if not words:
        return ()
    words = (*_ELSEWHERE.get(words[0], (words[0],)), *words[1:])
    if words == ("pager",):
        return words
    try:
        return words_of(written_out(" ".join(words), everywhere()).rstrip())
    except ConfigFault:
        return words


# `show running-config nat` shows the objects' own too, each below its header; so does it show
# a class map by its kind. [inferred from the command reference]
def _is_wanted(
    meant: tuple[str, ...], wanted: tuple[str, ...], lines: Sequence[str], index: int
) -> bool:
    if wanted == ("nat",) and meant[:2] == ("object", "network"):
        return is_nat_block(tuple(lines[index : index + 2]), 0)
    if wanted[:1] == ("object",) and meant[:2] == ("object", "network"):
        nat = is_nat_block(tuple(lines[index : index + 2]), 0)
        return not nat and _begins(meant, wanted)
    if wanted[:1] == ("object",) and wanted[1:2] in {("id",), ("in-line",)}:
        return meant[0] == "object" and (wanted[1] == "in-line" or wanted[2:] == meant[2:3])
    if wanted[:1] == ("pager",) or wanted[:1] == ("terminal",):
        return meant[:1] == wanted[:1]
    return _begins(meant, wanted)


def _begins(meant: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return meant[: len(wanted)] == wanted


def printed(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines as they are printed: hexadecimal text set off, blocks closed."""
    shown: list[str] = []
    open_at: list[tuple[int, str]] = []
    path: list[str] = []
    raw_from: int | None = None
    for line in lines:
        level = level_of(line)
        while open_at and level <= open_at[-1][0]:
            shown.append(open_at.pop()[1])
        if raw_from is not None and level > raw_from:
            shown.append(_RAW_INDENT + line.strip())
            continue
        raw_from = None
        shown.append(line)
        path = [*path[:level], line.strip()]
        if not level or not path[0].startswith(("router ", "crypto ca certificate chain ")):
            continue
        mode = mode_of(tuple(path))
        if mode is not None and mode.closer:
            open_at.append((level, mode.closer))
            raw_from = level if mode.is_raw else None
    shown += [closer for _, closer in reversed(open_at)]
    return tuple(shown)
