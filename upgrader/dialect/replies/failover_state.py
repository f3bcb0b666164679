"""`show failover state`: both units' states, failures and configuration state."""

import re
from dataclasses import dataclass, field

from upgrader.dialect.commands import SHOW_FAILOVER_STATE
from upgrader.dialect.replies.screen import device_time, leading_state, lines_of
from upgrader.model.failover import DeviceTime, FailoverState, FailoverStateView, PeerView, Role
from upgrader.ports import Unparsed

_HOST = re.compile(r"(This|Other) host\s*-\s+(Primary|Secondary)")
_SECTION = re.compile(r"=+\s*(Configuration|Communication) State\s*=+")
_REASON = re.compile(r"(?P<reason>\S.*?)(?:\s+(?P<at>\d{1,2}:\d{2}:\d{2} .*))?")
_STATE_COLUMN = 15
"""`Sync File System` is longer: that the reason follows without a blank is inferred."""


@dataclass(slots=True)
class _Peer:
    """One host's lines as they are collected."""

    role: Role
    state: FailoverState | None = None
    reason: str = ""
    at: DeviceTime | None = None
    details: list[str] = field(default_factory=list)


def read_show_failover_state(text: str) -> FailoverStateView:
    """Read `show failover state`.

    The failure reason is sticky and stays after recovery; both lists of the foot are empty on a
    unit that is alone.

    Raises:
        Unparsed: a host, its state or the configuration state's heading is missing, a state that
            no ASA has, failover groups, or two hosts of one role.

    Source: real pairs of 2023 and 2025.
    """
    peers: dict[str, _Peer] = {}
    sections: dict[str, list[str]] = {}
    peer: _Peer | None = None
    section: list[str] | None = None
    for line in lines_of(SHOW_FAILOVER_STATE, text):
        if (host := _HOST.fullmatch(line)) is not None:
            if host[1] in peers:
                raise _unparsed(text, f"two blocks of {host[1].lower()} host")
            peer = peers[host[1]] = _Peer(Role(host[2]))
        elif (heading := _SECTION.fullmatch(line)) is not None:
            section = sections.setdefault(heading[1], [])
        elif section is not None:
            section.append(line)
        elif peer is not None and peer.state is None:
            _read_state(text, peer, line)
        elif peer is not None:
            peer.details.append(line)
    if "Configuration" not in sections:
        raise _unparsed(text, "no configuration state: the screen is cut off")
    this, other = _view(text, peers.get("This")), _view(text, peers.get("Other"))
    if this.role is other.role:
        raise _unparsed(text, "both hosts have the same role")
    return FailoverStateView(
        this_host=this,
        other_host=other,
        configuration=tuple(sections["Configuration"]),
        communication=tuple(sections.get("Communication", ())),
    )


def _read_state(text: str, peer: _Peer, line: str) -> None:
    """`Standby Ready  Comm Failure             17:31:43 UTC Feb 14 2025`."""
    told = leading_state(line, _STATE_COLUMN)
    if told is None:
        raise _unparsed(text, f"no state of failover stands in {line!r}")
    peer.state = told[0]
    rest = _REASON.fullmatch(told[1])
    if rest is None:
        raise _unparsed(text, f"no failure reason, not even `None`, stands in {line!r}")
    peer.reason = rest["reason"]
    if rest["at"] is not None:
        peer.at = device_time(rest["at"])


def _view(text: str, peer: _Peer | None) -> PeerView:
    """The block as a value."""
    if peer is None or peer.state is None:
        raise _unparsed(text, "the states of the two hosts are not both told")
    return PeerView(peer.role, peer.state, peer.reason, peer.at, tuple(peer.details))


def _unparsed(text: str, why: str) -> Unparsed:
    return Unparsed(SHOW_FAILOVER_STATE, text, why)
