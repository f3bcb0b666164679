"""`show vpn-sessiondb`: its rows, a kind of session each."""

import re

from upgrader.dialect.commands import SHOW_SESSION_SUMMARY
from upgrader.dialect.replies.screen import NOBODY, screen_of
from upgrader.model.wide import SessionKind
from upgrader.ports import Unparsed

_TABLE = "VPN Session Summary"
_ROW = re.compile(
    r"(?P<name>\S.*?)\s*:\s*(?P<active>\d{1,18})\s*:\s*\d+\s*:\s*\d+(?:\s*:\s*(?P<rest>\d{1,18}))?",
    re.ASCII,
)
_TOTAL = re.compile(r"Total Active and Inactive\s*:\s*(\d{1,18})\b.*", re.ASCII)


def read_session_kinds(text: str) -> tuple[SessionKind, ...]:
    """The kinds of sessions that the summary counts, in its words; () where nobody is connected.

    The rows below a kind, which are indented, are parts of it, and are left out.

    Raises:
        Unparsed: no table, or its rows are not as many as its total says.

    Source: two captures; `Secure Client` for AnyConnect: 9.17 and later.
    """
    screen = screen_of(SHOW_SESSION_SUMMARY, text)
    if NOBODY in screen:
        return ()
    kinds: list[SessionKind] = []
    is_inside = False
    for line in screen.split("\n"):
        is_inside = is_inside or line.strip() == _TABLE
        total = _TOTAL.fullmatch(line.strip())
        row = _ROW.fullmatch(line.rstrip())
        if not is_inside:
            continue
        if total is not None:
            counted = sum(kind.active + kind.inactive for kind in kinds)
            if counted != int(total[1]):
                why = f"its rows count {counted} sessions, and its total {total[1]}"
                raise Unparsed(SHOW_SESSION_SUMMARY, text, why)
            return tuple(kinds)
        if row is not None:
            kinds.append(SessionKind(row["name"], int(row["active"]), int(row["rest"] or 0)))
    raise Unparsed(SHOW_SESSION_SUMMARY, text, "no table of sessions with a total")
