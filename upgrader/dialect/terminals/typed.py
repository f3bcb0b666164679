"""What was typed, spelled out: `sh fail` is `show failover`, `no fail act` gives up the role.

Only lines that matter to an upgrade are spelled out; any other one stays as it was typed.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from upgrader.dialect.commands import LineKind, classify
from upgrader.dialect.spelling import spelled_out

For: TypeAlias = Literal["", "mate", "active", "standby"]
"""Who answers a line: the unit at whose prompt it was typed, or the one that is named."""

_PASSED_ON = re.compile(
    r"fail(?:o|ov|ove|over)?\s+ex(?:e|ec)?\s+(?P<whom>mate|act(?:ive)?|st(?:andby)?)\s+"
    r"(?P<line>\S.*)",
    re.IGNORECASE,
)
_REST = "…"
_FORMS = tuple(
    tuple(form.split())
    for form in (
        *("failover active", "no failover active", "failover reload-standby", "failover reset"),
        *("no failover", "failover"),
        *("write memory", "write standby", "write erase", "write terminal"),
        *("configure terminal", "configure replace …", "copy …", "delete …", "reload …"),
        *("boot system …", "no boot system …", "asdm image …", "clear configure …"),
        *("vpn-sessiondb logoff …", "clear local-host …", "clear conn …", "clear xlate …"),
        *("clear crashinfo …", "clear failover statistics", "clock set …", "verify …"),
        *("anyconnect image …", "no anyconnect image …", "failover key …", "no failover key …"),
        *("failover replication http", "no failover replication http", "failover link …"),
        *("failover lan unit …", "failover lan interface …", "failover ipsec pre-shared-key …"),
        *("ip local pool …", "no ip local pool …", "logging standby", "no logging standby"),
        *("logging monitor …", "logging console …", "terminal monitor", "terminal no monitor"),
        *("terminal pager …", "terminal width …", "more …", "dir …", "ping …", "changeto …"),
        *("show logging", "show logging …", "show crashinfo", "show crashinfo …"),
        *("show running-config failover", "show running-config boot system"),
        *("show running-config boot", "show running-config asdm", "show running-config webvpn"),
        *("show running-config all …", "show running-config …", "show startup-config …"),
        *("show interface", "show interface …", "show asp drop", "show asp drop …"),
        *("show failover …", "show vpn-sessiondb …", "show webvpn …", "show ip local pool …"),
        *("show conn …", "show arp", "show xlate …", "show inventory", "show environment"),
        *("show tech-support …", "show tech-support", "show ssh …", "show ntp …", "show flash:"),
        *("show history", "show crypto …", "show aaa-server …", "show version …", "show …"),
        *("packet-tracer …", "enable", "disable", "exit", "end", "quit", "logout"),
    )
)
_WHOLE = {"show running-config boot": "show running-config boot system", "reload …": "reload"}
_LEAST = {"terminal": 1, "active": 1, "memory": 1, "system": 1, "image": 1, "crashinfo": 3}
"""Letters that must be typed of a word at least; of others two."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line, as far as it is known what it asks for."""

    line: str
    """Spelled out; of a line that is passed on, the line that the other unit is given."""
    whom: For = ""
    cut: Literal["", "beginning", "end", "both"] = ""
    """Where the screen showed `$` instead of the rest: the terminal was too narrow."""

    @property
    def kind(self) -> LineKind:
        """What the line did to a firewall: here nobody is kept from typing it.

        One that asks for help is never sent, and a filter is no reason to doubt that it shows.
        """
        if self.line.endswith("?"):
            return LineKind.HARMLESS
        return LineKind.SHOW if self.line.startswith("show ") else classify(self.line)

    @property
    def whole(self) -> str:
        """Spelled out, as it is typed at this prompt."""
        return f"failover exec {self.whom} {self.line}" if self.whom else self.line

    @property
    def moves_role(self) -> bool:
        """Whether it asks the units to change roles, and so may end this very session."""
        return self.line in ("failover active", "no failover active") and not self.whom

    @property
    def reads_back(self) -> bool:
        """Whether its reply may be anything: a log, a file, another terminal's text."""
        return self.line.startswith(("show logging", "more", "show console", "show crashinfo"))


@lru_cache(maxsize=2_048)
def read_typed(typed: str) -> Typed:
    """Read what stands behind a prompt."""
    bare = " ".join(typed.split())
    head, tail = bare[:1] in ("$", "<") and len(bare) > 1, bare[-1:] == "$" and len(bare) > 1
    cut: Literal["", "beginning", "end", "both"] = (
        "both" if head and tail else "beginning" if head else "end" if tail else ""
    )
    passed_on = _PASSED_ON.fullmatch(bare)
    if passed_on is None:
        return Typed(_spelled(bare), "", cut)
    whom = passed_on["whom"].lower()
    named: For = "mate" if whom == "mate" else "active" if whom.startswith("a") else "standby"
    return Typed(_spelled(passed_on["line"]), named, cut)


def _spelled(bare: str) -> str:
    """A line with its words in full, as far as they are known; any other line as it stands."""
    line, bar, shown = bare.partition("|")
    if bar:
        return f"{_spelled(line.strip())} | {shown.strip()}"
    known = spelled_out(bare)
    if known is not None:
        return known
    words = bare.split()
    lowered = [word.lower() for word in words]
    for form in _FORMS:
        spelled = _fitted(form, words, lowered)
        if spelled is not None:
            return _WHOLE.get(spelled, spelled)
    return bare


def _fitted(form: tuple[str, ...], words: list[str], lowered: list[str]) -> str | None:
    """The words in that form, spelled out; None: they do not fit it."""
    rest = form[-1] == _REST
    fixed = form[:-1] if rest else form
    if len(words) < len(fixed) or (len(words) > len(fixed) and not rest):
        if fixed != ("write", "memory") or lowered not in (["wr"], ["write"], ["wri"]):
            return None
        return "write memory"
    if not all(map(_is_short, lowered, fixed)):
        return None
    return " ".join((*fixed, *words[len(fixed) :]))


def _is_short(typed: str, word: str) -> bool:
    return len(typed) >= min(_LEAST.get(word, 2), len(word)) and word.startswith(typed)
