"""Who may administer a unit: local users, the enable password, public keys.

Read from the unit's running-config where they are asked for; logins are few. Besides them, the
administrator of `[emulated.login]` always gets in.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

from upgrader.emulator.admission.passwords import FORMS, fits, kept_form
from upgrader.emulator.machine.releases import release_of
from upgrader.emulator.state import Unit
from upgrader.emulator.tables import Pair

Lines = tuple[str, ...]

_DEFAULT_PRIVILEGE = 2
"""Of a user for whom none is set (ASA command reference, `username`)."""

_KEY = " ssh authentication publickey "


@dataclass(frozen=True, slots=True)
class Account:
    """`username U password P [FORM] [privilege N]`, or `username U nopassword`."""

    user: str
    secret: str | None
    """None: `nopassword`."""
    form: str
    """`encrypted`, `pbkdf2`, `nt-encrypted`; empty: in clear."""
    privilege: int


def account_of(unit: Unit, user: str) -> Account | None:
    """The local user of that name; None: there is none."""
    head = f"username {user} "
    line = next(
        (
            line
            for line in unit.running
            if line.startswith(head) and line.split()[2:3] in (["password"], ["nopassword"])
        ),
        None,
    )
    if line is None:
        return None
    words = line.split()[2:]
    privilege = _DEFAULT_PRIVILEGE
    if "privilege" in words[1:-1]:
        level = words[words.index("privilege", 1) + 1]
        privilege = int(level) if level.isdigit() else privilege
    if words[0] == "nopassword":
        return Account(user, None, "", privilege)
    form = words[2] if len(words) > 2 and words[2] in FORMS else ""
    return Account(user, words[1] if len(words) > 1 else "", form, privilege)


def service_of(unit: Unit, user: str) -> str:
    """What the user may come for: `admin`, `nas-prompt` or `remote-access`.

    It counts where `aaa authorization exec` is configured, and is `admin` by default (ASA CLI
    configuration guide, Limiting User CLI and ASDM Access).
    """
    if not any(line.startswith("aaa authorization exec ") for line in unit.running):
        return "admin"
    inside = False
    for line in unit.running:
        if not line.startswith(" "):
            inside = line == f"username {user} attributes"
        elif inside and line.startswith(" service-type "):
            return line.split()[1]
    return "admin"


def opens(pair: Pair, u: int, user: str, password: str) -> bool:
    """Whether that user gets in with that password."""
    login = pair.scenario.login
    if user == login.user and password == login.password:
        return True
    account = account_of(pair.units[u], user)
    if account is None or service_of(pair.units[u], user) == "remote-access":
        return False
    return account.secret is None or fits(password, account.secret, account.form, user)


def privilege_of(pair: Pair, u: int, user: str) -> int:
    """The privilege level that the user's account has; 15 for `[emulated.login]`."""
    account = account_of(pair.units[u], user)
    if account is not None:
        return account.privilege
    return 15 if user == pair.scenario.login.user else _DEFAULT_PRIVILEGE


def enables(pair: Pair, u: int, user: str, password: str, level: int) -> bool:
    """Whether the password opens privileged EXEC for that user at that level.

    With `aaa authentication enable console LOCAL` it is the user's own; else the enable
    password. Where none is configured an empty one does.
    """
    if password == pair.scenario.login.enable:
        return True
    running = pair.units[u].running
    if enable_is_personal(running):
        return opens(pair, u, user, password)
    found = None
    for line in running:
        words = line.split()
        if words[:2] != ["enable", "password"] or len(words) < 3:
            continue
        own = int(words[words.index("level") + 1]) if "level" in words[3:-1] else 15
        if own == level:
            found = words
    if found is None:
        return not password and level == 15
    form = found[3] if len(found) > 3 and found[3] in FORMS else ""
    return fits(password, found[2], form)


def enabled_level(pair: Pair, u: int, user: str, asked: int) -> int:
    """The level on which `enable` sets a user down who asked for that one.

    His own, where `enable` asks for his own password; with `service-type nas-prompt` he stays in
    user EXEC, at 1. Source: ASA CLI configuration guide, Information About Command Authorization.
    """
    unit = pair.units[u]
    account = account_of(unit, user)
    if account is None or not enable_is_personal(unit.running):
        return asked
    return 1 if service_of(unit, user) == "nas-prompt" else min(asked, account.privilege)


def enable_is_personal(running: Lines) -> bool:
    """Whether `enable` asks for the user's own password."""
    return any(line.startswith("aaa authentication enable console ") for line in running)


def enables_at_login(running: Lines) -> bool:
    """Whether who logs in stands in privileged EXEC at once."""
    return any(
        line.startswith("aaa authorization exec ") and line.endswith(" auto-enable")
        for line in running
    )


def keys_of(unit: Unit, user: str) -> tuple[str, ...]:
    """The user's public keys as OpenSSH writes them; those kept as a hash are not among them."""
    keys = []
    for kind, blob in ((_kind(blob), blob) for blob in _blobs(unit, user)):
        if kind is not None:
            keys.append(f"{kind} {blob}")
    return tuple(keys)


def knows_key(unit: Unit, user: str, blob: bytes) -> bool:
    """Whether that is one of the user's public keys (`blob`: in SSH's wire form).

    A key may stand as its SHA-256 in colons, with the word `hashed` behind it, as an ASA shows
    it (ASA general operations guide).
    """
    hashed = sha256(blob).hexdigest()
    for text in _keys(unit, user):
        words = text.split()
        if words[-1] == "hashed":
            if words[0].replace(":", "").lower() == hashed:
                return True
        elif _decoded(words[0]) == blob:
            return True
    return False


def _keys(unit: Unit, user: str) -> tuple[str, ...]:
    inside = False
    found = []
    for line in unit.running:
        if not line.startswith(" "):
            inside = line == f"username {user} attributes"
        elif inside and line.startswith(_KEY):
            found.append(line.removeprefix(_KEY))
    return tuple(found)


def _blobs(unit: Unit, user: str) -> tuple[str, ...]:
    keys = (text.split() for text in _keys(unit, user))
    return tuple(words[0] for words in keys if words[-1] != "hashed")


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except NotBase64:
        return None


def _kind(blob: str) -> str | None:
    """`ssh-rsa`, `ecdsa-sha2-nistp256`: the first field of a key's wire form."""
    octets = _decoded(blob) or b""
    size = int.from_bytes(octets[:4])
    name = octets[4 : 4 + size]
    return name.decode() if size and len(name) == size and name.isascii() else None


def kept_line(pair: Pair, u: int, line: str) -> str:
    """A typed line as the unit keeps it: a password that stands in clear becomes a hash."""
    words = line.split()
    match words:
        case ["password", "encryption", *_]:
            return line
        case ["enable" | "passwd" | "password", *_]:
            at, user = (2 if words[0] == "enable" else 1), ""
        case ["username", user, "password", *_]:
            at = 3
        case _:
            return line
    if words[0] == "enable" and words[1:2] != ["password"]:
        return line
    if len(words) <= at or any(form in words[at + 1 :] for form in FORMS):
        return line
    secret, form = kept_form(
        words[at], user, release_of(pair.units[u].version), f"{pair.scenario.seed}/{pair.changes}"
    )
    if words[0] in {"passwd", "password"} and form == "pbkdf2":
        # The login password keeps the old form on newer releases too (real 9.12 configuration).
        secret, form = kept_form(words[at], user, (9, 0), "")
    return " ".join((*words[:at], secret, form, *words[at + 1 :]))
