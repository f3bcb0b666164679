"""Why nobody let us in: what was wrong, where, what was expected, what to type or change next.

One sentence each, and never a secret: of what was shown, only its source is named.
"""

from dataclasses import dataclass

import asyncssh

from upgrader.access.ssh.hostkeys import DoubtfulKeys
from upgrader.access.ssh.route import Stop
from upgrader.model.names import Seat
from upgrader.ports import NoAnswer, NoEntry

SHOWN_CHARACTERS = 200
"""How much of a stranger's words an error repeats."""


class LoginTooLong(asyncssh.Error):
    """Somebody answers, and does not come to an end with the login."""

    def __init__(self) -> None:
        super().__init__(asyncssh.DISC_BY_APPLICATION, "the login took too long")


@dataclass(frozen=True, slots=True)
class Limits:
    """Real seconds. Our guesses, but for the keepalive, which is what operators set."""

    connect_s: float = 10.0
    login_s: float = 30.0
    """A TACACS+ or RADIUS server behind the unit may have to time out first."""
    alive_s: float = 15.0
    """A sign of life is asked for after so much silence …"""
    alive_times: int = 3
    """… and the connection given up after so many that were not answered."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that failed, as far as it came."""

    stop: Stop
    told: str
    """What was shown: `the password from …`."""
    remedy: str
    limits: Limits
    legacy: bool
    doubt: str | None = None
    """Why the host key was not believed."""
    asked: str | None = None
    """What was asked for that we cannot answer."""
    has_password: bool = False
    tried: bool = False
    """Whether a password was sent."""


def explained(fault: Exception, attempt: Attempt) -> NoAnswer:
    """What went wrong, where, and what to type or change next; NoEntry where only that helps."""
    seat = Seat(str(attempt.stop.address))
    match fault:
        case DoubtfulKeys():
            return NoEntry(seat, None, str(fault))
        case asyncssh.HostKeyNotVerifiable():
            return NoEntry(seat, None, attempt.doubt or _not_trusted(fault, attempt))
        case asyncssh.KeyExchangeFailed():
            return NoEntry(seat, None, _no_algorithm(str(fault), attempt))
        case asyncssh.PermissionDenied():
            return NoEntry(seat, None, _not_let_in(attempt))
        case asyncssh.ChannelOpenError():
            return NoAnswer(seat, None, f"the jump host cannot reach it ({_short(fault)})")
        case asyncssh.Error():
            return _hung_up(seat, fault, attempt)
        case OSError():
            return NoAnswer(seat, None, _no_way(fault, attempt))
        case _:
            return NoEntry(seat, None, f"the login could not be begun: {_short(fault)}")


def _hung_up(seat: Seat, fault: asyncssh.Error, attempt: Attempt) -> NoAnswer:
    if attempt.doubt is not None:
        return NoEntry(seat, None, attempt.doubt)
    if isinstance(fault, LoginTooLong):
        limit = f"within {attempt.limits.login_s:g} s"
        if attempt.stop.by_command:
            return NoAnswer(seat, None, f"the login did not end {limit}: {_by_command(attempt)}")
        return NoAnswer(seat, None, f"somebody answers, and the login did not end {limit}")
    if attempt.tried and not isinstance(fault, asyncssh.ConnectionLost):
        # A unit that has had enough of wrong passwords says good-bye instead of no.
        return NoEntry(seat, None, f"{_not_let_in(attempt)}; it hung up ({_short(fault)})")
    if attempt.tried:
        # Not a refusal: whoever reboots in the middle of a login hangs up, too.
        return NoAnswer(seat, None, "the connection was lost in the middle of the login")
    if isinstance(fault, asyncssh.ProtocolError):
        return NoAnswer(seat, None, f"what answers there does not speak SSH ({_short(fault)})")
    if attempt.stop.by_command:
        why = f"hung up before the login ({_short(fault)}): {_by_command(attempt)}"
        return NoAnswer(seat, None, why)
    # Some tell us nothing of their algorithms, and just hang up.
    old = "" if attempt.legacy else ", or has old algorithms only (`legacy_algorithms = true`)"
    return NoAnswer(
        seat,
        None,
        f"hung up before the login ({_short(fault)}): an ASA does so where five sessions are "
        f"open, where `ssh` of its configuration does not list our address{old}",
    )


def _not_let_in(attempt: Attempt) -> str:
    who = f"user {attempt.stop.user!r} was not let in with {attempt.told}"
    if attempt.asked is not None:
        return f"{who}: {attempt.asked}"
    if attempt.has_password and not attempt.tried:
        return (
            f"{who}: no password is taken there. Name a key that is, `key` in [ssh] of the pair "
            "file or `IdentityFile` of the OpenSSH configuration"
        )
    return f"{who}; {attempt.remedy}. Few attempts are left: an account may be locked"


def _not_trusted(fault: Exception, attempt: Attempt) -> str:
    """The library did not ask us: the key is revoked, or what an authority signed does not hold."""
    return (
        f"{attempt.stop.address} shows a host key that is not believed ({_short(fault)}): compare "
        "it on the unit's console, and see its lines in `known_hosts`"
    )


def _by_command(attempt: Attempt) -> str:
    return (
        "the way there is the `ProxyCommand` of the OpenSSH configuration; try it by hand, "
        f"`ssh {attempt.stop.address.host}`"
    )


_CONFIGURED = {
    "key exchange": "KexAlgorithms",
    "encryption": "Ciphers",
    "MAC": "MACs",
}
"""Kinds of algorithms, in the library's words, and who names them in the OpenSSH configuration."""


def _no_algorithm(said: str, attempt: Attempt) -> str:
    """The library says what was sent and what was received; the latter is the unit's offer."""
    offered = said.rpartition("received ")[2]
    kind = said.removeprefix("No matching ").partition(" algorithm")[0]
    offers = f"no {kind} algorithm in common; it offers {' '.join(offered.split())}"
    key = _CONFIGURED.get(kind, "")
    if attempt.stop.says.get(key, False):
        return (
            f"{offers[:SHOWN_CHARACTERS]}, and `{key}` of the OpenSSH configuration names none "
            "of it: correct it there"
        )
    if attempt.legacy:
        return (
            f"{offers[:SHOWN_CHARACTERS]}, and even `legacy_algorithms = true` accepts none of it; "
            "on the unit see `ssh key-exchange group` and `ssh cipher encryption`"
        )
    return (
        f"{offers[:SHOWN_CHARACTERS]}, as old ASAs do; say `legacy_algorithms = true` in [ssh] "
        "of the pair file to accept SHA-1 and CBC there"
    )


def _no_way(fault: OSError, attempt: Attempt) -> str:
    stop = attempt.stop
    at = f"{stop.host} port {stop.port}"
    match fault:
        case TimeoutError():
            return f"nobody answers at {at} within {attempt.limits.connect_s:g} s"
        case ConnectionRefusedError():
            return (
                f"{at} refuses the connection: nothing listens there, or `ssh` of the unit's "
                "configuration does not list our address"
            )
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return f"{at} cut the connection before the login"
        case _ if type(fault).__name__ == "gaierror":
            # `socket.gaierror`; nothing else of that module is needed.
            return f"there is no host {stop.host!r} ({fault.strerror}): see [ssh] of the pair file"
        case _ if stop.by_command:
            return f"{fault.strerror or _short(fault)}: {_by_command(attempt)}"
        case _:
            return f"{at} cannot be reached: {fault.strerror or _short(fault)}"


def _short(fault: Exception) -> str:
    return " ".join(str(fault).split())[:SHOWN_CHARACTERS] or type(fault).__name__
