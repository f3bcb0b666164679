"""The forms in which an ASA keeps passwords: what a typed one becomes, and whether one fits.

`encrypted` is the old MD5 form (its algorithm is public; `enable password 2KFQnbNIdI.2KYOU
encrypted`, seen in a captured configuration, is its form of `cisco`). `pbkdf2` is
PBKDF2-HMAC-SHA512 with 5,000 rounds and 16 octets of salt and of key, base64; since 9.7(1) every
new password is kept so (ASA release notes). `nt-encrypted` (MD4 of UTF-16) is read and never
matched: nothing here computes MD4.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from functools import lru_cache
from hashlib import md5, pbkdf2_hmac, sha256
from hmac import compare_digest

from upgrader.emulator.machine.releases import has

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROUNDS = 5_000
_MOST_ROUNDS = 100_000
_SIZE = 16

FORMS = ("encrypted", "pbkdf2", "nt-encrypted")
"""The words behind a password that say in which form it stands; none: in clear."""


def old_form(password: str, user: str = "") -> str:
    """The `encrypted` form, 16 characters; `user` is empty for the enable password."""
    secret = password.encode()
    if user and len(secret) < 28:
        secret += (user.encode() * 4)[:4]
    size = 32 if len(secret) > 16 else 16
    digest = md5(secret[:size].ljust(size, b"\0"), usedforsecurity=False).digest()
    kept = bytes(octet for place, octet in enumerate(digest) if (place + 1) % 4)
    groups = (int.from_bytes(kept[n : n + 3], "little") for n in range(0, 12, 3))
    return "".join(_ALPHABET[group >> shift & 63] for group in groups for shift in (0, 6, 12, 18))


def new_form(password: str, salt: bytes) -> str:
    """The `pbkdf2` form: `$sha512$5000$SALT$KEY`."""
    key = pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, _SIZE)
    return f"$sha512${_ROUNDS}${b64encode(salt).decode()}${b64encode(key).decode()}"


def kept_form(password: str, user: str, release: tuple[int, int], seed: str) -> tuple[str, str]:
    """What a unit of that release keeps of a typed password: (secret, form).

    The salt is made of the seed, so that a repeated night is the same night.
    """
    if not has(release, "pbkdf2-passwords"):
        return old_form(password, user), "encrypted"
    salt = sha256(f"{seed}/{user}".encode()).digest()[:_SIZE]
    return new_form(password, salt), "pbkdf2"


@lru_cache(maxsize=256)
def fits(password: str, secret: str, form: str, user: str = "") -> bool:
    """Whether the password is the one that is kept; False too where nobody can tell."""
    match form:
        case "":
            return compare_digest(password.encode(), secret.encode())
        case "encrypted":
            known = (old_form(password, user), old_form(password))
            return secret in known
        case "pbkdf2":
            return _fits_new(password, secret)
        case _:
            return False


def _fits_new(password: str, secret: str) -> bool:
    parts = secret.split("$")
    if len(parts) != 5 or parts[1] != "sha512" or not parts[2].isdigit():
        return False
    rounds = int(parts[2])
    if not 0 < rounds <= _MOST_ROUNDS:
        return False
    try:
        salt, key = b64decode(parts[3], validate=True), b64decode(parts[4], validate=True)
    except NotBase64:
        return False
    if not key:
        return False
    found = pbkdf2_hmac("sha512", password.encode(), salt, rounds, len(key))
    return compare_digest(found, key)
