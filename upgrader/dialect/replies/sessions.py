"""`show vpn-sessiondb`: the session database, row by row and in numbers.

Ten thousand rows are seven megabytes, read at every full look. One pattern reads a row in the
common layout; whatever stands between two such rows goes to a reader of single lines, so that
every character is read by one of the two and an odd row is never lost.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address
from sys import intern

from upgrader.dialect.commands import SHOW_SESSION_SUMMARY, SHOW_SESSIONS
from upgrader.dialect.replies.addresses import read_address
from upgrader.dialect.replies.screen import NOBODY, lines_of, plain, without_unasked
from upgrader.model.vpn import Session, SessionSummary, Tunnel
from upgrader.ports import Unparsed

_COMMON_ROW = re.compile(
    r"^Username ++: (\S++)\s++Index ++: (\d{1,18}+) *+\n"
    r"(?:Assigned IP ++: (\d[\d.]*)\s++)?Public IP ++: (\S++) *+\n"
    r"(?:Assigned IPv6 *: [^\n]*\n)?"
    r"Protocol ++: (\S[^\n]*)\n"
    r"License ++: [^\n]*+\n"
    r"Encryption ++: [^\n]*+\n"
    r"Hashing ++: [^\n]*+\n"
    r"Bytes Tx ++: (\d{1,18}+) +Bytes Rx ++: (\d{1,18}+) *+\n"
    r"Group Policy ++: (\S++)\s++Tunnel Group ++: (\S++) *+\n"
    r"Login Time ++: (\S[^\n]*)\n"
    r"Duration ++: (\S[^\n]*)\n"
    r"Inactivity ++: (\S[^\n]*)\n"
    r"VLAN Mapping ++: [^\n]*+\n"
    r"Audt Sess ID ++: (\w+) *+\n"
    r"Security Grp ++: [^\n]*\n?",
    re.MULTILINE | re.ASCII,
)
"""A long user name or group policy pushes what follows onto a line of its own.

`++` and `*+` give nothing back: no part could be read in another way, and not to remember the
places where one might saves a quarter of the time.
"""

_PARTS = 1 + _COMMON_ROW.groups
"""A listing split at its rows: what stands before a row, and the row's parts, again and again."""

_ESSENTIAL = (
    "Username",
    "Index",
    "Public IP",
    "Protocol",
    "Bytes Tx",
    "Bytes Rx",
    "Group Policy",
    "Tunnel Group",
    "Login Time",
    "Duration",
    "Inactivity",
)
_LABELS = (
    *_ESSENTIAL,
    "Assigned IP",
    "Assigned IPv6",
    "License",
    "Encryption",
    "Hashing",
    "VLAN Mapping",
    "VLAN",
    "Audt Sess ID",
    "Security Grp",
    "Tunnel Zone",
    "NAC Result",
    "Posture Token",
)
_LABEL = re.compile(
    rf"(?:^|(?<=\s))({'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*:(?=\s|$)"
)
_READ = frozenset((*_ESSENTIAL, "Assigned IP", "Audt Sess ID"))
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_TYPE = re.compile(r"Session Type: +(.*)")
_REMOTE_ACCESS = re.compile(r"AnyConnect|Secure Client|WebVPN|Clientless", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d{1,18})d )?(\d{1,18})h:(\d{2})m:(\d{2})s", re.ASCII)


def read_sessions(text: str) -> tuple[Session, ...]:
    """Read `show vpn-sessiondb anyconnect` (or `webvpn`), in the device's order.

    A row without `Assigned IP` has no address; an IPv6 address alone counts as none. Long values
    that the device has put on lines of their own are read where they stand.

    Raises:
        Unparsed: a row lacks what every row has or says it twice, an index stands twice, a tunnel
            or duration that we do not know, sessions of another kind (site-to-site), or no
            session listing at all.

    Source: 8.x to 9.16 in captures.
    """
    screen = plain(text)
    try:
        rows = _sessions(screen)
    except _Odd as odd:
        raise Unparsed(SHOW_SESSIONS, text, str(odd)) from odd
    if not rows and NOBODY not in screen:
        raise Unparsed(SHOW_SESSIONS, text, "neither sessions nor the word that there are none")
    if len({row.index for row in rows}) != len(rows):
        raise Unparsed(SHOW_SESSIONS, text, "an index stands twice on one unit")
    return tuple(rows)


class _Odd(Exception):
    """What is wrong with the listing; it leaves this module as `Unparsed`."""


def _sessions(screen: str) -> list[Session]:
    """Common rows by the pattern, everything between them line by line.

    No word that a unit says unasked stands in a row that the pattern fits, so that only what is
    between them is searched for such words. An echo and a prompt bear no label.
    """
    rows: list[Session] = []
    parts = _COMMON_ROW.split(screen)
    for at in range(0, len(parts) - 1, _PARTS):
        between = parts[at]
        # A blank line between two rows is all that usually stands there.
        if len(between) > 1 or between.strip():
            rows += _odd_rows(without_unasked(between))
        (
            user,
            index,
            address,
            public,
            protocol,
            transmitted,
            received,
            policy,
            group,
            login,
            duration,
            inactivity,
            audit,
        ) = parts[at + 1 : at + _PARTS]
        # A night's looks show the same people again and again: each word of theirs is held once.
        rows.append(
            Session(
                int(index),
                intern(user),
                None if address is None else _address(address),
                intern(public),
                _tunnels(protocol),
                intern(policy),
                intern(group),
                intern(login.rstrip()),
                _seconds(duration),
                _seconds(inactivity),
                int(transmitted),
                int(received),
                intern(audit),
            )
        )
    rows += _odd_rows(without_unasked(parts[-1]))
    return rows


def _odd_rows(text: str) -> Iterator[Session]:
    """Rows that are laid out in another way; lines that belong to no row are passed over."""
    row: dict[str, str] | None = None
    for line in text.split("\n"):
        for label, value in _labelled(line):
            if label == "Username":
                if row is not None:
                    yield _session(row)
                row = {}
            if row is None:
                if label in _READ:
                    raise _Odd(f"{line.strip()!r} belongs to no row")
            elif label in _READ and label in row:
                raise _Odd(f"the row of {row['Username']!r} gives its {label} twice")
            else:
                row[label] = value
        kind = _TYPE.fullmatch(line.strip())
        if kind is not None and _REMOTE_ACCESS.match(kind[1]) is None:
            raise _Odd(f"sessions of another kind: {kind[1]}")
    if row is not None:
        yield _session(row)


def _labelled(line: str) -> list[tuple[str, str]]:
    """The labels of a line, each with its value."""
    found = list(_LABEL.finditer(line))
    if not found or line[: found[0].start()].strip():
        return []
    ends = [*(following.start() for following in found[1:]), len(line)]
    return [
        (label[1], line[label.end() : end].strip()) for label, end in zip(found, ends, strict=True)
    ]


def _session(row: dict[str, str]) -> Session:
    """A row that was collected line by line."""
    missing = [label for label in _ESSENTIAL if not row.get(label)]
    if missing:
        name = row.get("Username") or "a user without name"
        raise _Odd(f"the row of {name!r} lacks {', '.join(missing)}")
    for label in ("Index", "Bytes Tx", "Bytes Rx"):
        if _NUMBER.fullmatch(row[label]) is None:
            raise _Odd(f"{row[label]!r} is no {label}")
    printed = row.get("Assigned IP", "")
    return Session(
        index=int(row["Index"]),
        user=row["Username"],
        # A session that has only an IPv6 address prints it under either label.
        address=None if not printed or ":" in printed else _address(printed),
        public=row["Public IP"],
        tunnels=_tunnels(row["Protocol"]),
        group_policy=row["Group Policy"],
        tunnel_group=row["Tunnel Group"],
        login_time=row["Login Time"],
        duration_seconds=_seconds(row["Duration"]),
        inactivity_seconds=_seconds(row["Inactivity"]),
        bytes_tx=int(row["Bytes Tx"]),
        bytes_rx=int(row["Bytes Rx"]),
        audit_id=row.get("Audt Sess ID", ""),
    )


@lru_cache(maxsize=65536)
def _address(printed: str) -> IPv4Address | None:
    """An address of a pool; None: `0.0.0.0`, none assigned."""
    try:
        address = read_address(printed)
    except ValueError as fault:
        raise _Odd(str(fault)) from fault
    return address if int(address) else None


@lru_cache(maxsize=1024)
def _tunnels(printed: str) -> frozenset[Tunnel]:
    """`AnyConnect-Parent SSL-Tunnel DTLS-Tunnel`."""
    try:
        return frozenset(Tunnel(word) for word in printed.split())
    except ValueError as fault:
        raise _Odd(f"no tunnel that we know: {fault}") from fault


@lru_cache(maxsize=65536)
def _seconds(printed: str) -> int:
    """`1d 12h:33m:07s`, in seconds."""
    found = _DURATION.fullmatch(printed.strip())
    if found is None:
        raise _Odd(f"{printed!r} is no duration")
    days, hours, minutes, seconds = map(int, found.groups("0"))
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


# ── the summary ────────────────────────────────────────────────────────────────────────

_CLIENTS = re.compile(r"(?:AnyConnect|(?:Cisco )?Secure) Client\s*:(.*)")
_TOTAL = re.compile(r"Total Active and Inactive\s*:\s*(\d{1,18})\b.*")
_CAPACITY = re.compile(r"Device Total VPN Capacity\s*:\s*(\d{1,18})")


def read_session_summary(text: str) -> SessionSummary:
    """Read `show vpn-sessiondb`.

    The device's own total is believed; only AnyConnect rows can be inactive, and they are where
    its row has a fourth number.

    Raises:
        Unparsed: no total, or an AnyConnect row that does not fit into it.
    """
    lines = lines_of(SHOW_SESSION_SUMMARY, text)
    if any(line.startswith(NOBODY) for line in lines):
        return SessionSummary(active=0, inactive=0, capacity=None)
    total = _number(text, "total", _TOTAL, lines)
    if total is None:
        raise Unparsed(SHOW_SESSION_SUMMARY, text, "no total of active and inactive sessions")
    clients = [found[1] for found in map(_CLIENTS.fullmatch, lines) if found is not None]
    inactive = 0
    if clients:
        columns = [column.strip() for column in clients[0].split(":")]
        if len(clients) > 1 or len(columns) != 4 or not all(map(_NUMBER.fullmatch, columns)):
            raise Unparsed(SHOW_SESSION_SUMMARY, text, "the row of AnyConnect has not 4 numbers")
        inactive = int(columns[3])
        if int(columns[0]) + inactive > total:
            raise Unparsed(SHOW_SESSION_SUMMARY, text, "more AnyConnect sessions than sessions")
    capacity = _number(text, "capacity", _CAPACITY, lines)
    return SessionSummary(active=total - inactive, inactive=inactive, capacity=capacity)


def _number(text: str, what: str, pattern: re.Pattern[str], lines: list[str]) -> int | None:
    """The one number of its kind; None: not printed."""
    found = {int(match[1]) for match in map(pattern.fullmatch, lines) if match is not None}
    if len(found) > 1:
        raise Unparsed(SHOW_SESSION_SUMMARY, text, f"two figures that differ give the {what}")
    return found.pop() if found else None
