"""`show vpn-sessiondb …`, `show webvpn …`, `show crypto …`: patterns and what they print."""

from collections.abc import Callable

from upgrader.emulator.config import section
from upgrader.emulator.screens import posture, session_choice
from upgrader.emulator.screens.certificates import show_certificates, show_local_ca
from upgrader.emulator.screens.identity import show_vpn_load_balancing
from upgrader.emulator.screens.packages import show_webvpn_anyconnect
from upgrader.emulator.screens.pools import show_ip_local_pool
from upgrader.emulator.screens.session_choice import FILTERS, SORTS, Choice
from upgrader.emulator.screens.session_details import show_detail
from upgrader.emulator.screens.session_licences import show_license_summary, show_ratio
from upgrader.emulator.screens.sessions import (
    NONE_OF_TYPE,
    listing,
    show_vpn_sessiondb,
    show_vpn_sessiondb_anyconnect,
)
from upgrader.emulator.shell.screens import Shows, screen, screen_of, text
from upgrader.emulator.shell.talk import Deed, Spoken, Talk
from upgrader.emulator.state import Row
from upgrader.emulator.tables import Pair

Listing = Callable[[Pair, int, list[Row]], str]

# Other kinds of sessions exist on an ASA; nobody has them here.
_OTHERS = ("webvpn", "l2l", "ra-ikev1-ipsec", "ra-ikev2-ipsec", "email-proxy")

# Empty forms: ASA command reference.
_NO_IKEV1, _NO_IKEV2 = "\nThere are no IKEv1 SAs\n", "\nThere are no IKEv2 SAs\n"
_NO_IPSEC = "\nThere are no ipsec sas\n"


def _rows(show: Listing, choose: Callable[[str], Choice] | None = None, sort: str = "") -> Deed:
    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        choice = choose(arguments[-1]) if choose is not None else None
        rows = session_choice.chosen(talk.pair, talk.u, choice, sort or None)
        return Spoken(show(talk.pair, talk.u, rows))

    return deed


def _inactive(show: Listing) -> Deed:
    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del arguments
        pair, u = talk.pair, talk.u
        rows = session_choice.chosen(pair, u, lambda row: session_choice.is_inactive(pair, u, row))
        return Spoken(show(pair, u, rows))

    return deed


def _index(wanted: str) -> Choice:
    return lambda row: str(row.index) == wanted


def _listings(head: str, show: Listing) -> Shows:
    """`show vpn-sessiondb [detail] anyconnect …` and `… index N`."""
    kind = f"{head} anyconnect"
    return (
        (kind, _rows(show)),
        (f"{head} index <number>", _rows(show, _index)),
        *((f"{kind} filter {word} <value>", _rows(show, f)) for word, f in FILTERS.items()),
        (f"{kind} filter inactive", _inactive(show)),
        *((f"{kind} sort {word}", _rows(show, sort=word)) for word in (*SORTS, "inactivity")),
        *((f"{head} {other}", text(NONE_OF_TYPE)) for other in _OTHERS),
        *((f"{head} {other} ...", text(NONE_OF_TYPE)) for other in _OTHERS),
    )


def _ratio(by: str) -> Deed:
    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        return Spoken(show_ratio(talk.pair, talk.u, by, arguments[0] if arguments else None))

    return deed


def _aliases(pair: Pair, u: int) -> str:
    """`show webvpn group-alias`. Layout: ASA command reference."""
    lines, group = [], ""
    for line in section(pair.units[u].running, "tunnel-group"):
        words = line.split()
        if words[0] == "tunnel-group":
            group = words[1]
        elif words[0] == "group-alias" and len(words) == 3:
            lines.append(f"Tunnel Group: {group}   Group Alias: {words[1]} {words[2]}d\n")
    return "".join(lines)


def _trustpoints(pair: Pair, u: int) -> str:
    """`show crypto ca trustpoints`. Layout: ASA command reference."""
    lines = section(pair.units[u].running, "crypto ca trustpoint")
    names = [line.split()[3] for line in lines if line.startswith("crypto ca trustpoint ")]
    return "".join(f"\nTrustpoint {name}:\n    Not authenticated.\n" for name in names)


_SESSIONS = "show vpn-sessiondb"

VPN_SHOWS: Shows = (
    (_SESSIONS, screen(show_vpn_sessiondb)),
    (f"{_SESSIONS} summary", screen(show_vpn_sessiondb)),
    (f"{_SESSIONS} detail", screen(show_vpn_sessiondb)),
    (f"{_SESSIONS} license-summary", screen(show_license_summary)),
    *_listings(_SESSIONS, listing),
    # These are asked for again and again: they have their own short ways.
    (f"{_SESSIONS} anyconnect", screen(show_vpn_sessiondb_anyconnect)),
    (f"{_SESSIONS} anyconnect filter name <value>", screen_of(show_vpn_sessiondb_anyconnect)),
    *_listings(f"{_SESSIONS} detail", show_detail),
    *(
        (f"{_SESSIONS} ratio {by}{tail}", _ratio(by))
        for by in ("encryption", "protocol")
        for tail in ("", " filter <group>")
    ),
    ("show vpn load-balancing", screen(show_vpn_load_balancing)),
    ("show ip local pool <name>", screen_of(show_ip_local_pool)),
    ("show webvpn anyconnect", screen(show_webvpn_anyconnect)),
    ("show webvpn hostscan", screen(posture.show_hostscan)),
    ("show webvpn csd hostscan", screen(posture.show_hostscan)),
    ("show webvpn csd", screen(posture.show_csd)),
    ("show webvpn group-alias", screen(_aliases)),
    ("show crypto ikev1 sa", text(_NO_IKEV1)),
    ("show crypto ikev1 sa detail", text(_NO_IKEV1)),
    ("show crypto ikev2 sa", text(_NO_IKEV2)),
    ("show crypto ikev2 sa detail", text(_NO_IKEV2)),
    ("show crypto isakmp sa", text(_NO_IKEV1 + _NO_IKEV2)),
    ("show crypto isakmp sa detail", text(_NO_IKEV1 + _NO_IKEV2)),
    ("show crypto ipsec sa", text(_NO_IPSEC)),
    ("show crypto ipsec sa detail", text(_NO_IPSEC)),
    ("show crypto ipsec sa peer <address>", text(_NO_IPSEC)),
    ("show crypto ipsec sa peer <address> detail", text(_NO_IPSEC)),
    ("show crypto ca certificates", screen(show_certificates)),
    ("show crypto ca server", screen(show_local_ca)),
    ("show crypto ca trustpoints", screen(_trustpoints)),
)
