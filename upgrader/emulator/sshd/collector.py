"""Syslog on its way to collectors: UDP, from the address that the unit answers at.

Whom a configuration names may be a real collector in a real network. So only collectors on this
machine are sent to, unless whoever serves the pair names one: then all goes there.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address

from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.talk import Datagram


class Collector:
    """Sends what the units of one pair log, and empties their outbox."""

    def __init__(
        self,
        live: LivePair,
        where: Mapping[str, tuple[str, int]],
        to: tuple[str, int] | None = None,
    ) -> None:
        """`where`: (host, port) by seat; `to`: the one collector; None: those on loopback."""
        self._live = live
        self._hosts = {seat: host for seat, (host, _) in where.items()}
        self._to = to
        self._sockets: dict[str, socket.socket] = {}
        live.watchers.append(self.send)

    def send(self) -> None:
        """Send what waits. What the network does not take is lost, as UDP is."""
        waiting, self._live.pair.outbox = self._live.pair.outbox, []
        for datagram in waiting:
            to = self._to or (datagram.host, datagram.port)
            if self._to is not None or _is_loopback(to[0]):
                with suppress(OSError):
                    self._from(datagram, to[0]).sendto(datagram.payload.encode(), to)

    def close(self) -> None:
        """Send no more."""
        self._live.watchers.remove(self.send)
        for used in self._sockets.values():
            used.close()
        self._sockets.clear()

    def _from(self, datagram: Datagram, host: str) -> socket.socket:
        """The socket of the unit's address; one of any address towards other machines."""
        pair = self._live.pair
        seat = "active" if pair.active == datagram.unit else "standby"
        source = self._hosts.get(seat, "") if _is_loopback(host) else ""
        if source not in self._sockets:
            made = socket.socket(_family(host), socket.SOCK_DGRAM)
            made.settimeout(0)
            self._sockets[source] = made
            if source:
                made.bind((source, 0))
        return self._sockets[source]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
