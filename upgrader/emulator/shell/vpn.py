"""`vpn-sessiondb logoff …`: who is logged off, and how it asks.

Forms and the question: ASA command reference; what is printed afterwards: the same for a name
and a type, inferred for the other forms.
"""

from collections.abc import Callable
from functools import partial

from upgrader.emulator.sessions import vpn
from upgrader.emulator.shell.talk import Deed, Reply, Spoken, Talk, ask, confirm
from upgrader.emulator.state import Row

_QUESTION = "Do you want to logoff the VPN session(s)? [confirm]"

_Chooses = Callable[[Row, str], bool]


def _dotted(address: int) -> str:
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _any(row: Row, value: str) -> bool:
    del row, value
    return True


def _none(row: Row, value: str) -> bool:
    del row, value
    return False


def _speaks(row: Row, protocol: str) -> bool:
    """Every session here is an AnyConnect one: SSL and DTLS tunnels."""
    del row
    return protocol.lower() in {"anyconnect", "ssl", "dtls", "anyconnect-parent", "tls"}


_BY_VALUE: dict[str, tuple[_Chooses, str]] = {
    "index": (lambda row, value: row.index == int(value), "with index {}"),
    "name": (lambda row, value: row.user == value, 'with name "{}"'),
    "ipaddress": (
        lambda row, value: value in (_dotted(row.address), row.public),
        "with IP address {}",
    ),
    "tunnel-group": (lambda row, value: row.tunnel_group == value, 'of tunnel group "{}"'),
    "protocol": (_speaks, 'using protocol "{}"'),
}
_BY_TYPE: dict[str, _Chooses] = {
    "anyconnect": _any,
    "remote": _any,
    "all": _any,
    "svc": _any,
    "webvpn": _none,
    "l2l": _none,
    "email-proxy": _none,
    "vpn-lb": _none,
}


def _asked(kind: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    refused = _refused(kind, arguments)
    return refused or ask(talk, "logoff", (kind, *arguments), confirm(_QUESTION))


def _at_once(kind: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    return _refused(kind, arguments) or _log_off(talk, (kind, *arguments), ())


def _refused(kind: str, arguments: tuple[str, ...]) -> Spoken | None:
    if kind == "index" and not arguments[0].isdigit():
        return Spoken("ERROR: % Invalid index\n")  # The wording is inferred.
    return None


def _log_off(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    del answers
    kind, *values = words
    if values:
        chooses, told = _BY_VALUE[kind]
        value, said = values[0], told.format(values[0])
    else:
        chooses, value, said = _BY_TYPE[kind], "", f'of type "{kind}"'
    known = talk.unit.rows
    if kind == "index":
        rows = [int(value)] if int(value) in known else []
    else:
        rows = [index for index, row in sorted(known.items()) if chooses(row, value)]
    count = sum(vpn.logoff(talk.pair, talk.u, index) for index in rows)
    return Spoken(f"INFO: Number of sessions {said} logged off : {count}\n")


def _patterns() -> tuple[tuple[str, Deed], ...]:
    table: list[tuple[str, Deed]] = []
    for kind in (*_BY_VALUE, *_BY_TYPE):
        line = f"vpn-sessiondb logoff {kind}" + (" <value>" if kind in _BY_VALUE else "")
        table += [(line, partial(_asked, kind)), (f"{line} noconfirm", partial(_at_once, kind))]
    return tuple(table)


VPN = _patterns()

VPN_REPLIES: dict[str, Reply] = {"logoff": _log_off}
