"""The algorithms that we take from a unit: of today, and on request those of old ASAs.

Ours and not the library's defaults, which still hold SHA-1 key exchange and signatures: an
operator decides about those, not a release of a library. `hmac-sha1` stays: as a MAC it is not
broken, and it is what `ssh cipher integrity` of an ASA offers at least.

What the OpenSSH configuration says for a host wins over both, for a person wrote it there.
"""

from collections.abc import Mapping, Sequence

_KEY_EXCHANGES = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
)
_SIGNATURES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
# AES first: both ends have it in hardware, and an ASA has no ChaCha20.
_CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
    "chacha20-poly1305@openssh.com",
)
_MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
)

# The offer of a real older ASA (netmiko #2139); group 1 is what `ssh key-exchange group
# dh-group1-sha1` sets, and all that releases before 9.1(2) had (ASA command reference).
_OLD_KEY_EXCHANGES = ("diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1")
_OLD_SIGNATURES = ("ssh-rsa",)
_OLD_CIPHERS = ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc")
_OLD_MACS = ("hmac-sha1-96",)

KIND_OF_SIGNATURE: Mapping[str, str] = {
    "rsa-sha2-512": "ssh-rsa",
    "rsa-sha2-256": "ssh-rsa",
}
"""The kind of host key that signs so, where it has another name."""


def algorithms(
    *, legacy: bool, known_kinds: Sequence[str], signed: bool, said: Mapping[str, bool]
) -> dict[str, tuple[str, ...]]:
    """The library's options for a connection.

    `known_kinds`: of host keys that are believed; they are asked for first, for a unit shows one
    key only. `signed`: whether a key that an authority has signed is believed, as bastions have
    them; it is asked for before all others. `said`: whether the OpenSSH configuration says
    `KexAlgorithms`, `Ciphers`, … for that host; what it says is left to it.
    """
    signatures = (*_SIGNATURES, *(_OLD_SIGNATURES if legacy else ()))
    certified = [f"{s}-cert-v01@openssh.com" for s in signatures] if signed else []
    first = [s for s in signatures if KIND_OF_SIGNATURE.get(s, s) in known_kinds]
    host_keys = tuple(dict.fromkeys([*certified, *first, *signatures]))
    wanted = {
        "KexAlgorithms": ("kex_algs", (*_KEY_EXCHANGES, *(_OLD_KEY_EXCHANGES if legacy else ()))),
        "Ciphers": ("encryption_algs", (*_CIPHERS, *(_OLD_CIPHERS if legacy else ()))),
        "MACs": ("mac_algs", (*_MACS, *(_OLD_MACS if legacy else ()))),
        "HostKeyAlgorithms": ("server_host_key_algs", host_keys),
    }
    return {option: names for key, (option, names) in wanted.items() if not said.get(key, False)}
