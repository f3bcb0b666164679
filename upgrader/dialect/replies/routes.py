"""`show route`: the routing table.

A unit with ten thousand VPN clients has a route for each of them: a row is one pattern.
"""

import re

from upgrader.dialect.commands import SHOW_ROUTES
from upgrader.dialect.replies.screen import screen_of
from upgrader.model.wide import RouteLine
from upgrader.ports import Unparsed

_MASK = r"\d{1,3}(?:\.\d{1,3}){3}"
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
_LAST_RESORT = "Gateway of last resort is "


def read_routes(text: str) -> tuple[RouteLine, ...]:
    """Read `show route`, in the device's order; a route with two gateways is two lines.

    Raises:
        Unparsed: no word of the gateway of last resort, below which the routes stand, or a line
            there that is neither a route nor the rest of one.

    Source: three captures of 9.x. That a tunneled default route ends in that word: ASA command
    reference, `route`; that a route of BGP may have no interface: ASA configuration guide on BGP.
    """
    lines = screen_of(SHOW_ROUTES, text).split("\n")
    heads = [n for n, line in enumerate(lines) if line.startswith(_LAST_RESORT)]
    if not heads:
        raise Unparsed(SHOW_ROUTES, text, "the gateway of last resort is not told")
    routes: list[RouteLine] = []
    code = prefix = ""
    is_open = False  # A route whose way stands on the next line.
    for line in lines[heads[0] + 1 :]:
        if not line.strip():
            continue
        if line[0].isspace():
            rest = line.strip()
        else:
            found = _ROUTE.fullmatch(line.rstrip())
            if found is None or is_open:
                raise _unparsed(text, line)
            code, prefix, rest = found["code"], found["prefix"], found["rest"]
        is_open = not rest
        if rest:
            route = _route(code, prefix, rest)
            if route is None or not code:
                raise _unparsed(text, line)
            routes.append(route)
    if is_open:
        raise Unparsed(SHOW_ROUTES, text, f"the way to {prefix} is cut off")
    return tuple(routes)


def _route(code: str, prefix: str, rest: str) -> RouteLine | None:
    """A route, by what stands behind its prefix; None: that is not understood."""
    attached = _ATTACHED.fullmatch(rest)
    if attached is not None:
        return RouteLine(code, prefix, attached["how"], attached["interface"])
    via = _VIA.fullmatch(rest)
    if via is not None:
        return RouteLine(code, prefix, via["gateway"] or via["kind"], via["interface"] or "")
    return None


def _unparsed(text: str, line: str) -> Unparsed:
    return Unparsed(SHOW_ROUTES, text, f"{line.strip()[:60]!r} is no route")
