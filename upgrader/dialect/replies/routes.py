"""`show route`: the routing table.

A unit with ten thousand VPN clients has a route for each of them. One pattern reads a route in a
common layout; whatever stands between two such routes goes to a reader of single lines.
"""

import re

from upgrader.dialect.commands import SHOW_ROUTES
from upgrader.dialect.replies.screen import screen_of
from upgrader.model.wide import RouteLine
from upgrader.ports import Unparsed

_MASK = r"\d{1,3}(?:\.\d{1,3}){3}"
_LAST_RESORT = re.compile(r"^Gateway of last resort is .*$", re.MULTILINE)
_COMMON = re.compile(
    rf"^([CLSV]\*?) ++(\S++ {_MASK}) "
    r"(?:\[\d++/\d++\] via ([^\s,]++)|(?:is )?(directly connected|connected by VPN)[^,\n]*+)"
    r", ([^\s,]++) *+$",
    re.MULTILINE | re.ASCII,
)
_ROUTE = re.compile(
    rf"(?P<code>[A-Za-z]\S*(?: [A-Za-z]\S?)?)\s+(?P<prefix>\S+ {_MASK})(?:\s+(?P<rest>\S.*))?",
    re.ASCII,
)
_AGE = r"(?:\d+:\d\d:\d\d|(?:\d+[ywdh]){1,2}|never)"
_VIA = re.compile(
    r"\[\d+/\d+\] (?:via (?P<gateway>[^\s,]+)|is (?P<kind>[^,]+?))"
    rf"(?:, {_AGE})?(?:, (?P<interface>(?!{_AGE}$)[^\s,]+)(?: tunneled)?)?",
    re.ASCII,
)
_ATTACHED = re.compile(
    r"(?:is )?(?P<how>directly connected|connected by VPN)[^,]*, (?P<interface>[^\s,]+)(?: .*)?"
)


def read_routes(text: str) -> tuple[RouteLine, ...]:
    """Read `show route`, in the device's order; a route with two gateways is two lines.

    A line that neither begins as a route does nor is indented below one is passed over.

    Raises:
        Unparsed: no word of the gateway of last resort, below which the routes stand, or a route
            whose way is not understood, or is not there.

    Source: three captures of 9.x. That a tunneled default route ends in that word: ASA command
    reference, `route`; that a route of BGP may have no interface: ASA configuration guide on BGP.
    """
    screen = screen_of(SHOW_ROUTES, text)
    head = _LAST_RESORT.search(screen)
    if head is None:
        raise Unparsed(SHOW_ROUTES, text, "the gateway of last resort is not told")
    table = _Table(text)
    done = head.end()
    for found in _COMMON.finditer(screen, done):
        if found.start() - done > 1:
            table.odd_lines(screen[done : found.start()])
        code, prefix, gateway, how, interface = found.groups()
        table.begin(code, prefix)
        table.routes.append(RouteLine(code, prefix, gateway or how, interface))
        done = found.end()
    table.odd_lines(screen[done:])
    table.end()
    return tuple(table.routes)


class _Table:
    """The routes as they are read, and the one to which a line that is indented belongs."""

    def __init__(self, text: str) -> None:
        self.routes: list[RouteLine] = []
        self._text = text
        self._code = self._prefix = ""
        self._open = False
        """Whether the way of the last route stands on the next line."""

    def begin(self, code: str, prefix: str) -> None:
        """A route begins here."""
        self.end()
        self._code, self._prefix = code, prefix

    def end(self) -> None:
        """Nothing more is said of the last route.

        Raises:
            Unparsed: nothing is said of it at all.
        """
        if self._open:
            raise Unparsed(SHOW_ROUTES, self._text, f"the way to {self._prefix} is cut off")

    def odd_lines(self, part: str) -> None:
        """Routes of other layouts."""
        for line in part.split("\n"):
            found = _ROUTE.fullmatch(line.rstrip())
            if found is not None:
                self.begin(found["code"], found["prefix"])
                self._open = not found["rest"]
                self._way(found["rest"] or "")
            elif self._code and line[:1].isspace():
                self._way(line.strip())

    def _way(self, rest: str) -> None:
        """What stands behind a prefix, or on a line of its own."""
        if not rest:
            return
        route = _route(self._code, self._prefix, rest)
        if route is None:
            why = f"{rest[:60]!r} is no way to {self._prefix}"
            raise Unparsed(SHOW_ROUTES, self._text, why)
        self.routes.append(route)
        self._open = False


def _route(code: str, prefix: str, rest: str) -> RouteLine | None:
    """A route, by what stands behind its prefix; None: that is not understood."""
    attached = _ATTACHED.fullmatch(rest)
    if attached is not None:
        return RouteLine(code, prefix, attached["how"], attached["interface"])
    via = _VIA.fullmatch(rest)
    if via is not None:
        return RouteLine(code, prefix, via["gateway"] or via["kind"], via["interface"] or "")
    return None
