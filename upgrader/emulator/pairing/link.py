"""The failover link: who hears whom, and messages that are sealed between units.

Sealing is a model and not the vendor's wire format: HKDF-SHA256 makes a key of the shared
secret (or of the hex key), AES-GCM seals each message under a nonce that counts up, and the
direction is part of what is authenticated. Units with different keys do not hear each other;
without a key messages go in clear. A quiet link is not simulated hello by hello: silence and
hold times are arithmetic. Lines, syncs and first hellos are really sealed and opened; single
changes of VPN state, of which there are thousands, pass under the same key and are counted.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.settings import FailoverSettings
from upgrader.emulator.state import LinkState, State
from upgrader.emulator.tables import FOLLOWING, Pair

_DIRECTIONS = (b"from primary", b"from secondary")


@lru_cache(maxsize=64)
def _sealer(material: bytes) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"failover link").derive(material)
    return AESGCM(key)


@of_the_same
def keying(failover: FailoverSettings) -> bytes | None:
    """What the link's key is made of; None: messages go in clear.

    IPsec wins over a secret where both are configured (ASA command reference).
    """
    if failover.ipsec_key is not None:
        return b"ipsec\0" + failover.ipsec_key.encode()
    if failover.key is None:
        return None
    if failover.key_is_hex:
        return b"hex\0" + bytes.fromhex(failover.key)
    return b"secret\0" + failover.key.encode()


_APART = (State.DISABLED, State.NOT_DETECTED)


def takes_part(pair: Pair, u: int) -> bool:
    """Whether the unit runs with failover enabled and has not left the pair."""
    unit = pair.units[u]
    if not pair.answers(u):
        return False
    enabled = unit.settings.failover.enabled and unit.settings.failover.lan_port is not None
    return enabled and unit.state not in _APART


def hear(pair: Pair) -> bool:
    """Whether hellos pass between the units now, whatever each still believes."""
    one, other = pair.units
    return (
        pair.link.lan_up
        and not one.settings.is_shut(one.settings.failover.lan_port)
        and not other.settings.is_shut(other.settings.failover.lan_port)
        and takes_part(pair, 0)
        and takes_part(pair, 1)
        and keying(one.settings.failover) == keying(other.settings.failover)
    )


def is_keyed(pair: Pair) -> bool:
    """Whether both units have a failover key.

    Without one no VPN state replicates (ASA syslog guide, 720056 to 720061).
    """
    one, other = pair.units
    return keying(one.settings.failover) is not None and keying(other.settings.failover) is not None


def cable_up(pair: Pair) -> bool:
    """Whether the state link is in working order, whoever is there to hear it.

    One shared with the failover link falls with it.
    """
    if not pair.link.state_up:
        return False
    for unit in pair.units:
        own = unit.settings.failover
        shared = own.link_name == own.lan_name
        if own.link_name is None or (shared and not pair.link.lan_up):
            return False
        if unit.settings.is_shut(own.lan_port if shared else own.link_port):
            return False
    return True


def state_flows(pair: Pair) -> bool:
    """Whether state updates pass between the units now."""
    return hear(pair) and cable_up(pair)


def carry(pair: Pair, sender: int, message: bytes) -> bytes | None:
    """What the mate receives of a message; None: nothing it could read."""
    if not pair.link.lan_up:
        return None
    ours, theirs = (keying(pair.units[u].settings.failover) for u in (sender, 1 - sender))
    if ours is None or theirs is None:
        return message if ours == theirs else None
    pair.link.sequence += 1
    sealed = seal(ours, pair.link.sequence, sender, message)
    opened = unseal(theirs, pair.link.sequence, sender, sealed)
    pair.link.sealed += opened is not None
    return opened


def pass_under_key(link: LinkState) -> None:
    """Count a message that certainly arrives: the link is up and both units have its key."""
    link.sequence += 1
    link.sealed += 1


def replicates(pair: Pair, u: int) -> bool:
    """Whether a command typed on that unit is carried out on its mate too."""
    ready = pair.units[1 - u].state in FOLLOWING
    return pair.units[u].active_since is not None and ready and hear(pair)


def seal(material: bytes, sequence: int, sender: int, message: bytes) -> bytes:
    """What goes over the cable: the message under the sender's key, and a tag."""
    return _sealer(material).encrypt(_nonce(sequence), message, _DIRECTIONS[sender])


def unseal(material: bytes, sequence: int, sender: int, sealed: bytes) -> bytes | None:
    """The message, or None: another key, another place or direction, or a changed bit."""
    try:
        return _sealer(material).decrypt(_nonce(sequence), sealed, _DIRECTIONS[sender])
    except InvalidTag:
        return None


def _nonce(sequence: int) -> bytes:
    return sequence.to_bytes(12, "big")
