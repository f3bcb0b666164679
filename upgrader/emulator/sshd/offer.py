"""What a unit's SSH server offers, and the keys that it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncssh

VERSION = "Cisco-1.25"
"""`SSH-2.0-Cisco-1.25`: what real ASAs say."""

LOGIN_TIMEOUT_S = 60.0
"""Real seconds in which a client must have proved who he is. Our choice."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The algorithms of a server, and the kinds of its host keys."""

    key_kinds: tuple[str, ...]
    key_exchanges: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    signatures: tuple[str, ...] | None = None
    """What its host keys sign with; None: whatever they can."""


OFFERS: Mapping[str, Offer] = {
    # `ssh cipher encryption all` and `ssh key-exchange` of 9.16 and later; Ed25519 and ECDSA
    # host keys are since 9.16(1). No RSA: every client that can meet this offer knows the others.
    # No ChaCha20: clients would take it first, and it costs this server three times what AES does.
    "modern": Offer(
        ("ssh-ed25519", "ecdsa-sha2-nistp256"),
        (
            "curve25519-sha256",
            "curve25519-sha256@libssh.org",
            "ecdh-sha2-nistp256",
            "diffie-hellman-group14-sha256",
        ),
        (
            "aes128-gcm@openssh.com",
            "aes256-gcm@openssh.com",
            "aes256-ctr",
            "aes192-ctr",
            "aes128-ctr",
        ),
        ("hmac-sha2-256", "hmac-sha1"),
    ),
    # The offer of a real older ASA (netmiko #2139).
    "legacy": Offer(
        ("ssh-rsa",),
        ("diffie-hellman-group14-sha1",),
        ("aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr", "aes192-ctr", "aes256-ctr"),
        ("hmac-sha1", "hmac-sha1-96"),
        ("ssh-rsa",),
    ),
}


def new_key(kind: str) -> bytes:
    """A new host key of that kind, in OpenSSH's form."""
    return asyncssh.generate_private_key(kind).export_private_key()


def options_of(offer: Offer, host_keys: Sequence[bytes]) -> asyncssh.SSHServerConnectionOptions:
    """The library's options of a server with that offer and those keys.

    Raises:
        ValueError: a key is none that can be read.
    """
    options = asyncssh.SSHServerConnectionOptions(
        server_host_keys=[asyncssh.import_private_key(key) for key in host_keys],
        server_version=VERSION,
        kex_algs=list(offer.key_exchanges),
        encryption_algs=list(offer.ciphers),
        mac_algs=list(offer.macs),
        compression_algs=["none"],
        login_timeout=LOGIN_TIMEOUT_S,
        x11_forwarding=False,
        agent_forwarding=False,
        allow_scp=False,
        line_editor=False,
        encoding=None,
    )
    if offer.signatures is not None:
        wanted = {name.encode() for name in offer.signatures}
        for algorithm in [a for a in options.server_host_keys if a not in wanted]:
            del options.server_host_keys[algorithm]
    return options
